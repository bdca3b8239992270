"""The ledger of jobs in Postgres."""

from src.adapters.database.jobs.ledger import PostgresJobLedger

__all__ = ["PostgresJobLedger"]
