"""Ending jobs, and with the last child its parent. Families are locked from the root down, by everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from src.adapters.database.jobs.rows import SQL, is_final, is_held, to_job
from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, JobState, merge_results
from src.core.errors import LeaseLost


@dataclass(frozen=True, slots=True)
class End:
    """How a job ends. `deaths`: how many it adds. `is_answered`: its holder is there and knows where to answer.

    `progress`: how far it came in the end, where that is more than it wrote down itself.
    """

    state: JobState
    result: Any = None
    error: str | None = None
    error_kind: str | None = None
    deaths: int = 0
    is_answered: bool = False
    progress: dict[str, Any] | None = None


async def lock_family(connection: Connection, job_id: UUID) -> list[asyncpg.Record]:
    """The job's ancestors, root first, and the job itself last; empty if there is no such job."""
    return await connection.fetch(SQL["lock_family"], job_id)


async def end_held(connection: Connection, job_id: UUID, fence: int, end: End) -> tuple[Job, ...]:
    """End a running job for the holder of its fence; the same end again is answered again.

    Raises:
        LeaseLost: the fence is stale.
    """
    family = await lock_family(connection, job_id)
    if family and is_held(family[-1], fence):
        return await end_job(connection, family, end)
    if family and family[-1]["fence"] == fence and _ended_so(family[-1], end):
        return final_part(family)
    raise LeaseLost


async def end_job(connection: Connection, family: Sequence[asyncpg.Record], end: End) -> tuple[Job, ...]:
    """End the last of a locked family and every ancestor this completes; answers them, the job first."""
    job = await _write_end(connection, family[-1], end)
    return (job, *await end_complete_parents(connection, family[:-1]))


async def end_complete_parents(connection: Connection, ancestors: Sequence[asyncpg.Record]) -> tuple[Job, ...]:
    """End waiting jobs, from the last of `ancestors` upwards, as long as all their children have ended."""
    ended: list[Job] = []
    for parent in reversed(ancestors):
        if parent["state"] != JobState.WAITING:
            break
        if await connection.fetchval(SQL["has_unfinished_children"], parent["id"]):
            break
        children = await connection.fetch(SQL["children"], parent["id"])
        end = replace(_end_of_parent(parent, children), progress=_progress_of_parent(parent, children))
        ended.append(await _write_end(connection, parent, end))
    return tuple(ended)


def _end_of_parent(parent: asyncpg.Record, children: Sequence[asyncpg.Record]) -> End:
    """How a parent ends: cancelled if that was asked; failed if no child succeeded and one failed; else succeeded.

    Its result is what it brought itself, what the children brought, cancelled ones included, and who failed at what.
    """
    failed = [child for child in children if child["state"] == JobState.FAILED]
    brought = [part["result"] for part in children if isinstance(part["result"], dict)]
    try:
        result = merge_results([parent["own_result"] or {}, *brought])
    except TypeError:
        error = "The results of the job's parts do not fit together."
        return End(JobState.FAILED, parent["own_result"] or {}, error, "BrokenInvariant")
    if failed:
        listed = result.get("failed")
        missing = [
            {"job_id": str(child["id"]), "error": child["error"], "arguments": child["arguments"]} for child in failed
        ]
        result["failed"] = [*(listed if isinstance(listed, list) else []), *missing]
    states = {child["state"] for child in children}
    if parent["cancel_requested"] or states == {JobState.CANCELLED}:
        return End(JobState.CANCELLED, result)
    if failed and JobState.SUCCEEDED not in states:
        return End(JobState.FAILED, result, failed[0]["error"], failed[0]["error_kind"])
    return End(JobState.SUCCEEDED, result)


def _progress_of_parent(parent: asyncpg.Record, children: Sequence[asyncpg.Record]) -> dict[str, Any] | None:
    """The parent's progress with its children's, which would otherwise vanish from it with its end."""
    progress: dict[str, Any] | None = parent["progress"]
    if progress is None:
        return None
    return progress | {"done": progress["done"] + sum(child["done"] for child in children)}


def final_part(family: Sequence[asyncpg.Record]) -> tuple[Job, ...]:
    """What has ended of a family, the job first: what `end_job` answered, once more. Empty if the job has not."""
    final = []
    for row in reversed(family):
        if not is_final(row):
            break
        final.append(to_job(row))
    return tuple(final)


async def _write_end(connection: Connection, row: asyncpg.Record, end: End) -> Job:
    ended = await connection.fetchrow(
        SQL["end"],
        row["id"],
        end.state.value,
        end.result,
        None if end.error is None else clean_text(end.error),
        end.error_kind,
        end.deaths,
        end.is_answered,
        end.progress,
    )
    assert ended is not None  # noqa: S101 - the row is locked
    # Whoever ended the job may have to answer for it, so the answer's address goes along once more.
    return to_job(ended, reply=row["reply"])


def _ended_so(row: asyncpg.Record, end: End) -> bool:
    """True if the job is already where `end` would bring it (not, say, buried as dead in the meantime)."""
    return bool(row["state"] == end.state and row["error_kind"] == end.error_kind)
