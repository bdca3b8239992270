"""Submitting work: first the ledger, then the hint."""

import structlog

from src.core.domain.job import Hint, Job, JobState, NewJob
from src.core.errors import Unavailable
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue

_log = structlog.get_logger(__name__)


class JobSubmission:
    """Writes jobs down and tells the workers."""

    def __init__(self, ledger: JobLedger, queue: JobQueue) -> None:
        self._ledger = ledger
        self._queue = queue

    async def submit(self, *jobs: NewJob) -> tuple[Job, ...]:
        """Submit jobs, all or none; they are safe once this returns, even if the broker is down.

        Raises:
            Unavailable: the ledger cannot be reached; nothing was submitted.
        """
        written = await self._ledger.submit(jobs)
        asked = {job.id for job in jobs}
        await self.announce([job for job in written if job.id in asked])
        return written

    async def announce(self, jobs: list[Job]) -> None:
        """Publish hints for those of the jobs that may start now; the reconciler publishes what fails here."""
        due = [job for job in jobs if job.state is JobState.QUEUED and job.not_before <= 0]
        if not due:
            return
        try:
            await self._queue.publish([hint_of(job) for job in due])
            await self._ledger.mark_published([job.id for job in due])
        except Unavailable as error:
            # Written down is submitted, whatever fails after it: a hint too many does no harm.
            _log.warning("hints_not_published", jobs=len(due), reason=str(error))


def hint_of(job: Job) -> Hint:
    """What workers are told of a job."""
    return Hint(job_id=job.id, kind=job.kind, queue=job.queue, arguments=job.arguments)
