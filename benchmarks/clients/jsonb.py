"""The store of those who have none: both documents as JSONB, one row for each pair."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from src.adapters.database import DatabaseSettings
from src.adapters.database.pool import asyncpg_url

_INSERT = "INSERT INTO bench_pairs VALUES ($1, $2, $3)"


class JsonbPairs:
    """The table `bench_pairs`."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def store(self, match_id: str, match: str, timeline: str) -> None:
        """Insert a pair, given as JSON."""
        await self._pool.execute(_INSERT, match_id, match, timeline)


@asynccontextmanager
async def connected(connections: int = 1) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """A plain pool of the configured database."""
    url = asyncpg_url(DatabaseSettings().database_url.get_secret_value())
    async with asyncpg.create_pool(url, min_size=connections, max_size=connections) as pool:
        yield pool
