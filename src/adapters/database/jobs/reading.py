"""Looking at jobs without changing them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.rows import SQL, to_job
from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.job import Job, JobCount, JobFilter, JobState
from src.core.errors import JobNotFound

_SQL = load_queries("job_views.sql")
_NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), 0, UUID(int=0))  # newer than any job


async def get(database: PostgresPool, job_id: UUID) -> Job:
    """The job, with its children's progress.

    Raises:
        JobNotFound: there is no such job.
    """
    (job,) = await _shown(database, [await _row(database, job_id)])
    return job


async def holder_of(database: PostgresPool, idempotency_key: str) -> Job | None:
    """The unfinished job with this key, of which there is one at the most."""
    row = await database.fetchrow(SQL["unfinished_by_keys"], [idempotency_key])
    return None if row is None else to_job(row)


async def find(database: PostgresPool, which: JobFilter, *, limit: int, before: UUID | None = None) -> tuple[Job, ...]:
    """Jobs, newest first, by keyset: a page costs the same however deep it is.

    Raises:
        JobNotFound: `before` is not there.
    """
    last: tuple[Any, ...] = _NEWEST
    if before is not None:
        row = await _row(database, before)
        last = (row["created_at"], row["position"], row["id"])
    states = None if which.states is None else [state.value for state in which.states]
    kinds = None if which.kinds is None else list(which.kinds)
    arguments = (*last, states, kinds, which.with_children, limit, which.lane and which.lane.value)
    if which.owner is None:
        return await _shown(database, await database.fetch(_SQL["find"], *arguments))
    return await _shown(database, await database.fetch(_SQL["find_of_owner"], *arguments, which.owner))


async def counts(database: PostgresPool) -> tuple[JobCount, ...]:
    """How many jobs there are, by kind, state and lane."""
    return tuple(JobCount.model_validate(dict(row)) for row in await database.fetch(_SQL["counts"]))


async def _row(database: PostgresPool, job_id: UUID) -> asyncpg.Record:
    row = await database.fetchrow(SQL["get"], job_id)
    if row is None:
        raise JobNotFound
    return row


async def _shown(database: PostgresPool, rows: Sequence[asyncpg.Record]) -> tuple[Job, ...]:
    """The jobs; what the children of waiting ones have done counts as theirs."""
    jobs = [to_job(row) for row in rows]
    waiting = [job.id for job in jobs if job.state is JobState.WAITING and job.progress is not None]
    if not waiting:
        return tuple(jobs)
    below = {row["root"]: row["done"] for row in await database.fetch(_SQL["done_below"], waiting)}
    return tuple(_with_done(job, below.get(job.id, 0)) for job in jobs)


def _with_done(job: Job, more: int) -> Job:
    if job.progress is None or more == 0:
        return job
    progress = job.progress.model_copy(update={"done": job.progress.done + more})
    return job.model_copy(update={"progress": progress})
