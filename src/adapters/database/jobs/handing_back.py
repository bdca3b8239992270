"""Running jobs that stop running without ending: given back, or waiting for children."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from src.adapters.database.jobs.cancelling import cancel_descendants
from src.adapters.database.jobs.ending import End, end_complete_parents, end_job, final_part, lock_family
from src.adapters.database.jobs.rows import SQL, is_held
from src.adapters.database.jobs.submission import existing, submit_children
from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, JobState, NewJob
from src.core.errors import LeaseLost


async def requeue(
    connection: Connection,
    job_id: UUID,
    fence: int,
    *,
    delay: float,
    attempts: int = 0,
    error: str | None = None,
    error_kind: str | None = None,
) -> tuple[Job, ...]:
    """Make a held job due again in `delay` seconds. One whose cancel was requested ends instead.

    Answers the jobs that are final now; the same call again is answered again.

    Raises:
        LeaseLost: the fence is stale.
    """
    family = await lock_family(connection, job_id)
    row = family[-1] if family else None
    if row is not None and is_held(row, fence):
        if row["cancel_requested"]:
            return await end_job(connection, family, End(JobState.CANCELLED))
        reason = None if error is None else clean_text(error)
        await connection.execute(SQL["requeue"], job_id, attempts, reason, error_kind, delay)
        return ()
    if row is None or row["fence"] != fence or row["state"] not in {JobState.QUEUED, JobState.CANCELLED}:
        raise LeaseLost
    # This very call was committed before: nobody else leaves our fence on a job that is not running.
    return final_part(family)


async def wait_for_children(
    connection: Connection,
    job_id: UUID,
    fence: int,
    children: Sequence[NewJob],
    *,
    result: Mapping[str, Any] | None = None,
) -> tuple[Job, ...]:
    """Make a held job the waiting parent of `children`; with none to wait for it ends at once. `result` is its own.

    Raises:
        LeaseLost: the fence is stale.
    """
    family = await lock_family(connection, job_id)
    row = family[-1] if family else None
    if row is None or not is_held(row, fence):
        known = await existing(connection, children)
        if row is None or row["fence"] != fence or row["state"] in {JobState.QUEUED, JobState.FAILED} or known is None:
            raise LeaseLost
        return known
    written = await submit_children(connection, job_id, children)
    waiting = await connection.fetch(SQL["wait"], job_id, None if result is None else dict(result))
    if row["cancel_requested"]:
        await cancel_descendants(connection, job_id)
    await end_complete_parents(connection, [*family[:-1], *waiting])
    return await existing(connection, children) or written
