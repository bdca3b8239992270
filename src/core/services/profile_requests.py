"""Jobs that fetch a player's latest matches, for a profile that shows them."""

from collections.abc import Sequence
from typing import Final

import structlog

from src.core.domain.binding import Binding, ProvenAccount, choose_binding
from src.core.domain.job import Job, NewJob
from src.core.domain.reply import Reply
from src.core.errors import Unavailable
from src.core.ports.job_ledger import JobLedger
from src.core.ports.randomness import Randomness
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.allowances import FETCHES
from src.core.services.answer_jobs import AnswerJobs
from src.core.services.job_submission import JobSubmission

_log = structlog.get_logger(__name__)

REFRESH_PROFILE: Final = "src.tasks.profile_tasks.refresh_profile"
"""The task; its arguments are `puuid` and `platform`."""

REFRESH_QUEUE: Final = "default"
"""For those who wait."""

LINK_QUEUE: Final = "matches"
"""For links: many at once must not take the processes that people wait for (docs/adr/0010).

Both are served by the smallest documented worker (`WORKER_QUEUE=matches,ai,default`).
"""

_PRIORITY: Final = 7  # a person may look on


class ProfileRequests:
    """Makes and submits them: for a person who waits, and for an account that has just been linked."""

    def __init__(
        self,
        bindings: IUserBindingRepository,
        answers: AnswerJobs,
        jobs: JobSubmission,
        ledger: JobLedger,
        randomness: Randomness,
    ) -> None:
        self._bindings = bindings
        self._answers = answers
        self._jobs = jobs
        self._ledger = ledger
        self._randomness = randomness

    async def submit(
        self,
        *,
        discord_id: str,
        account: str | None,
        reply: Reply,
        replaces: str | None = None,
        after_link: bool = False,
    ) -> Job:
        """Fetch the latest matches of one of the user's accounts, and show its profile then.

        `account`: see `choose_binding`. `replaces` is the id of the message whose answer the profile takes the place
        of (see `AnswerJobs.submit`). `after_link`: what the account's link is fetching is not fetched beside it; a
        job of the link that has yet to begin gives way, for background work may wait long and a person should not.

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            TooOften: another answer for that message is under way, or the user has asked for many.
        """
        binding = choose_binding(await self._bindings.bindings_of(discord_id), account)
        job = self._job(binding)
        link = await self._ledger.holder_of(_link_key(binding.puuid)) if after_link else None
        if link is not None:
            job = job.model_copy(update={"follows": link.id, "follows_any_end": True})
        taken = await self._answers.submit(job, owner=discord_id, reply=reply, replaces=replaces, allowance=FETCHES)
        if link is not None:
            await self._answers.make_way(link)  # with its end the other job becomes due
        return taken

    async def are_coming(self, puuid: str) -> bool:
        """True while the matches that the account's link has asked for are being fetched."""
        return await self._ledger.holder_of(_link_key(puuid)) is not None

    def for_link(self, account: ProvenAccount) -> NewJob:
        """The job of an account that is being linked, to be written in the same transaction; nobody is told of it."""
        return self._job(account).model_copy(update={"queue": LINK_QUEUE, "idempotency_key": _link_key(account.puuid)})

    async def announce(self, jobs: Sequence[NewJob]) -> None:
        """Publish the hints of jobs that were written; what fails here the reconciler does.

        Not of those that were not written, for an earlier link of the account was still being worked for.
        """
        try:
            await self._jobs.submit(*jobs)
        except Unavailable as error:
            _log.warning("link_jobs_not_announced", jobs=len(jobs), reason=str(error))

    def _job(self, account: Binding | ProvenAccount) -> NewJob:
        return NewJob(
            id=self._randomness.job_id(),
            kind=REFRESH_PROFILE,
            arguments={"puuid": account.puuid, "platform": account.platform.value},
            queue=REFRESH_QUEUE,
            priority=_PRIORITY,
        )


def _link_key(puuid: str) -> str:
    return f"latest:{puuid}"
