"""A job queue that remembers what it was told."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery.exceptions import TaskRevokedError

from src.core.domain.job import Hint, Job, JobState, Progress
from src.core.domain.job_view import progress_view
from src.core.errors import Unavailable, error_named
from src.core.ports.clock import Clock

_ENDS = {JobState.SUCCEEDED: "SUCCESS", JobState.FAILED: "FAILURE", JobState.CANCELLED: "REVOKED"}


class FakeJobQueue:
    """Implements `JobQueue` in memory; `is_down` makes it fail as a dead Redis would."""

    def __init__(self, clock: Clock | None = None) -> None:
        """By `clock` turns to show progress come and go; without one they come as often as they are asked for."""
        self._clock = clock
        self._turns: dict[UUID, datetime] = {}
        self.published: list[Hint] = []
        self.settled: list[Job] = []
        self.shown: list[tuple[UUID, Progress]] = []
        self.is_down = False

    async def publish(self, hints: Sequence[Hint]) -> None:
        """See `JobQueue.publish`."""
        self._check()
        self.published.extend(hints)

    async def settle(self, jobs: Sequence[Job]) -> None:
        """See `JobQueue.settle`."""
        self._check()
        self.settled.extend(jobs)

    async def forget(self, job_ids: Collection[UUID]) -> None:
        """See `JobQueue.forget`."""
        self._check()
        self.published = [hint for hint in self.published if hint.job_id not in job_ids]
        self.settled = [job for job in self.settled if job.id not in job_ids]
        self.shown = [shown for shown in self.shown if shown[0] not in job_ids]

    async def show_progress(self, job_id: UUID, progress: Progress) -> None:
        """See `JobQueue.show_progress`."""
        if not self.is_down and all(job.id != job_id for job in self.settled):
            self.shown.append((job_id, progress))

    async def turn_to_show(self, job_id: UUID, *, every: float) -> bool:
        """See `JobQueue.turn_to_show`."""
        if self.is_down or self._clock is None:
            return not self.is_down
        now = self._clock.now()
        if now < self._turns.get(job_id, now):
            return False
        self._turns[job_id] = now + timedelta(seconds=every)
        return True

    def heard(self) -> list[Hint]:
        """The hints in the order in which a worker takes them."""
        return sorted(self.published, key=lambda hint: -hint.priority)

    def info_of(self, job_id: UUID) -> tuple[str, Any]:
        """`AsyncResult(job_id).state` and, while it works, `.info`."""
        for job in reversed(self.settled):
            if job.id == job_id:
                return _ENDS[job.state], None
        shown = [progress for shown_id, progress in self.shown if shown_id == job_id]
        return ("PROGRESS", progress_view(shown[-1])) if shown else ("PENDING", None)

    def result_of(self, job_id: UUID) -> Any:
        """What `AsyncResult(job_id).get()` answers or raises.

        Raises:
            LookupError: it would wait.
        """
        for job in reversed(self.settled):
            if job.id == job_id and job.state is JobState.SUCCEEDED:
                return job.result
            if job.id == job_id:
                raise (
                    TaskRevokedError() if job.state is JobState.CANCELLED else error_named(job.error_kind, job.error)
                )
        raise LookupError(job_id)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("Redis (the task queue) cannot be reached.")
