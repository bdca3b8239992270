"""What follows the end of a job: its result goes out, whoever waits is told, and the jobs that follow it go on."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from src.core.domain.job import Job, JobState
from src.core.errors import ChimeraError, JobDied, Unavailable, concerns_operator, error_named
from src.core.ports.answers import Answers
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue
from src.core.services.job_submission import JobSubmission

_log = structlog.get_logger(__name__)


class JobOutcomes:
    """Publishes ends. All of it may be done twice; what fails here the reconciler does in a moment."""

    def __init__(self, ledger: JobLedger, queue: JobQueue, answers: Answers) -> None:
        self._ledger = ledger
        self._queue = queue
        self._answers = answers
        self._submission = JobSubmission(ledger, queue)

    async def publish(self, ended: Sequence[Job], *, own: UUID | None = None) -> None:
        """Settle jobs that are final, and let what follows them go on. Never raises.

        `own` is left to Celery, which stores the result of the task at hand itself.
        """
        try:
            await self.settle([job for job in ended if job.id != own])
            if ended:
                await self.release([job.id for job in ended])
        except ChimeraError as error:
            _log.warning("outcomes_not_published", jobs=len(ended), reason=str(error))

    async def settle(self, ended: Sequence[Job]) -> int:
        """Put results out, tell whoever waits, and write down that it is done; answers how many results went out.

        Where Discord cannot be reached the job is left unsettled: the next round tells.

        Raises:
            Unavailable: Postgres or Redis cannot be reached.
        """
        if not ended:
            return 0
        told = [job.id for job in ended if await self._tell(job)]
        await self._queue.settle(ended)
        await self._ledger.mark_settled(told)
        return len(ended)

    async def release(self, ended: Sequence[UUID] | None = None) -> None:
        """Let followers of ended jobs (None: of any) go on; those that cannot any more are settled, and so on.

        Raises:
            Unavailable: Postgres or Redis cannot be reached.
        """
        released = await self._ledger.release_followers(ended)
        await self._submission.announce([job for job in released if not job.state.is_final])
        await self.settle([job for job in released if job.state.is_final])

    async def _tell(self, job: Job) -> bool:
        """True unless telling has to be tried again."""
        try:
            if job.reply is not None:
                await self._answers.deliver_ended(job.reply, job)
        except Unavailable as error:
            _log.warning("end_not_told_yet", job_id=str(job.id), reason=str(error))
            return False
        except ChimeraError as error:
            _log.warning("end_not_told", job_id=str(job.id), reason=str(error))
        if job.state is JobState.FAILED:
            _note_failure(job)
        return True


def _note_failure(job: Job) -> None:
    """Write down a failure: as an error if whoever runs Chimera can mend it and no worker has seen it.

    That is a job that killed its workers, or one whose parts failed: what they brought is its result. Of any other
    the worker that had the job has noted the error already, under the same id (`job_failed`, `job_unavailable`); of a
    part's, the traceback stands beside the part's own id and `parent_id`.
    """
    is_seen = job.error_kind != JobDied.__name__ and job.result is None
    grave = not is_seen and concerns_operator(error_named(job.error_kind, job.error))
    log = _log.bind(job_id=str(job.id), error_id=job.error_id, error_kind=job.error_kind, reason=job.error)
    (log.error if grave else log.info)("failed_job_settled")
