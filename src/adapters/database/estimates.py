"""Sizes that are read often and need not be exact."""

from src.adapters.database.pool import PostgresPool

# Counting millions of rows takes seconds. The planner's figure is -1 before the first ANALYZE, the statistics' 0 after
# a crash: the greater of the two is right but for moments.
_STORED_MATCHES = """
SELECT greatest(c.reltuples::bigint, s.n_live_tup, 0)
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = 'matches'::regclass
"""


async def stored_matches(database: PostgresPool) -> int:
    """How many matches are stored, about.

    Raises:
        Unavailable: the database cannot be reached.
    """
    row = await database.fetchrow(_STORED_MATCHES)
    return 0 if row is None else int(row[0])
