"""Jobs that follow others: held back until those have ended, then due or failed."""

from collections.abc import Sequence
from enum import Enum, auto
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.ending import End, end_job, lock_family
from src.adapters.database.jobs.rows import SQL, to_job
from src.adapters.database.pool import Connection, PostgresPool
from src.core.domain.job import Job, JobState, NewJob, why_not_followed
from src.core.errors import JobNotFound


class Fate(Enum):
    """What becomes of a follower, as its predecessor is."""

    WAITS = auto()
    GOES_ON = auto()
    FAILS = auto()


def fate_of(follower: NewJob, predecessor: JobState) -> Fate:
    """What a predecessor's state means for its follower."""
    if not predecessor.is_final:
        return Fate.WAITS
    return Fate.GOES_ON if follower.follows_any_end or predecessor is JobState.SUCCEEDED else Fate.FAILS


async def lock_predecessors(connection: Connection, jobs: Sequence[NewJob]) -> dict[UUID | None, Job]:
    """The jobs that `jobs` follow, by id, kept from being forgotten.

    One that is just ending may still look at work: whoever releases its followers then finds ours.

    Raises:
        JobNotFound: one of them is not there.
    """
    wanted = {job.follows for job in jobs if job.follows is not None}
    rows = await connection.fetch(SQL["predecessors"], list(wanted)) if wanted else []
    if len(rows) < len(wanted):
        raise JobNotFound("There is no such job to follow.")
    return {row["id"]: to_job(row) for row in rows}


async def fail_doomed(connection: Connection, row: asyncpg.Record, predecessor: Job) -> Job:
    """End a follower that this transaction has written down: what it waits for will not come."""
    (job,) = await end_job(connection, [row], _end_after(predecessor))
    return job


async def release(database: PostgresPool, ended: Sequence[UUID] | None) -> tuple[Job, ...]:
    """Let followers go on or fail; see `JobLedger.release_followers`.

    Each follower that fails does so in a transaction of its own, for its family is locked, and two families locked
    at once would be a deadlock in waiting.
    """
    released: list[Job] = []
    which = None if ended is None else list(ended)
    while which is None or which:
        released += [to_job(row) for row in await database.fetch(SQL["release"], which)]
        doomed = [row["id"] for row in await database.fetch(SQL["doomed"], which)]
        lost = [job for job_id in doomed for job in await _give_up(database, job_id)]
        released += lost
        which = [job.id for job in lost]
    return tuple(released)


async def _give_up(database: PostgresPool, job_id: UUID) -> tuple[Job, ...]:
    async def work(connection: Connection) -> tuple[Job, ...]:
        family = await lock_family(connection, job_id)
        if not family or not _is_held_back(family[-1]):
            return ()
        rows = await connection.fetch(SQL["by_ids"], [family[-1]["follows"]])
        return await end_job(connection, family, _end_after(to_job(rows[0]) if rows else None))

    return await database.run(work)


def _is_held_back(row: asyncpg.Record) -> bool:
    return row["state"] == JobState.QUEUED and to_job(row).next_attempt_at is None


def _end_after(predecessor: Job | None) -> End:
    error = "The job that had to succeed first is gone." if predecessor is None else why_not_followed(predecessor)
    return End(JobState.FAILED, error=error, error_kind="PredecessorFailed")
