"""Writing matches down: what is new is added, what is damaged is replaced.

Whoever writes several matches takes all that are new first and locks those that are there afterwards, both in the order
of their ids; players' years come last (see `counting`). So nobody waits for somebody who waits for them.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Self

import asyncpg

from src.adapters.database.counting import players_of, recount_replaced
from src.adapters.database.match_reading import is_timeline_whole
from src.adapters.database.match_rows import match_row, participant_rows
from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack
from src.adapters.database.timeline_rows import timeline_row
from src.core.errors import Unavailable
from src.core.ports.match_store import StoredMatch

_SQL = load_queries("matches.sql")
_NEWS = {("missing", "stored"), ("missing", "gone"), ("gone", "stored")}


@dataclass(frozen=True, slots=True)
class MatchWriting:
    """A match as rows, ready to be written; `state` is what its timeline's is then, `year` that of its start (UTC).

    Whoever has written it holds the match's lock until the end of the transaction.
    """

    match_id: str
    state: str
    year: int
    puuids: frozenset[str]
    match: Sequence[Any] = field(repr=False)
    participants: Sequence[Sequence[Any]] = field(repr=False)
    timeline: Sequence[Any] | None = field(repr=False)

    @classmethod
    def of(cls, stored: StoredMatch, *, timeline_gone: bool) -> Self:
        """The rows of a match; compresses its documents."""
        match, timeline = stored.match, None
        if stored.timeline is not None and stored.timeline_document is not None:
            timeline = timeline_row(stored.timeline, pack(stored.timeline_document))
        return cls(
            match_id=match.match_id,
            state="stored" if timeline else "gone" if timeline_gone else "missing",
            year=match.started_at.astimezone(UTC).year,
            puuids=frozenset(participant.puuid for participant in match.participants if participant.puuid),
            match=(*match_row(match, stored.match_document), pack(stored.match_document)),
            participants=participant_rows(match),
            timeline=timeline,
        )

    async def complete(self, connection: Connection) -> bool:
        """Add to a match that is there what it lacks; True if that was anything.

        Learning that a timeline is gone is new too; one that turns up after all is kept.
        """
        before = await self._lock(connection)
        if (before["timeline_state"], self.state) not in _NEWS:
            return False
        await connection.execute(_SQL["set_timeline_state"], self.match_id, self.state)
        await self._insert_timeline(connection)
        return True

    async def replace(self, connection: Connection) -> None:
        """Write everything, over what is there; a timeline that is whole stays where this brings none."""
        new, _ = await _insert(connection, [self])
        if new:
            return
        before = await self._lock(connection)
        players = await players_of(connection, self.match_id, year=before["started_at"].year)
        state = await self._replace_timeline(connection)
        await connection.execute(_SQL["update_match"], *self.match, state)
        await connection.execute(_SQL["drop_participants"], self.match_id)
        await connection.executemany(_SQL["insert_participant"], self.participants)
        await recount_replaced(connection, players, self.match_id, puuids=self.puuids, year=self.year)

    async def _lock(self, connection: Connection) -> asyncpg.Record:
        """The match that an insert has met, locked."""
        row = await connection.fetchrow(_SQL["lock"], self.match_id)
        if row is None:
            raise Unavailable("A stored match was deleted in the same moment.", retry_after=1.0)
        return row

    async def _insert_timeline(self, connection: Connection) -> None:
        if self.timeline:
            await connection.execute(_SQL["insert_timeline"], *self.timeline)

    async def _replace_timeline(self, connection: Connection) -> str:
        """Answers what is known of the timeline then. Riot drops timelines after a year: ours may be the last one."""
        if self.timeline is None:
            row = await connection.fetchrow(_SQL["load_timelines"], [self.match_id])
            if row is not None and await asyncio.to_thread(is_timeline_whole, row):
                return "stored"
        await connection.execute(_SQL["drop_timeline"], self.match_id)
        await self._insert_timeline(connection)
        return self.state


def write_down(matches: Iterable[StoredMatch], *, gone: Collection[str] = ()) -> list[MatchWriting]:
    """The rows of matches, ready for `add`. Milliseconds for each, most of them without Python's lock."""
    writings = [MatchWriting.of(one, timeline_gone=one.match.match_id in gone) for one in matches]
    return sorted(writings, key=lambda writing: writing.match_id)


async def add(connection: Connection, writings: Sequence[MatchWriting]) -> frozenset[str]:
    """Write what is not there yet of matches in the order of their ids; answers the ids of which anything was new."""
    new, there = await _insert(connection, writings)
    completed = [writing for writing in there if await writing.complete(connection)]
    return frozenset(writing.match_id for writing in (*new, *completed))


async def _insert(
    connection: Connection, writings: Sequence[MatchWriting]
) -> tuple[list[MatchWriting], list[MatchWriting]]:
    """Write the matches that are not there; answers these, and the others.

    A second worker with one of them waits here for the first one's commit. Each statement is one round trip for all.
    """
    rows = await connection.fetchmany(_SQL["insert_match"], [(*writing.match, writing.state) for writing in writings])
    inserted = {row["match_id"] for row in rows}
    new, there = [], []
    for writing in writings:
        if writing.match_id in inserted:
            inserted.remove(writing.match_id)  # named twice, a match is there the second time
            new.append(writing)
        else:
            there.append(writing)
    await connection.executemany(_SQL["insert_participant"], [row for one in new for row in one.participants])
    await connection.executemany(_SQL["insert_timeline"], [one.timeline for one in new if one.timeline])
    return new, there
