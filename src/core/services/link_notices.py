"""Telling people what became of their links when they did not do it themselves."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import structlog

from src.core.domain.binding import Binding, LinkEvent
from src.core.domain.job import Job, NewJob
from src.core.domain.reply import user_hash
from src.core.ports.direct_messages import DirectMessages
from src.core.ports.player_store import PlayerStore
from src.core.ports.randomness import Randomness
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.job_submission import JobSubmission

_log = structlog.get_logger(__name__)

TELL_USER: Final = "src.tasks.notice_tasks.tell_user"
"""The task; its arguments are `discord_id`, `what` (see `Notice`) and `account` (a Riot ID, or None)."""

TELL_QUEUE: Final = "default"
TELL_RETRIES: Final = 8


_UNNAMED: Final = "A Riot account"


class Notice(StrEnum):
    """What somebody is told."""

    TAKEN_OVER = "taken_over"
    DROPPED = "dropped"


_WORDS: Final[Mapping[Notice, str]] = {
    Notice.TAKEN_OVER: (
        "{account} is no longer linked to you: somebody else has just proven to Chimera that this Riot account is "
        "theirs. If it is yours, change your Riot password, then link it again with /bind."
    ),
    Notice.DROPPED: (
        "{account} is no longer linked to you: Riot says that there is no such account any more. If that is wrong, "
        "/bind links it again."
    ),
}


class LinkNotices:
    """Makes the jobs that tell people, and does them."""

    def __init__(
        self,
        jobs: JobSubmission,
        randomness: Randomness,
        messages: DirectMessages,
        bindings: IUserBindingRepository,
        players: PlayerStore,
    ) -> None:
        self._jobs = jobs
        self._randomness = randomness
        self._messages = messages
        self._bindings = bindings
        self._players = players

    def job(self, what: Notice, binding: Binding) -> NewJob:
        """A job that tells the owner of a link; to be written in the transaction that ends it.

        It has no owner: it is not theirs to see or to cancel. Nor does it name an account that is somebody else's
        now: they may have all that names it erased before anybody is told.
        """
        account = None if what is Notice.TAKEN_OVER else str(binding.riot_id)
        return NewJob(
            id=self._randomness.job_id(),
            kind=TELL_USER,
            arguments={"discord_id": binding.discord_id, "what": what.value, "account": account},
            queue=TELL_QUEUE,
            max_retries=TELL_RETRIES,
        )

    async def announce(self, job: NewJob) -> None:
        """Publish the hint of a job that was written; what fails here the reconciler does."""
        await self._jobs.announce([job])

    async def tell(
        self, discord_id: str, what: str, account: str | None = None, *, job: Job | None = None
    ) -> dict[str, Any]:
        """Say it; `told` is False if this person takes no messages.

        Raises:
            ConfigurationError: there is no bot token, or Discord refuses it.
            Unavailable: Discord or the database does not answer.
        """
        name = account or await self._lost_account(discord_id, job.created_at if job else None) or _UNNAMED
        key = str(job.id) if job else f"{discord_id}:{what}:{account}"
        is_told = await self._messages.tell(discord_id, _WORDS[Notice(what)].format(account=name), key=key)
        _log.info("link_notice", user=user_hash(discord_id), what=what, told=is_told)
        return {"success": True, "told": is_told}

    async def _lost_account(self, discord_id: str, when: datetime | None) -> str | None:
        """The Riot ID of the account that the person lost at about that time, if it is still known."""
        audits = await self._bindings.audits_of(discord_id)
        lost = [(audit.at, audit.puuid) for audit in audits if audit.event is LinkEvent.LOST and audit.at]
        if not lost:
            return None
        _, puuid = min(lost, key=lambda line: abs(line[0] - when)) if when else lost[-1]
        known = await self._players.find(puuid) if puuid else None
        return str(known[0].riot_id) if known and known[0].riot_id else None
