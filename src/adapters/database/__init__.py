"""Postgres through asyncpg: bindings, players and their years, matches, their facts, API keys and the jobs' ledger."""

from src.adapters.database.absences import PostgresAbsenceStore
from src.adapters.database.adapter import DatabaseAdapter
from src.adapters.database.api_keys import PostgresApiKeyStore
from src.adapters.database.estimates import stored_matches
from src.adapters.database.jobs import PostgresJobLedger
from src.adapters.database.link_steps import PostgresLinkSteps
from src.adapters.database.match_facts import PostgresMatchFactsStore
from src.adapters.database.matches import PostgresMatchStore
from src.adapters.database.personal_data import PostgresPersonalData
from src.adapters.database.players import PostgresPlayerStore
from src.adapters.database.schema_state import pending_revisions
from src.adapters.database.settings import DatabaseSettings
from src.adapters.database.statistics import PostgresYearlyStatisticsStore
from src.adapters.database.tombstones import PostgresTombstones

__all__ = [
    "DatabaseAdapter",
    "DatabaseSettings",
    "PostgresAbsenceStore",
    "PostgresApiKeyStore",
    "PostgresJobLedger",
    "PostgresLinkSteps",
    "PostgresMatchFactsStore",
    "PostgresMatchStore",
    "PostgresPersonalData",
    "PostgresPlayerStore",
    "PostgresTombstones",
    "PostgresYearlyStatisticsStore",
    "pending_revisions",
    "stored_matches",
]
