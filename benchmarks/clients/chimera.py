"""Chimera, as its workers run it: typed documents, the shared budget, retries, the real store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from benchmarks.clients.client import Tally, batches
from src.bootstrap.container import Container
from src.core.services.match_ingest import MatchIngest


class Chimera:
    """The ingest service, a batch at a time, as a job brings them."""

    def __init__(self, ingest: MatchIngest) -> None:
        self._ingest = ingest

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """Bring these pairs into Postgres."""
        tally = Tally()
        for batch in batches(match_ids):
            report = await self._ingest.ingest_many(batch)
            tally.stored += len(report.stored)
            tally.failures += [f"{match_id}: not stored" for match_id in report.match_ids - set(report.stored)]
        return tally


@asynccontextmanager
async def opened() -> AsyncIterator[Chimera]:
    """Wired from the environment, as everywhere."""
    container = Container.build()
    try:
        yield Chimera(container.ingest)
    finally:
        await container.close()
