"""Taking jobs, and giving up on those that kill their workers."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.ending import End, end_job, lock_family
from src.adapters.database.jobs.rows import SQL, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, JobState, Lane

_WINDOW = timedelta(seconds=60)


class Refusal(Enum):
    """Why a claim got nothing."""

    NOT_DUE = "not due, taken, final or over its rate"
    LOST_CAUSE = "its lease ran out for the last time, or after a cancel"


async def claim(
    connection: Connection, job_id: UUID, *, claim_id: UUID, worker: str, lease: float, max_deaths: int
) -> Job | Refusal:
    """Take a due job. `claim_id` names this call: repeated after an unseen commit, it finds what it took."""
    row = await connection.fetchrow(SQL["lock_due"], job_id, claim_id)
    if row is None:
        return Refusal.NOT_DUE
    if row["claim_id"] == claim_id:
        return to_job(row)
    if row["state"] == JobState.RUNNING and (row["cancel_requested"] or row["deaths"] + 1 >= max_deaths):
        return Refusal.LOST_CAUSE
    slot = await _wait_for_rate(connection, row)
    if slot is not None:
        await connection.execute(SQL["defer"], job_id, slot)
        return Refusal.NOT_DUE
    taken = await connection.fetchrow(SQL["take"], job_id, worker, claim_id, lease)
    assert taken is not None  # noqa: S101 - the row is locked
    return to_job(taken)


async def bury(connection: Connection, job_id: UUID, *, claim_id: UUID, max_deaths: int) -> None:
    """End a lost cause; its parent may end with it. A second look, for the family is locked from the root down."""
    family = await lock_family(connection, job_id)
    row = await connection.fetchrow(SQL["lock_due"], job_id, claim_id)
    if row is None or row["state"] != JobState.RUNNING:
        return
    deaths = row["deaths"] + 1
    if row["cancel_requested"]:
        await end_job(connection, family, End(JobState.CANCELLED, deaths=1))
    elif deaths >= max_deaths:
        error = f"The job ended its worker process {deaths} times and was stopped."
        await end_job(connection, family, End(JobState.FAILED, error=error, error_kind="JobDied", deaths=1))


async def _wait_for_rate(connection: Connection, row: asyncpg.Record) -> datetime | None:
    """None if the job may start now (its claim is counted), else the time of the first free slot.

    Slots free up one by one as claims leave the window, and those who wait already take the first ones: giving
    everybody the same time would publish all of them again each time one slot is free.
    """
    kind, rate = row["kind"], row["rate_per_minute"]
    if rate is None or row["lane"] != Lane.BACKGROUND:
        return None
    await connection.execute(SQL["lock_rate"], kind)
    await connection.execute(SQL["forget_claims"], kind)
    claims = [claim["claimed_at"] for claim in await connection.fetch(SQL["recent_claims"], kind)]
    if len(claims) < rate:
        await connection.execute(SQL["note_claim"], kind)
        return None
    waiting = await connection.fetchval(SQL["count_deferred"], kind)
    windows, index = divmod(waiting + len(claims) - rate, len(claims))
    slot: datetime = claims[index] + (windows + 1) * _WINDOW
    return slot
