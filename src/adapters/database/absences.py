"""Documents that Riot does not have, in Postgres."""

from collections.abc import Collection, Sequence
from datetime import datetime

from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.absence import Absence, DocumentKind
from src.core.domain.regions import Platform

_SQL = load_queries("absences.sql")


class PostgresAbsenceStore:
    """The AbsenceStore port."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def known(self, match_ids: Collection[str]) -> tuple[Absence, ...]:
        """What is kept of the documents of these matches."""
        rows = await self._database.fetch(_SQL["known"], list(match_ids))
        return tuple(
            Absence(row["match_id"], DocumentKind(row["document"]), row["times"], row["ask_again_at"]) for row in rows
        )

    async def note(self, absences: Sequence[Absence]) -> None:
        """Keep these. Whoever locks several rows locks them in the same order."""
        found = sorted(absences, key=lambda one: (one.match_id, one.document))
        await self._database.execute(
            _SQL["note"],
            [one.match_id for one in found],
            [one.document.value for one in found],
            [one.times for one in found],
            [one.ask_again_at for one in found],
        )

    async def newest_settled(self, platforms: Collection[Platform], *, ended_before: datetime) -> tuple[str, ...]:
        """Of each platform, the id of the match that started last among those that ended before then."""
        names = [platform.value for platform in set(platforms)]
        rows = await self._database.fetch(_SQL["newest_settled"], names, ended_before)
        return tuple(row["match_id"] for row in rows)

    async def forget(self, *, ask_again_before: datetime) -> int:
        """Drop what might have been asked for again before then. Repeated after an unseen commit, it counts 0."""
        row = await self._database.fetchrow(_SQL["forget"], ask_again_before)
        return 0 if row is None else int(row["gone"])
