"""Taking jobs, and giving up on those that kill their workers."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.ending import End, end_job, lock_family
from src.adapters.database.jobs.rows import SQL, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, JobState, Lane, Rate

# Seconds: rates are per second, minute or hour, and jobs of one kind may differ in theirs.
_LONGEST_WINDOW = 3600.0
# Seconds that a turn is kept free for its job: the reconciler has to publish it, and a worker to hear of it.
_TURN_KEPT = 30.0


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
    turn = await _turn_of(connection, row)
    if turn is not None:
        await connection.execute(SQL["defer"], job_id, turn)
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


async def _turn_of(connection: Connection, row: asyncpg.Record) -> datetime | None:
    """None if the job may start now (its claim is counted), else the time of its turn.

    Turns come one by one as starts leave the window, after the turns that others wait for already: giving everybody
    the same time would publish all of them again each time one may start. A job that was claimed before goes on.
    """
    if row["rate"] is None or row["lane"] != Lane.BACKGROUND or row["fence"] > 0:
        return None
    kind, rate = row["kind"], Rate.model_validate(row["rate"])
    await connection.execute(SQL["lock_rate"], kind)
    claims = await connection.fetch(SQL["recent_claims"], kind, rate.seconds, rate.count)
    kept = min(rate.seconds, _TURN_KEPT)
    slots = await connection.fetch(SQL["last_slots"], kind, rate.count, kept, row["id"])
    # Whoever has waited for its turn does not lose it to a job that has just come.
    ahead = 0 if row["slot_at"] else sum(slot["has_come"] for slot in slots)
    if len(claims) + ahead < rate.count:
        await connection.execute(SQL["note_claim"], kind, max(rate.seconds, _LONGEST_WINDOW))
        return None
    starts: list[datetime] = sorted(start[0] for start in [*claims, *slots])
    return starts[-rate.count] + timedelta(seconds=rate.seconds)
