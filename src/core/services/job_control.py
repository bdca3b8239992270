"""Looking at jobs and stopping them, for whoever may."""

from uuid import UUID

from src.core.domain.job import Job, JobFilter
from src.core.errors import JobNotYours
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.services.job_execution import JobExecution


class JobControl:
    """What people see of jobs, and how they cancel them."""

    def __init__(self, ledger: JobLedger, execution: JobExecution, clock: Clock) -> None:
        self._ledger = ledger
        self._execution = execution
        self._clock = clock

    async def status(self, job_id: UUID) -> Job:
        """The job as it is now.

        Raises:
            JobNotFound: there is no such job.
        """
        return await self._ledger.get(job_id)

    async def find(self, which: JobFilter, *, limit: int = 50, before: UUID | None = None) -> tuple[Job, ...]:
        """Jobs, newest first; with `before` those submitted before that one (for paging).

        Raises:
            JobNotFound: `before` is not there (any more).
        """
        return await self._ledger.find(which, limit=limit, before=before)

    def seconds_left(self, job: Job) -> float | None:
        """How long the job's step will still take (see `Job.seconds_left`); None while that cannot be told."""
        return job.seconds_left(self._clock.now())

    async def cancel(self, job_id: UUID, *, owner: str | None = None) -> Job:
        """Cancel: a queued job never starts, a running one stops at its next batch and keeps what it has stored.

        What this ends at once is told at once to whoever waits. A job that was final before stays as it is.

        Raises:
            JobNotFound: there is no such job.
            JobNotYours: `owner` is given, and the job is somebody else's.
        """
        before = await self._ledger.get(job_id)
        if owner is not None and before.owner != owner:
            raise JobNotYours
        cancelled = await self._ledger.cancel(job_id)
        if cancelled.state.is_final and not before.state.is_final:
            await self._execution.settle([cancelled])
        return cancelled
