"""A database with any number of matches of real size, made inside Postgres from a few real ones.

Match n has a fixed id, start and people, so that whoever asks knows what is there. One place in each match belongs to
one of the players whose histories are kept (200 matches each); the others are strangers, met twice on average.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any

import asyncpg

from src.adapters.database.pool import asyncpg_url

MATCHES_PER_PLAYER = 200
_STEP = 5_000  # matches per statement
# Prime: numbers times a factor, modulo this, come in no visible order and never twice.
_PRIME, _FACTOR = 99_999_989, 48_271
_FIRST_NUMBER = 7_000_000_000
_PUUID_LENGTH = 78
_TABLES = ("matches", "participants", "timelines")
# What is told anew of match `n`; every other column is the template's.
_TOLD_ANEW = {
    "matches": {"match_id": "bench_id(n)", "started_at": "bench_start(n)"},
    "participants": {
        "match_id": "bench_id(n)",
        "started_at": "bench_start(n)",
        "puuid": "bench_puuid(n, participant_id, $3)",
    },
    "timelines": {"match_id": "bench_id(n)"},
}


def match_id(number: int) -> str:
    """The id of a match; `bench_id` in SQL."""
    return f"EUW1_{_FIRST_NUMBER + number * _FACTOR % _PRIME}"


def puuid(player: int) -> str:
    """The PUUID of a player with a history; `bench_puuid` in SQL."""
    digest = hashlib.sha512(f"player {player}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_PUUID_LENGTH]


def players(matches: int) -> int:
    """How many players have histories among so many matches."""
    return max(1, matches // MATCHES_PER_PLAYER)


async def fill(url: str, matches: int, said: Callable[[int], None]) -> None:
    """Make copies of what is stored until there are `matches`, in place of it; `said` is told how many there are.

    What was truncated in the same transaction is not logged (`wal_level` minimal): half the writing.
    """
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute(files("benchmarks").joinpath("scale_data.sql").read_text("utf-8"))
        columns = {table: await _columns(connection, table) for table in _TABLES}
        templates = await connection.fetchval("SELECT count(*) FROM bench_templates")
        async with connection.transaction():
            # The foreign keys hold by construction: matches come first.
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute("TRUNCATE matches CASCADE")
            for start in range(0, matches, _STEP):
                until = min(matches, start + _STEP)
                for table in _TABLES:
                    arguments: list[Any] = [start, until]
                    arguments += [players(matches)] if table == "participants" else []
                    await connection.execute(_insert(table, columns[table], templates), *arguments, timeout=600)
                said(until)
        for table in _TABLES:
            await connection.execute(f"DROP TABLE bench_{table}")
        await connection.execute("DROP TABLE bench_templates")
    finally:
        await connection.close()


async def settle(url: str) -> None:
    """What a server does in time by itself: statistics, visibility, everything on disk."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute("VACUUM ANALYZE", timeout=1800)
        await connection.execute("CHECKPOINT", timeout=600)
    finally:
        await connection.close()


async def _columns(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        table,
    )
    return [str(row["attname"]) for row in rows]


def _insert(table: str, columns: Sequence[str], templates: int) -> str:
    """Matches $1 up to, not including, $2; their names come from the catalogue and from above."""
    told = _TOLD_ANEW[table]
    values = [told.get(column, f"kept.{column}") for column in columns]
    return (
        f"INSERT INTO {table} ({_listed(columns)}) SELECT {_listed(values)}"  # noqa: S608
        f" FROM generate_series($1::integer, $2::integer - 1) AS n"
        f" JOIN bench_templates ON template = n % {templates}"
        f" JOIN bench_{table} AS kept ON kept.match_id = bench_templates.match_id"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
