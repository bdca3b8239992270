"""A job queue that remembers what it was told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery.exceptions import TaskRevokedError

from src.core.domain.job import Hint, Job, JobState
from src.core.errors import Unavailable, error_named


class FakeJobQueue:
    """Implements `JobQueue` in memory; `is_down` makes it fail as a dead Redis would."""

    def __init__(self) -> None:
        self.published: list[Hint] = []
        self.settled: list[Job] = []
        self.is_down = False

    async def publish(self, hints: Sequence[Hint]) -> None:
        """See `JobQueue.publish`."""
        self._check()
        self.published.extend(hints)

    async def settle(self, jobs: Sequence[Job]) -> None:
        """See `JobQueue.settle`."""
        self._check()
        self.settled.extend(jobs)

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
