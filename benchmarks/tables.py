"""The tables that a trial fills."""

import asyncpg

from src.adapters.database.pool import asyncpg_url

_PAIRS = (
    "CREATE TABLE IF NOT EXISTS bench_pairs (match_id text PRIMARY KEY, match jsonb NOT NULL, timeline jsonb NOT NULL)"
)
_SIZE = "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest($1::text[]) AS name"
# Everything but the moment of storing.
_ROWS = """
SELECT md5(string_agg(kept, '|' ORDER BY kept)) FROM (
    SELECT (to_jsonb(matches) - 'stored_at')::text AS kept FROM matches
    UNION ALL SELECT to_jsonb(participants)::text FROM participants
    UNION ALL SELECT to_jsonb(timelines)::text FROM timelines
) AS kept
"""
CHIMERAS = ("matches", "participants", "timelines")
RIVALS = ("bench_pairs",)
_COUNTS = {"matches": "SELECT count(*) FROM matches", "bench_pairs": "SELECT count(*) FROM bench_pairs"}


async def emptied(url: str) -> None:
    """Empty all tables, and give the disk time to take what is still to be written."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute(_PAIRS)
        await connection.execute("TRUNCATE matches, participants, timelines, bench_pairs CASCADE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def size(url: str, tables: tuple[str, ...]) -> int:
    """Bytes on disk: rows, what is kept out of line, indexes."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        found: int = await connection.fetchval(_SIZE, list(tables))
        return found
    finally:
        await connection.close()


async def rows(url: str, table: str) -> int:
    """How many pairs a table of pairs holds."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        found: int = await connection.fetchval(_COUNTS[table])
        return found
    finally:
        await connection.close()


async def fingerprint(url: str) -> str:
    """What stands in Chimera's tables, the moments of storing aside, as one value."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        return str(await connection.fetchval(_ROWS))
    finally:
        await connection.close()
