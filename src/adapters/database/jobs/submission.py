"""Writing jobs down."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.rows import SQL, key_of, new_rows, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, NewJob
from src.core.errors import Unavailable

_TRIES = 5


async def submit(connection: Connection, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
    """Insert what is new; answer for each job its own row, or the unfinished one that holds its key."""
    for _ in range(_TRIES):
        await connection.execute(SQL["insert"], new_rows(jobs))
        own = await _by_id(connection, jobs)
        keys = [key_of(job) for job in jobs if job.id not in own]
        rows = await connection.fetch(SQL["unfinished_by_keys"], keys) if keys else []
        held = {row["idempotency_key"]: row for row in rows}
        found = [own.get(job.id) or held.get(key_of(job)) for job in jobs]
        if None not in found:
            return tuple(to_job(row) for row in found if row)
        # Whoever held the key ended between two statements: now it is free.
    raise Unavailable("Jobs with the same key end as fast as they are submitted.", retry_after=1.0)


async def submit_children(connection: Connection, parent_id: UUID, children: Sequence[NewJob]) -> tuple[Job, ...]:
    """Insert a parent's children. A key that somebody else holds is left out: the parent waits for a job of its own."""
    own = [child.model_copy(update={"parent_id": parent_id}) for child in children]
    await connection.execute(SQL["insert"], new_rows(own))
    rows = await _by_id(connection, own)
    if len(rows) < len(own):
        keyless = [child.model_copy(update={"idempotency_key": None}) for child in own]
        await connection.execute(SQL["insert"], new_rows(keyless))
        rows = await _by_id(connection, own)
    return tuple(to_job(rows[child.id]) for child in own)


async def existing(connection: Connection, jobs: Sequence[NewJob]) -> tuple[Job, ...] | None:
    """The jobs as they are, or None if one of them was never written."""
    rows = await _by_id(connection, jobs)
    return tuple(to_job(rows[job.id]) for job in jobs) if all(job.id in rows for job in jobs) else None


async def _by_id(connection: Connection, jobs: Sequence[NewJob]) -> dict[UUID, asyncpg.Record]:
    rows = await connection.fetch(SQL["by_ids"], [job.id for job in jobs])
    return {row["id"]: row for row in rows}
