"""Submitting work: first the ledger, then the hint."""

from collections.abc import Sequence

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

    async def announce(self, jobs: Sequence[NewJob]) -> None:
        """Publish hints for those of the written jobs that may start now; the reconciler publishes what fails here."""
        due = [job for job in jobs if _is_due(job)]
        if not due:
            return
        try:
            await self._queue.publish([hint_of(job) for job in due])
            await self._ledger.mark_published([job.id for job in due])
        except Unavailable as error:
            # Written down is submitted, whatever fails after it: a hint too many does no harm.
            _log.warning("hints_not_published", jobs=len(due), reason=str(error))


def _is_due(job: NewJob) -> bool:
    """True of a job that no time and no other job keeps from starting."""
    is_queued, is_released = True, False
    if isinstance(job, Job):
        is_queued, is_released = job.state is JobState.QUEUED, job.next_attempt_at is not None
    return is_queued and job.not_before <= 0 and (job.follows is None or is_released)


def hint_of(job: NewJob) -> Hint:
    """What workers are told of a job."""
    return Hint(job_id=job.id, kind=job.kind, queue=job.queue, arguments=job.arguments, priority=job.priority)
