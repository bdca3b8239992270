"""Matches and timelines in Postgres."""

from collections.abc import Collection

from src.adapters.database.match_rows import from_match_rows, match_row, participant_rows
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack, unpack
from src.adapters.database.timeline_rows import from_timeline_row, timeline_row
from src.core.ports.match_store import MatchSummary, StoredMatch

_SQL = load_queries("matches.sql")


class PostgresMatchStore:
    """The MatchStore port. Documents are kept twice: Riot's bytes under zstd, and what is queried as columns."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def complete(self, match_ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored for good."""
        rows = await self._database.fetch(_SQL["complete"], list(match_ids))
        return frozenset(row["match_id"] for row in rows)

    async def store(self, stored: StoredMatch, *, timeline_gone: bool = False) -> bool:
        """Keep a match. Learning that a timeline is gone is new too; one that turns up after all is kept."""
        match_id = stored.match.match_id
        timeline = None
        if stored.timeline is not None and stored.timeline_document is not None:
            timeline = timeline_row(stored.timeline, pack(stored.timeline_document))
        known = "stored" if timeline else "gone" if timeline_gone else "missing"
        row = (*match_row(stored.match, stored.match_document), pack(stored.match_document), known)
        participants = participant_rows(stored.match)

        async def work(connection: Connection) -> bool:
            # A second worker with the same match waits here for the first one's commit.
            is_new = await connection.fetchval(_SQL["insert_match"], *row) is not None
            if is_new:
                await connection.executemany(_SQL["insert_participant"], participants)
            elif not await self._learns(connection, match_id, known):
                return False
            if timeline:
                await connection.execute(_SQL["insert_timeline"], *timeline)
            return True

        return await self._database.run(work)

    async def load(self, match_id: str) -> StoredMatch | None:
        """A stored match with its timeline, or None."""

        async def work(connection: Connection) -> StoredMatch | None:
            match = await connection.fetchrow(_SQL["load_match"], match_id)
            if match is None:
                return None
            participants = await connection.fetch(_SQL["load_participants"], match_id)
            timeline = await connection.fetchrow(_SQL["load_timeline"], match_id)
            return StoredMatch(
                match=from_match_rows(match, participants),
                match_document=unpack(match["body"]),
                timeline=from_timeline_row(timeline) if timeline else None,
                timeline_document=unpack(timeline["body"]) if timeline else None,
            )

        return await self._database.run(work)

    async def history(self, puuid: str, *, limit: int) -> tuple[MatchSummary, ...]:
        """A player's stored matches, newest first."""
        return tuple(MatchSummary(**row) for row in await self._database.fetch(_SQL["history"], puuid, limit))

    @staticmethod
    async def _learns(connection: Connection, match_id: str, known: str) -> bool:
        """Note what is now known of the timeline of a stored match; True if that is more than before."""
        before = await connection.fetchval(_SQL["lock_timeline_state"], match_id)
        if (before, known) not in {("missing", "stored"), ("missing", "gone"), ("gone", "stored")}:
            return False
        await connection.execute(_SQL["set_timeline_state"], match_id, known)
        return True
