"""A job queue that remembers what it was told."""

from collections.abc import Sequence

from src.core.domain.job import Hint, Job
from src.core.errors import Unavailable


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

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("Redis (the task queue) cannot be reached.")
