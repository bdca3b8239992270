"""What Chimera keeps of a Discord user: told, exported, erased."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from src.core.domain.job import Job, Lane, NewJob
from src.core.domain.personal_data import AUDIT_KEPT_DAYS, Erased, KeptData
from src.core.domain.reply import user_hash
from src.core.errors import Unavailable
from src.core.ports.clock import Clock
from src.core.ports.job_queue import JobQueue
from src.core.ports.personal_data import PersonalData
from src.core.ports.randomness import Randomness
from src.core.ports.shared_answers import SharedAnswers
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import Reporter

_log = structlog.get_logger(__name__)

PSEUDONYMISE_PLAYER: Final = "src.tasks.privacy_tasks.pseudonymise_player"
"""The task that finishes an erasure; its only argument is `erasure_id`."""

PSEUDONYMISE_QUEUE: Final = "maintenance"
PSEUDONYMISE_RETRIES: Final = 8
_PRIORITY = 7  # the person's names are in sight until it is done
_AT_ONCE = 10  # matches: half a second of work, while nobody else can write them
_MOST_LINES = 20_000  # matches, and jobs, of an export: more than a player has of either
_MOST_BYTES = 8 * 2**20  # Discord takes 10 MiB
_OVERDUE = 3600.0  # seconds
_DAY = 86_400.0
_RESULTS_KEPT = timedelta(days=1)  # as the result backend keeps them

NOTICE: Final = {
    "what is kept": (
        "Your Discord user id beside the Riot accounts you have linked; the matches of these accounts as Riot's API "
        "gives them, and statistics made of them; what you asked Chimera to do, and what came of it; a log of when "
        "accounts were linked and unlinked."
    ),
    "what for": "To answer your commands. It is not sold, and given to nobody but those who run this Chimera.",
    "how long": (
        "Jobs go 30 days after they ended, unless whoever runs Chimera has set another time; lines of the log of links "
        f"after {AUDIT_KEPT_DAYS} days; everything else when you erase it."
    ),
    "erasing": (
        "/privacy erases all of it. Matches in which other players take part stay for them, with your name, your "
        "account's ids, icon and level taken out for good. Chimera then takes in nothing about your accounts until "
        "you link one of them again; to know them when it meets them it keeps one hash (SHA-256) of each account's id."
    ),
}
"""The facts of the privacy notice, as an export carries them."""

_PARTS: Final = {
    "accounts": "Riot accounts linked to you now.",
    "players": "What is known of these accounts themselves, and of accounts you had linked before.",
    "years": "Statistics by account and year (UTC), added up from the matches below.",
    "matches": "Your part in each stored match, newest first: names of the columns, then a list of values per match.",
    "jobs": "What you asked Chimera to do, and what it did for your accounts in the background, newest first.",
    "links": "The log of when accounts were linked to you, changed hands, or were refused.",
    "links_under_way": "Links that you have begun and not finished, without the secrets that sign you in.",
}


class PrivacyService:
    """Export and erasure for the person they are about. The database has the last word on what belongs to whom."""

    def __init__(
        self,
        *,
        data: PersonalData,
        jobs: JobSubmission,
        execution: JobExecution,
        queue: JobQueue,
        shared: SharedAnswers,
        randomness: Randomness,
        clock: Clock,
    ) -> None:
        self._data = data
        self._jobs = jobs
        self._execution = execution
        self._queue = queue
        self._shared = shared
        self._randomness = randomness
        self._clock = clock

    async def summary(self, discord_id: str) -> KeptData:
        """How much is kept of the user.

        Raises:
            Unavailable: the database cannot be reached.
        """
        return await self._data.summary(discord_id)

    async def export(self, discord_id: str) -> bytes:
        """All that belongs to the user, as readable JSON in UTF-8, at most 8 MiB.

        `{"exported_at", "about": {"notice", "parts"}, "discord_id", ...}`, then the parts of `PersonalData.export`.
        Where it would be too long, the oldest matches and jobs are left out, and each part says how many.

        Raises:
            Unavailable: the database cannot be reached.
        """
        most = _MOST_LINES
        while True:
            body = self._written(discord_id, await self._data.export(discord_id, most=most))
            if len(body) <= _MOST_BYTES or most == 0:
                _log.info("personal_data_exported", user=user_hash(discord_id), bytes=len(body))
                return body
            most //= 2

    def _written(self, discord_id: str, parts: dict[str, Any]) -> bytes:
        document = {
            "exported_at": self._clock.now().isoformat(),
            "about": {"notice": NOTICE, "parts": _PARTS},
            "discord_id": discord_id,
            **parts,
        }
        # Escaped where it must be: a file that no editor opens helps nobody.
        return json.dumps(document, ensure_ascii=False, indent=1).encode(errors="backslashreplace")

    async def erase(self, discord_id: str) -> Erased:
        """Take away all that belongs to the user. It cannot be undone.

        When this returns, nothing of theirs is under way, shown or taken in any more; a background job takes them
        out of matches. Whoever else waits for a job about them is told why there will be no answer.

        Raises:
            Unavailable: the database cannot be reached; asking again is safe.
        """
        erased = await self._data.erase(discord_id, job=self._job(self._randomness.job_id()))
        try:
            await self._forget_copies(erased.job_ids)
        except Unavailable as error:
            _log.warning("copies_not_forgotten_yet", reason=str(error))  # the background job begins with it
        await self._execution.settle(erased.ended)
        await self._jobs.announce([self._job(erased.id)])
        _log.info(
            "personal_data_erased", user=user_hash(discord_id), accounts=erased.accounts, jobs=len(erased.job_ids)
        )
        return erased

    async def pseudonymise(self, erasure_id: UUID, *, report: Reporter, done: int = 0) -> int:
        """Finish an erasure: what is outside of the database, jobs of the moment, and the matches; answers how many.

        What is done is done: another attempt goes on with the rest, `done` being what earlier ones reported. `report`
        may raise to stop.

        Raises:
            Unavailable: the database or Redis cannot be reached.
        """
        erasure = await self._data.erasure(erasure_id)
        if erasure is None:
            return done
        await report("pseudonymising", done, 0)
        emptied = await self._data.sweep(erasure_id)
        await self._forget_copies([job.id for job in emptied])
        # With the results, the ends have been forgotten that somebody may still wait for.
        await self._execution.outcomes.settle([job for job in emptied if self._may_be_waited_for(job)])
        for puuid in erasure.puuids:
            while count := await self._data.pseudonymise(puuid, limit=_AT_ONCE):
                done += count
                await report("pseudonymising", done, 0)
        await self._data.finish(erasure_id)
        _log.info("player_pseudonymised", matches=done)
        return done

    async def tidy(self) -> dict[str, int]:
        """Drop old lines of the audit log, and take up erasures whose job has given up.

        Answers `{"audit_lines": deleted, "erasures": taken up}`.
        """
        lines = await self._data.forget_audit(older_than=AUDIT_KEPT_DAYS * _DAY)
        left = await self._data.unfinished(older_than=_OVERDUE)
        if left:
            again = [self._job(erasure_id).model_copy(update={"id": self._randomness.job_id()}) for erasure_id in left]
            await self._jobs.submit(*again)
            _log.warning("erasures_taken_up", count=len(left))
        return {"audit_lines": lines, "erasures": len(left)}

    def _may_be_waited_for(self, job: Job) -> bool:
        return job.finished_at is None or job.finished_at >= self._clock.now() - _RESULTS_KEPT

    async def _forget_copies(self, job_ids: Collection[UUID]) -> None:
        await self._queue.forget(job_ids)
        await self._shared.clear()

    @staticmethod
    def _job(erasure_id: UUID) -> NewJob:
        return NewJob(
            id=erasure_id,
            kind=PSEUDONYMISE_PLAYER,
            arguments={"erasure_id": str(erasure_id)},
            queue=PSEUDONYMISE_QUEUE,
            lane=Lane.BACKGROUND,
            priority=_PRIORITY,
            idempotency_key=f"erasure:{erasure_id}",
            max_retries=PSEUDONYMISE_RETRIES,
        )
