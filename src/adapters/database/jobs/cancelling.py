"""Cancelling jobs with all their children."""

from uuid import UUID

from src.adapters.database.jobs.ending import End, end_complete_parents, end_job, lock_family
from src.adapters.database.jobs.rows import SQL, is_final, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, JobState
from src.core.errors import JobNotFound


async def cancel(connection: Connection, job_id: UUID) -> Job:
    """End a queued job; ask a running one to stop; do so with every descendant of a waiting one.

    Raises:
        JobNotFound: there is no such job.
    """
    family = await lock_family(connection, job_id)
    if not family:
        raise JobNotFound
    job = family[-1]
    if is_final(job):
        return to_job(job)
    if job["state"] == JobState.QUEUED:
        return (await end_job(connection, family, End(JobState.CANCELLED)))[0]
    await connection.execute(SQL["request_cancel"], [job_id])
    if job["state"] == JobState.WAITING:
        await cancel_descendants(connection, job_id)
        marked = await connection.fetch(SQL["get"], job_id)
        await end_complete_parents(connection, [*family[:-1], *marked])
    return to_job((await connection.fetch(SQL["get"], job_id))[0])


async def give_way(connection: Connection, job_id: UUID) -> bool:
    """End a queued job and forget where it was to answer; True if it is cancelled, now or before."""
    family = await lock_family(connection, job_id)
    if not family or family[-1]["state"] != JobState.QUEUED:
        return bool(family) and family[-1]["state"] == JobState.CANCELLED
    await end_job(connection, family, End(JobState.CANCELLED, is_answered=True))
    return True


async def cancel_descendants(connection: Connection, job_id: UUID) -> None:
    """Cancel everything below a locked waiting job; waiting jobs in between end if nothing below them still runs.

    Nobody gets children meanwhile: that takes a lock on the whole family, from the root down.
    """
    ids = [row["id"] for row in await connection.fetch(SQL["lock_descendants"], job_id)]
    await connection.execute(SQL["cancel_queued"], ids)
    await connection.execute(SQL["request_cancel"], ids)
    for row in reversed(await connection.fetch(SQL["lock_descendants"], job_id)):
        await end_complete_parents(connection, [row])
