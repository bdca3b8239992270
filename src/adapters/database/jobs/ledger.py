"""The JobLedger port on Postgres."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from src.adapters.database.jobs import (
    cancelling,
    claiming,
    ending,
    following,
    handing_back,
    reading,
    submission,
    upkeep,
)
from src.adapters.database.jobs.ending import End
from src.adapters.database.jobs.rows import SQL, to_job
from src.adapters.database.pool import PostgresPool
from src.core.domain.job import Hint, Job, JobCount, JobFilter, JobState, NewJob, Progress
from src.core.errors import LeaseLost


class PostgresJobLedger:
    """Each method is one short transaction that may safely be repeated: an unseen commit changes nothing.

    Those that end jobs of several families take a transaction for each.

    A job's reply holds a secret: it goes with the end of the job, or, where somebody else than its holder ended
    it and may still have to answer, when its result is settled.
    """

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def submit(self, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
        """Write jobs down, all or none."""
        return await self._database.run(lambda connection: submission.submit(connection, jobs))

    async def claim(self, job_id: UUID, *, worker: str, lease: float, max_deaths: int) -> Job | None:
        """Take a job that is due."""
        claim_id = uuid4()
        outcome = await self._database.run(
            lambda connection: claiming.claim(
                connection, job_id, claim_id=claim_id, worker=worker, lease=lease, max_deaths=max_deaths
            )
        )
        if outcome is claiming.Refusal.LOST_CAUSE:
            await self._database.run(
                lambda connection: claiming.bury(connection, job_id, claim_id=claim_id, max_deaths=max_deaths)
            )
        return outcome if isinstance(outcome, Job) else None

    async def heartbeat(self, job_id: UUID, fence: int, *, lease: float) -> bool:
        """Keep the lease for another `lease` seconds."""
        row = await self._database.fetchrow(SQL["heartbeat"], job_id, fence, lease)
        if row is None:
            raise LeaseLost
        return bool(row["cancel_requested"])

    async def report_progress(self, job_id: UUID, fence: int, progress: Progress, *, advances: bool = False) -> bool:
        """Write progress. Answers True if a cancel was requested."""
        told = progress.model_dump(mode="json")
        row = await self._database.fetchrow(SQL["report_progress"], job_id, fence, told, advances)
        if row is None:
            raise LeaseLost
        return bool(row["cancel_requested"])

    async def succeed(self, job_id: UUID, fence: int, result: Any, *, is_answered: bool = True) -> tuple[Job, ...]:
        """End as succeeded."""
        return await self._end(job_id, fence, End(JobState.SUCCEEDED, result, is_answered=is_answered))

    async def fail(
        self, job_id: UUID, fence: int, *, error: str, error_kind: str, is_answered: bool = True
    ) -> tuple[Job, ...]:
        """End as failed."""
        end = End(JobState.FAILED, error=error, error_kind=error_kind, is_answered=is_answered)
        return await self._end(job_id, fence, end)

    async def end_cancelled(self, job_id: UUID, fence: int, result: Any) -> tuple[Job, ...]:
        """End as cancelled, with what was done until then."""
        return await self._end(job_id, fence, End(JobState.CANCELLED, result))

    async def retry_later(
        self, job_id: UUID, fence: int, *, delay: float, error: str, error_kind: str
    ) -> tuple[Job, ...]:
        """Give the job back; it is due again in `delay` seconds. If its cancel was requested it ends instead."""
        return await self._database.run(
            lambda connection: handing_back.requeue(
                connection, job_id, fence, delay=delay, attempts=1, error=error, error_kind=error_kind
            )
        )

    async def give_back(self, job_id: UUID, fence: int, *, delay: float) -> tuple[Job, ...]:
        """Give the job back without counting an attempt. If its cancel was requested it ends instead."""
        return await self._database.run(lambda connection: handing_back.requeue(connection, job_id, fence, delay=delay))

    async def wait_for_children(
        self, job_id: UUID, fence: int, children: Sequence[NewJob], *, result: Mapping[str, Any] | None = None
    ) -> tuple[Job, ...]:
        """Write the children down and become their waiting parent."""
        return await self._database.run(
            lambda connection: handing_back.wait_for_children(connection, job_id, fence, children, result=result)
        )

    async def cancel(self, job_id: UUID) -> Job:
        """Cancel a job and its children."""
        return await self._database.run(lambda connection: cancelling.cancel(connection, job_id))

    async def give_way(self, job_id: UUID) -> bool:
        """Cancel a job that is queued, without a word."""
        return await self._database.run(lambda connection: cancelling.give_way(connection, job_id))

    async def release_followers(self, ended: Sequence[UUID] | None = None) -> tuple[Job, ...]:
        """Let the jobs go on that follow ended ones, or fail."""
        return await following.release(self._database, ended)

    async def get(self, job_id: UUID) -> Job:
        """The job."""
        return await reading.get(self._database, job_id)

    async def holder_of(self, idempotency_key: str) -> Job | None:
        """The unfinished job with this key."""
        return await reading.holder_of(self._database, idempotency_key)

    async def find(self, which: JobFilter, *, limit: int, before: UUID | None = None) -> tuple[Job, ...]:
        """Jobs, newest first."""
        return await reading.find(self._database, which, limit=limit, before=before)

    async def counts(self) -> tuple[JobCount, ...]:
        """How many jobs there are, by kind, state and lane."""
        return await reading.counts(self._database)

    async def forget_finished(self, *, older_than: float, limit: int) -> int:
        """Delete families that have long ended."""
        return await self._database.run(
            lambda connection: upkeep.forget_finished(connection, older_than=older_than, limit=limit)
        )

    async def give_up_unknown(self, known_kinds: Collection[str], *, older_than: float) -> tuple[Job, ...]:
        """Fail jobs that nobody can do."""
        return await upkeep.give_up_unknown(self._database, known_kinds, older_than=older_than)

    async def overdue(self, *, limit: int) -> tuple[Hint, ...]:
        """Jobs to publish again, marked as published."""
        rows = await self._database.fetch(SQL["overdue"], limit)
        return tuple(
            Hint(
                job_id=row["id"],
                kind=row["kind"],
                queue=row["queue"],
                arguments=row["arguments"],
                priority=row["priority"],
            )
            for row in rows
        )

    async def mark_published(self, job_ids: Sequence[UUID]) -> None:
        """Write down that hints were published."""
        await self._database.execute(SQL["mark_published"], list(job_ids))

    async def unpublish(self, job_ids: Sequence[UUID]) -> None:
        """Take back publications that did not happen."""
        await self._database.execute(SQL["unpublish"], list(job_ids))

    async def unsettled(self, *, older_than: float, limit: int) -> tuple[Job, ...]:
        """Final jobs whose result is not in the result backend, oldest first."""
        return tuple(to_job(row) for row in await self._database.fetch(SQL["unsettled"], older_than, limit))

    async def mark_settled(self, job_ids: Sequence[UUID]) -> None:
        """Write down that results are in the result backend."""
        await self._database.execute(SQL["mark_settled"], list(job_ids))

    async def _end(self, job_id: UUID, fence: int, end: End) -> tuple[Job, ...]:
        return await self._database.run(lambda connection: ending.end_held(connection, job_id, fence, end))
