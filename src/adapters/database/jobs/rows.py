"""Jobs as rows, and back."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.adapters.database.queries import load_queries
from src.core.domain.job import Job, JobState, NewJob

SQL = load_queries("jobs.sql")


def to_job(row: asyncpg.Record, **changes: Any) -> Job:
    """The job a row holds, with `changes` to its columns."""
    return Job.model_validate({name: row[name] for name in Job.model_fields} | changes)


def new_rows(jobs: Sequence[NewJob]) -> list[dict[str, Any]]:
    """What the `insert` statement reads; the order of `jobs` becomes their position."""
    return [job.model_dump(mode="json") | {"position": position} for position, job in enumerate(jobs)]


def key_of(job: NewJob) -> str | None:
    """The idempotency key as the row holds it."""
    return None if job.idempotency_key is None else clean_text(job.idempotency_key)


def is_final(row: asyncpg.Record) -> bool:
    """True if the job will not change again."""
    return JobState(row["state"]).is_final


def is_held(row: asyncpg.Record, fence: int) -> bool:
    """True if the holder of `fence` may write."""
    return bool(row["state"] == JobState.RUNNING and row["fence"] == fence)
