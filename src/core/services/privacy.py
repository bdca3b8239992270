"""What Chimera keeps of a Discord user: told, exported, erased."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from src.core.domain.job import Job, Lane, NewJob
from src.core.domain.personal_data import AUDIT_KEPT_DAYS, STRAGGLERS_COME_WITHIN, Erased, KeptData
from src.core.domain.reply import user_hash
from src.core.errors import TooOften, Unavailable
from src.core.ports.clock import Clock
from src.core.ports.job_queue import JobQueue
from src.core.ports.personal_data import PersonalData
from src.core.ports.randomness import Randomness
from src.core.ports.request_limits import RequestLimits
from src.core.ports.shared_answers import SharedAnswers
from src.core.services.export_document import export_document
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import Reporter
from src.core.services.profile_refresh import LATEST

_log = structlog.get_logger(__name__)

PSEUDONYMISE_PLAYER: Final = "src.tasks.privacy_tasks.pseudonymise_player"
"""The task that finishes an erasure; its only argument is `erasure_id`."""

PSEUDONYMISE_QUEUE: Final = "maintenance"
PSEUDONYMISE_RETRIES: Final = 8

EXPORTS_PER_MINUTE: Final = 1
"""So many exports a Discord user may have made."""

_PRIORITY = 7  # the person's names are in sight until it is done
_AT_ONCE = 10  # matches: half a second of work, while nobody else can write them
_MOST_MATCHES = 30_000  # of an export, and more than anybody has; they fit into it
_MOST_JOBS = 5_000
_MOST_BYTES = 8 * 2**20  # Discord takes 10 MiB
_OVERDUE = 3600.0  # seconds
_DAY = 86_400.0
_RESULTS_KEPT = timedelta(days=1)  # as the result backend keeps them

NOTICE: Final = {
    "what is kept": (
        "Your Discord user id beside the Riot accounts you have linked; the matches of these accounts as Riot's API "
        f"gives them, of which linking an account fetches the latest {LATEST}, and statistics made of them; what you "
        "asked Chimera to do, and what came of it; until that is answered also where the answer goes: the channel, "
        "your language and a token from Discord; a log of when accounts were linked and unlinked."
    ),
    "what for": "To answer your commands. It is not sold, and given to nobody but those who run this Chimera.",
    "how long": (
        "Jobs go 30 days after they ended, unless whoever runs Chimera has set another time, and where an answer goes "
        f"once it is given; lines of the log of links after {AUDIT_KEPT_DAYS} days, but for the last one about an "
        "account, which says whose it was; everything else when you erase it."
    ),
    "erasing": (
        "/privacy erases all of it. Matches in which other players take part stay for them, with your name, your "
        "account's ids, icon and level taken out for good. Lines of the log of links stay until they are "
        f"{AUDIT_KEPT_DAYS} days old, with short hashes in place of your ids, as logs have them too. Chimera then "
        "takes in nothing about your accounts until you link one of them again; to know them when it meets them it "
        "keeps one hash (SHA-256) of each account's id. Riot's ids change with the API key: after that, what is stored "
        "stays without you, but matches that are new to Chimera would come in with your name."
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
        limits: RequestLimits | None = None,
        begin_after: float = STRAGGLERS_COME_WITHIN,
    ) -> None:
        """Without `limits` exports are not counted. `begin_after`: seconds until the job of an erasure begins."""
        self._data = data
        self._jobs = jobs
        self._execution = execution
        self._queue = queue
        self._shared = shared
        self._randomness = randomness
        self._clock = clock
        self._limits = limits
        self._begin_after = begin_after

    async def summary(self, discord_id: str) -> KeptData:
        """How much is kept of the user.

        Raises:
            Unavailable: the database cannot be reached.
        """
        return await self._data.summary(discord_id)

    async def export(self, discord_id: str) -> bytes:
        """All that belongs to the user, as readable JSON in UTF-8, at most 8 MiB.

        `{"exported_at", "about": {"notice", "parts"}, "discord_id", ...}`, then the parts of `PersonalData.export`.
        Where it would be too long, the oldest jobs are left out, then the oldest matches, and each part says how many.

        Raises:
            TooOften: the user has had one made a moment ago.
            Unavailable: the database cannot be reached.
        """
        user = user_hash(discord_id)
        # By the name for logs: the count outlives an erasure by a minute.
        if self._limits and (wait := await self._limits.take(f"export:{user}", per_minute=EXPORTS_PER_MINUTE)):
            raise TooOften("Your data was put together a moment ago.", retry_after=wait)
        parts = await self._data.export(discord_id, most_matches=_MOST_MATCHES, most_jobs=_MOST_JOBS)
        document = {
            "exported_at": self._clock.now().isoformat(),
            "about": {"notice": NOTICE, "parts": _PARTS},
            "discord_id": discord_id,
            **parts,
        }
        body = await asyncio.to_thread(export_document, document, most=_MOST_BYTES)
        _log.info("personal_data_exported", user=user, bytes=len(body))
        return body

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
        swept = await self._sweep(erasure_id)
        for puuid in erasure.puuids:
            while count := await self._data.pseudonymise(puuid, limit=_AT_ONCE):
                done += count
                await report("pseudonymising", done, 0)
        await self._sweep(erasure_id, but=swept)
        await self._data.finish(erasure_id)
        _log.info("player_pseudonymised", matches=done)
        return done

    async def _sweep(self, erasure_id: UUID, *, but: Collection[UUID] | None = None) -> frozenset[UUID]:
        """Empty the jobs of the moment, and see to the ends of all that the erasure has emptied, `but` some.

        Answers the ids of all of them. What Redis has is forgotten, unless there are only those.
        """
        emptied = await self._data.sweep(erasure_id)
        new = [job for job in emptied if but is None or job.id not in but]
        if new or but is None:
            await self._forget_copies([job.id for job in new])
            # With the results, the ends have been forgotten that somebody may still wait for.
            await self._execution.outcomes.settle([job for job in new if self._may_be_waited_for(job)])
        return frozenset(job.id for job in emptied)

    async def tidy(self) -> dict[str, int]:
        """Take up erasures whose job has given up, and drop old lines of the audit log.

        Answers `{"audit_lines": deleted, "erasures": taken up}`.
        """
        left = await self._data.unfinished(older_than=_OVERDUE)
        if left:
            again = [self._job(erasure_id).model_copy(update={"id": self._randomness.job_id()}) for erasure_id in left]
            await self._jobs.submit(*again)
            _log.warning("erasures_taken_up", count=len(left))
        lines = await self._data.forget_audit(older_than=AUDIT_KEPT_DAYS * _DAY)
        return {"audit_lines": lines, "erasures": len(left)}

    def _may_be_waited_for(self, job: Job) -> bool:
        return job.finished_at is None or job.finished_at >= self._clock.now() - _RESULTS_KEPT

    async def _forget_copies(self, job_ids: Collection[UUID]) -> None:
        await self._queue.forget(job_ids)
        await self._shared.clear()

    def _job(self, erasure_id: UUID) -> NewJob:
        return NewJob(
            id=erasure_id,
            kind=PSEUDONYMISE_PLAYER,
            arguments={"erasure_id": str(erasure_id)},
            queue=PSEUDONYMISE_QUEUE,
            lane=Lane.BACKGROUND,
            priority=_PRIORITY,
            idempotency_key=f"erasure:{erasure_id}",
            max_retries=PSEUDONYMISE_RETRIES,
            not_before=self._begin_after,
        )
