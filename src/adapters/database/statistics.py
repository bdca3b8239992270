"""Players' years in Postgres."""

from collections.abc import Collection

import asyncpg

from src.adapters.database.counting import SQL, count
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.tombstones import forgotten_among
from src.core.domain.yearly_statistics import YearlyStatistics


class PostgresYearlyStatisticsStore:
    """The YearlyStatisticsStore port."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def count(self, puuid: str, match_ids: Collection[str]) -> int:
        """Count what is not counted yet. After a commit that went unseen the answer is 0: it was counted then."""

        async def work(connection: Connection) -> int:
            if await forgotten_among(connection, [puuid]):
                return 0
            locked = await connection.fetch(SQL["lock_uncounted"], puuid, list(match_ids))
            return await count(connection, puuid, [row["match_id"] for row in locked]) if locked else 0

        return await self._database.run(work)

    async def of(self, puuid: str, year: int) -> YearlyStatistics | None:
        """The player's year as it was added up match by match."""
        return _to_statistics(await self._database.fetchrow(SQL["of"], puuid, year))

    async def recount(self, puuid: str, year: int) -> YearlyStatistics | None:
        """The player's year, added up from the counted matches now."""
        return _to_statistics(await self._database.fetchrow(SQL["recount"], puuid, year))


def _to_statistics(row: asyncpg.Record | None) -> YearlyStatistics | None:
    return None if row is None else YearlyStatistics(**row)
