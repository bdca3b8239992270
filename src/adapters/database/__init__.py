"""Postgres through asyncpg: bindings, players, matches and the ledger of jobs."""

from src.adapters.database.adapter import DatabaseAdapter
from src.adapters.database.jobs import PostgresJobLedger
from src.adapters.database.matches import PostgresMatchStore
from src.adapters.database.players import PostgresPlayerStore
from src.adapters.database.schema_state import pending_revisions
from src.adapters.database.settings import DatabaseSettings

__all__ = [
    "DatabaseAdapter",
    "DatabaseSettings",
    "PostgresJobLedger",
    "PostgresMatchStore",
    "PostgresPlayerStore",
    "pending_revisions",
]
