"""Jobs as rows, and back."""

from collections.abc import Mapping, Sequence
from datetime import MAXYEAR
from typing import Any
from uuid import UUID

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.adapters.database.queries import load_queries
from src.core.domain.job import Job, JobState, NewJob

SQL = load_queries("jobs.sql")


def to_job(row: asyncpg.Record, **changes: Any) -> Job:
    """The job a row holds, with `changes` to its columns."""
    values = {name: row[name] for name in Job.model_fields}
    if values["next_attempt_at"].year == MAXYEAR:  # Postgres's infinity
        values["next_attempt_at"] = None
    return Job.model_validate(values | changes)


def new_rows(
    jobs: Sequence[NewJob], places: Mapping[UUID, int], *, held_back: frozenset[UUID] = frozenset()
) -> list[dict[str, Any]]:
    """What the `insert` statement reads; `places` orders what was submitted together, `held_back` waits for others."""
    return [
        job.model_dump(mode="json") | {"position": places[job.id], "is_held_back": job.id in held_back} for job in jobs
    ]


def stored_text(text: str | None) -> str | None:
    """A key as the row holds it."""
    return None if text is None else clean_text(text)


def is_final(row: asyncpg.Record) -> bool:
    """True if the job will not change again."""
    return JobState(row["state"]).is_final


def is_held(row: asyncpg.Record, fence: int) -> bool:
    """True if the holder of `fence` may write."""
    return bool(row["state"] == JobState.RUNNING and row["fence"] == fence)
