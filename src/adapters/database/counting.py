"""Adding matches to their players' years: each match once, whoever tries, however often and at once.

Everything here happens under the lock of the match's row, in the transaction of whoever holds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.core.domain.pseudonyms import pseudonym

SQL = load_queries("statistics.sql")


@dataclass(frozen=True, slots=True)
class MatchPlayers:
    """Who was in a match, the places of those for whom it counts, and the years under which it may be counted."""

    puuids: frozenset[str]
    counted: frozenset[int]
    years: frozenset[int]


async def count(connection: Connection, puuid: str, match_ids: Iterable[str]) -> int:
    """Count those of the matches that are the player's and not counted yet. The caller holds the matches' locks."""
    counted: int = await connection.fetchval(SQL["count"], puuid, list(match_ids))
    return counted


async def players_of(connection: Connection, match_id: str, *, year: int) -> MatchPlayers:
    """Who is stored as a participant of the match; `year` is the one the match's own row says."""
    rows = await connection.fetch(SQL["players_of_match"], match_id)
    return MatchPlayers(
        puuids=frozenset(row["puuid"] for row in rows),
        counted=frozenset(row["participant_id"] for row in rows if row["is_counted"]),
        years=frozenset((year, *(row["year"] for row in rows))),
    )


async def recount_replaced(
    connection: Connection, before: MatchPlayers, match_id: str, *, puuids: Iterable[str], year: int
) -> None:
    """Mark a match whose participants were written anew as counted for whom it was, and correct the years it touched.

    `puuids` and `year` are the new ones. A participant whose row was lost is not known as counted any more, but
    their year may hold the match: so the years of all these players are added up again, not only the counted ones'.
    """
    await connection.execute(SQL["mark_counted"], match_id, sorted(before.counted), pseudonym(""))
    await _recount(connection, before.puuids.union(puuids), before.years | {year})


async def move_games(connection: Connection, old: str, new: str) -> None:
    """Give a player's games and years to the PUUID that the player has now, which may have some already."""
    await connection.execute(SQL["lock_games"], old)
    await connection.execute(SQL["move_games"], old, new)
    years = await connection.fetch(SQL["years_of"], [old, new])
    await _recount(connection, {old, new}, {row["year"] for row in years})


async def _recount(connection: Connection, puuids: Iterable[str], touched: Iterable[int]) -> None:
    """Add up anew what the participants' rows say of these players and years."""
    people, years = sorted(puuids), sorted(touched)
    locked = await connection.fetch(SQL["lock_years"], people, years)
    keys = [row["puuid"] for row in locked], [row["year"] for row in locked]
    await connection.execute(SQL["drop_years"], *keys)
    await connection.execute(SQL["recount_years"], *keys)
