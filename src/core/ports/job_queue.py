"""How workers hear of jobs."""

from collections.abc import Sequence
from typing import Protocol

from src.core.domain.job import Hint, Job


class JobQueue(Protocol):
    """Publishes hints and results. A lost hint costs time only: the ledger knows."""

    async def publish(self, hints: Sequence[Hint]) -> None:
        """Tell workers of jobs; several go out together as one Celery group.

        Raises:
            Unavailable: the broker cannot be reached.
        """
        ...

    async def settle(self, jobs: Sequence[Job]) -> None:
        """Put final jobs' results where `AsyncResult(job_id).get()` finds them.

        Raises:
            Unavailable: the result backend cannot be reached.
        """
        ...
