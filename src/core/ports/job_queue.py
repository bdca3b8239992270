"""How workers hear of jobs."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from src.core.domain.job import Hint, Job, Progress


class JobQueue(Protocol):
    """Publishes hints and results. A lost hint costs time only: the ledger knows."""

    async def publish(self, hints: Sequence[Hint]) -> None:
        """Tell workers of jobs; several go out together as one Celery group. Greater priorities are heard first.

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

    async def forget(self, job_ids: Collection[UUID]) -> None:
        """Drop what there is of jobs besides the ledger: results, progress and hints that nobody has taken.

        What a worker is about to be told of may still be on its way. Repeating it does no harm.

        Raises:
            Unavailable: the broker or the result backend cannot be reached.
        """
        ...

    async def show_progress(self, job_id: UUID, progress: Progress) -> None:
        """Put progress where `AsyncResult(job_id).info` finds it, as a courtesy: never raises.

        The state becomes `PROGRESS`, the info `{"step", "progress", "processed", "total", **extra}` with the progress
        in percent. A result that is there already stays.
        """
        ...

    async def turn_to_show(self, job_id: UUID, *, every: float) -> bool:
        """True for one caller in `every` seconds, whichever process it is in: the one that may show the job's progress.

        Never raises: where nobody can tell, nothing is shown.
        """
        ...
