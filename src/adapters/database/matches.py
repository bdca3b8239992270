"""Matches and timelines in Postgres."""

import asyncio
from collections.abc import Collection, Sequence

import asyncpg

from src.adapters.database.counting import count
from src.adapters.database.forgetting import (
    fresh_places,
    people_in,
    stored_people,
    without_forgotten,
    without_places,
)
from src.adapters.database.jobs.submission import submit
from src.adapters.database.match_reading import KeptMatch, hides, is_whole, read_kept
from src.adapters.database.match_writing import MatchWriting, add, write_down
from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.tombstones import keep_erasures_out, seen_among
from src.core.domain.job import NewJob
from src.core.domain.match import GameKind, Outcome
from src.core.domain.match_summary import MatchSummary
from src.core.domain.pseudonyms import is_pseudonym, pseudonym
from src.core.ports.match_store import KnownMatches, StoredMatch

_SQL = load_queries("matches.sql")
_CHECKED_AT_ONCE = 20  # matches: some 2 MB, and a quarter of a second of reading


class PostgresMatchStore:
    """The MatchStore port. Documents are kept twice: Riot's bytes under zstd, and what is queried as columns.

    Whether somebody in a match is forgotten is looked up in the transaction that stores it, at three round trips for
    all of a batch: nobody's erasure can begin between the look and the commit.
    """

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def known(self, match_ids: Collection[str], *, of: str | None = None) -> KnownMatches:
        """Those of the ids that are stored, by what is to be done about them. Looks at rows only."""
        rows = await self._database.fetch(_SQL["known"], list(match_ids), of, pseudonym(""))
        hiding = frozenset(row["match_id"] for row in rows if row["hides"])
        complete = frozenset(row["match_id"] for row in rows if row["is_complete"]) - hiding
        return KnownMatches(complete, frozenset(row["match_id"] for row in rows) - complete - hiding, hiding)

    async def complete(self, match_ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored for good."""
        return (await self.known(match_ids)).complete

    async def store(
        self,
        stored: StoredMatch,
        *,
        timeline_gone: bool = False,
        counted_for: str | None = None,
        jobs: Sequence[NewJob] = (),
        replace: bool = False,
    ) -> bool:
        """Keep a match. A replacement is always new. After a commit that went unseen, the answer is False."""
        gone = frozenset({stored.match.match_id} if timeline_gone else ())
        written = await asyncio.to_thread(write_down, [stored], gone=gone)

        async def work(connection: Connection) -> bool:
            (writing,), counts_for = await _admitted(
                connection, [stored], written, gone, counted_for, is_replacement=replace
            )
            is_new = True
            if replace:
                await writing.replace(connection)
            else:
                is_new = bool(await add(connection, [writing]))
            if counts_for is not None:
                await count(connection, counts_for, [writing.match_id])
            if jobs:
                await submit(connection, jobs)
            return is_new

        return await self._database.run(work)

    async def store_many(
        self,
        matches: Sequence[StoredMatch],
        *,
        gone: Collection[str] = (),
        counted_for: str | None = None,
    ) -> frozenset[str]:
        """Keep several matches. After a commit that went unseen, none of them is new."""
        written = await asyncio.to_thread(write_down, matches, gone=frozenset(gone))

        async def work(connection: Connection) -> frozenset[str]:
            writings, counts_for = await _admitted(connection, matches, written, frozenset(gone), counted_for)
            new = await add(connection, writings)
            if counts_for is not None:
                await count(connection, counts_for, [writing.match_id for writing in writings])
            return new

        return await self._database.run(work)

    async def intact(self, match_ids: Collection[str], *, of: str | None = None) -> frozenset[str]:
        """Those of the ids that are stored for good and whole. Reads some at a time, beside the event loop."""
        if of is not None and await self._database.fetchrow(_SQL["link_of"], of) is None:
            of = None
        asked = sorted(set(match_ids))
        found: list[str] = []
        for start in range(0, len(asked), _CHECKED_AT_ONCE):
            kept = await self._read(asked[start : start + _CHECKED_AT_ONCE])
            found.extend(await asyncio.to_thread(_whole, kept, of))
        return frozenset(found)

    async def load(self, match_id: str) -> StoredMatch | None:
        """A stored match with its timeline, or None."""
        kept = await self._read([match_id])
        if not kept:
            return None
        stored = kept[0].to_stored()
        # An erasure comes to its matches one by one.
        people = [one.puuid for one in stored.match.participants if one.puuid is not None]
        forgotten = await seen_among(self._database, people)
        if not forgotten:
            return stored
        return await asyncio.to_thread(without_places, stored, fresh_places(stored.match, forgotten))

    async def history(self, puuid: str, *, limit: int) -> tuple[MatchSummary, ...]:
        """A player's stored matches, newest first."""
        return tuple(map(_summary, await self._database.fetch(_SQL["history"], puuid, limit)))

    async def _read(self, match_ids: Sequence[str]) -> list[KeptMatch]:
        return await self._database.run(lambda connection: read_kept(connection, match_ids))


def _summary(row: asyncpg.Record) -> MatchSummary:
    return MatchSummary(**{**row, "kind": GameKind(row["kind"]), "outcome": Outcome(row["outcome"])})


async def _admitted(
    connection: Connection,
    matches: Sequence[StoredMatch],
    written: Sequence[MatchWriting],
    gone: frozenset[str],
    counted_for: str | None,
    *,
    is_replacement: bool = False,
) -> tuple[Sequence[MatchWriting], str | None]:
    """What may be written of the matches, and for whom they count: nothing for those who are forgotten."""
    await keep_erasures_out(connection)
    ids = {writing.match_id for writing in written}
    there = await stored_people(connection, ids, is_replacement=is_replacement)
    people = people_in(matches, there)
    forgotten = await seen_among(connection, people if counted_for is None else people | {counted_for})
    counts_for = None if counted_for in forgotten else counted_for
    if not forgotten and not any(map(is_pseudonym, people)):
        return written, counts_for
    clean = await without_forgotten(connection, matches, there, forgotten, is_replacement=is_replacement)
    changed = {one.match.match_id for one, before in zip(clean, matches, strict=True) if one is not before}
    again = [one for one in clean if one.match.match_id in changed]
    same = [writing for writing in written if writing.match_id not in changed]
    rewritten = await asyncio.to_thread(write_down, again, gone=gone)
    return sorted([*same, *rewritten], key=lambda writing: writing.match_id), counts_for


def _whole(kept: Sequence[KeptMatch], of: str | None) -> list[str]:
    return [
        one.match["match_id"] for one in kept
        if is_whole(one) and (of is None or not hides(one, of))
    ]  # fmt: skip
