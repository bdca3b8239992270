"""Showing progress: in the ledger, in Celery's result, in Discord; a child's steps move its parent's bar."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from src.core.domain.job import Job, JobState, Lane, Progress
from src.core.errors import ChimeraError
from src.core.ports.answers import Answers
from src.core.ports.clock import Clock
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue

_log = structlog.get_logger(__name__)

# What people look at moves this often at most; the ledger knows every step.
_OWN = timedelta(seconds=1)
_PARENT = timedelta(seconds=2)
_KEPT = 1000


class JobProgress:
    """Writes progress down and shows it. What is shown is a courtesy: it never ends the work."""

    def __init__(self, ledger: JobLedger, queue: JobQueue, answers: Answers, clock: Clock) -> None:
        self._ledger = ledger
        self._queue = queue
        self._answers = answers
        self._clock = clock
        self._shown: dict[UUID, tuple[datetime, str]] = {}

    async def report(self, job: Job, progress: Progress) -> bool:
        """Write the progress of a running job; answers True if its cancel was requested.

        Raises:
            LeaseLost: it is no longer ours.
            Unavailable: the ledger cannot be reached.
        """
        advances = job.deaths > 0 and progress.done > (job.progress.done if job.progress else 0)
        is_cancelled = await self._ledger.report_progress(job.id, job.fence, progress, advances=advances)
        moved = job.model_copy(update={"progress": progress})
        try:
            if job.reply is not None or self._is_due(job.id, progress.step, _OWN):
                await self.show(moved)
            if job.parent_id is not None and self._is_due(job.parent_id, "", _PARENT):
                await self._show_parent(job.parent_id)
        except ChimeraError as error:
            _log.debug("progress_not_shown", job_id=str(job.id), reason=str(error))
        return is_cancelled

    async def show(self, job: Job) -> None:
        """Show how far a job is to whoever asks Celery, and in Discord to whoever waits."""
        if job.progress is None:
            return
        await self._queue.show_progress(job.id, job.progress)
        if job.reply is not None:
            seconds_left = job.seconds_left(self._clock.now())
            await self._answers.progress(job.reply, job.progress, seconds_left=seconds_left, cancels=stoppable(job))

    async def _show_parent(self, parent_id: UUID) -> None:
        """Show the waiting parent, which cannot end before the child that is reporting.

        Its children report in many processes, and Discord counts edits: one of them shows it at a time.
        """
        if not await self._queue.turn_to_show(parent_id, every=_PARENT.total_seconds()):
            return
        parent = await self._ledger.get(parent_id)
        if parent.state is JobState.WAITING:
            await self.show(parent)

    def _is_due(self, job_id: UUID, step: str, every: timedelta) -> bool:
        """True if the job has not been shown for a while, or is at another step."""
        now = self._clock.now()
        if len(self._shown) > _KEPT:
            self._shown = {known: shown for known, shown in self._shown.items() if shown[0] > now - _PARENT}
        at, before = self._shown.get(job_id, (None, ""))
        if at is not None and before == step and now - at < every:
            return False
        self._shown[job_id] = (now, step)
        return True


def stoppable(job: Job) -> UUID | None:
    """The job that a button beside its progress cancels: what nobody takes for a moment's work can be stopped."""
    return job.id if job.lane is Lane.BACKGROUND else None
