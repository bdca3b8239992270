"""What /metrics tells beside its own requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from src.adapters.celery_queue import CeleryJobQueue
from src.adapters.database import DatabaseAdapter, stored_matches
from src.core.domain.job import JobCount
from src.core.ports.job_ledger import JobLedger


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """Asks the ledger, the queues and the database."""

    ledger: JobLedger
    queue: CeleryJobQueue
    database: DatabaseAdapter

    async def job_counts(self) -> tuple[JobCount, ...]:
        """How many jobs there are, by kind, state and lane."""
        return await self.ledger.counts()

    async def queue_lengths(self) -> Mapping[str, int]:
        """How many hints wait in each queue."""
        return await self.queue.queue_lengths()

    async def stored_matches(self) -> int:
        """How many matches are stored, about."""
        return await stored_matches(self.database)
