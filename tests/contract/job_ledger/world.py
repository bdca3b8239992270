"""A ledger under test, and how its tests speak of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from src.core.domain.job import Job, JobState, NewJob, Progress
from src.core.domain.reply import Reply
from src.core.errors import LeaseLost
from src.core.ports.job_ledger import JobLedger

REPLY = Reply(
    application_id="1", token=SecretStr("secret-token"), expires_at=datetime(2026, 3, 14, tzinfo=UTC),
    channel_id="7", user_id="42",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """A ledger, and its time."""

    ledger: JobLedger
    pass_time: Callable[[float], Awaitable[None]]


def a_job(**changes: Any) -> NewJob:
    return NewJob(**{"id": uuid4(), "kind": "fetch", "arguments": {"b": 1, "a": [2]}, "queue": "matches"} | changes)


async def submitted(ledger: JobLedger, **changes: Any) -> Job:
    return (await ledger.submit([a_job(**changes)]))[0]


async def claimed(ledger: JobLedger, job_id: UUID) -> Job:
    """Claim a job that must be there to be claimed, for 30 s."""
    job = await ledger.claim(job_id, worker="w1", lease=30.0, max_deaths=3)
    assert job is not None
    return job


async def not_claimed(ledger: JobLedger, job_id: UUID, *, max_deaths: int = 3) -> bool:
    return await ledger.claim(job_id, worker="w2", lease=30.0, max_deaths=max_deaths) is None


async def running(ledger: JobLedger, **changes: Any) -> Job:
    return await claimed(ledger, (await submitted(ledger, **changes)).id)


async def family(ledger: JobLedger, size: int = 2, **changes: Any) -> tuple[Job, list[Job]]:
    """A waiting parent and its claimed children."""
    parent = await running(ledger, kind="parent", **changes)
    children = await ledger.wait_for_children(parent.id, parent.fence, [a_job(kind="child") for _ in range(size)])
    return parent, [await claimed(ledger, child.id) for child in children]


async def state_of(ledger: JobLedger, job: NewJob) -> JobState:
    return (await ledger.get(job.id)).state


async def refused_everything(ledger: JobLedger, job: Any) -> None:
    """Every write under this job's fence raises LeaseLost."""
    held = job[0] if isinstance(job, tuple) else job
    key = (held.id, held.fence)
    for write in (
        ledger.heartbeat(*key, lease=30),
        ledger.report_progress(*key, Progress(step="x")),
        ledger.succeed(*key, {}),
        ledger.fail(*key, error="e", error_kind="k"),
        ledger.end_cancelled(*key, {}),
        ledger.retry_later(*key, delay=1, error="e", error_kind="k"),
        ledger.give_back(*key, delay=1),
        ledger.wait_for_children(*key, [a_job()]),
    ):
        with pytest.raises(LeaseLost):
            await write
