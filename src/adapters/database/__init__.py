"""Postgres through asyncpg: bindings, players, matches and the ledger of jobs."""

from src.adapters.database.adapter import DatabaseAdapter
from src.adapters.database.jobs import PostgresJobLedger
from src.adapters.database.matches import PostgresMatchStore
from src.adapters.database.players import PostgresPlayerStore

__all__ = ["DatabaseAdapter", "PostgresJobLedger", "PostgresMatchStore", "PostgresPlayerStore"]
