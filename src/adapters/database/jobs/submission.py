"""Writing jobs down."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from src.adapters.database.jobs.following import Fate, fail_doomed, fate_of, lock_predecessors
from src.adapters.database.jobs.requests import answer_of, lock_requests, note_answer
from src.adapters.database.jobs.rows import SQL, new_rows, stored_text, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, NewJob, in_turns
from src.core.errors import Unavailable

_TRIES = 5


async def submit(connection: Connection, jobs: Sequence[NewJob]) -> tuple[Job, ...]:
    """Insert what is new; answer for each job its own row, the one of its request, or the unfinished one of its key.

    For use in a transaction, with whatever else belongs to the jobs. Raises as `JobLedger.submit`.
    """
    places = _places(jobs)
    answers: dict[UUID, Job] = {}
    await lock_requests(connection, jobs)
    for turn in in_turns(jobs):
        following = [_redirected(job, answers) for job in turn]
        answers |= await _write(connection, [job for job in following if job.request_key is None], places)
        for job in following:
            if job.request_key is not None:
                answers[job.id] = await _write_request(connection, job, places)
    return tuple(answers[job.id] for job in jobs)


async def submit_children(connection: Connection, parent_id: UUID, children: Sequence[NewJob]) -> tuple[Job, ...]:
    """Insert a parent's children. A key that somebody else holds is left out: the parent waits for a job of its own."""
    own = [child.model_copy(update={"parent_id": parent_id}) for child in children]
    places = _places(own)
    for turn in in_turns(own):
        written = await _insert(connection, turn, places)
        if len(written) < len(turn):
            # Those that are there already, under their own ids, are left alone.
            keyless = [child.model_copy(update={"idempotency_key": None}) for child in turn if child.id not in written]
            await _insert(connection, keyless, places)
    known = await _by_id(connection, [child.id for child in own])
    return tuple(known[child.id] for child in own)


async def existing(connection: Connection, jobs: Sequence[NewJob]) -> tuple[Job, ...] | None:
    """The jobs as they are, or None if one of them was never written."""
    known = await _by_id(connection, [job.id for job in jobs])
    return tuple(known[job.id] for job in jobs) if all(job.id in known for job in jobs) else None


def _places(jobs: Sequence[NewJob]) -> Mapping[UUID, int]:
    return {job.id: place for place, job in enumerate(jobs)}


def _redirected(job: NewJob, answers: Mapping[UUID, Job]) -> NewJob:
    """Follows whatever job answers the one it was to follow."""
    if job.follows is None or job.follows not in answers:
        return job
    return job.model_copy(update={"follows": answers[job.follows].id})


async def _write_request(connection: Connection, job: NewJob, places: Mapping[UUID, int]) -> Job:
    """Answer a client's request, with the job that answered it before if there is one."""
    answer = await answer_of(connection, job)
    if answer is None:
        answer = (await _write(connection, [job], places))[job.id]
        await note_answer(connection, job, answer)
    return answer


async def _write(connection: Connection, jobs: Sequence[NewJob], places: Mapping[UUID, int]) -> dict[UUID, Job]:
    """Insert what is new; answer for each id its own row, or the unfinished one that holds its key."""
    answers: dict[UUID, Job] = {}
    for _ in range(_TRIES):
        left = [job for job in jobs if job.id not in answers]
        answers |= await _insert(connection, left, places) if left else {}
        left = [job for job in left if job.id not in answers]
        if not left:
            return answers
        answers |= await _by_id(connection, [job.id for job in left])
        held = await _by_key(connection, [job for job in left if job.id not in answers])
        answers |= {job.id: held[key] for job in left if job.id not in answers and (key := _key(job)) in held}
        # Whoever held a key and is not found has ended between two statements: now the key is free.
    if all(job.id in answers for job in jobs):
        return answers
    raise Unavailable("Jobs with the same key end as fast as they are submitted.", retry_after=1.0)


async def _insert(connection: Connection, jobs: Sequence[NewJob], places: Mapping[UUID, int]) -> dict[UUID, Job]:
    """Insert what is new; answers it by id. What follows a job that has ended is due, or fails, at once.

    Raises:
        JobNotFound: there is no such job to follow.
    """
    before = await lock_predecessors(connection, jobs)
    fates = {job.id: fate_of(job, before[job.follows].state) for job in jobs if job.follows is not None}
    held_back = frozenset(job_id for job_id, fate in fates.items() if fate is not Fate.GOES_ON)
    rows = await connection.fetch(SQL["insert"], new_rows(jobs, places, held_back=held_back))
    written = {row["id"]: row for row in rows}
    doomed = {
        job.id: await fail_doomed(connection, written[job.id], before[job.follows])
        for job in jobs
        if job.follows is not None and job.id in written and fates[job.id] is Fate.FAILS
    }
    return {job_id: doomed.get(job_id) or to_job(row) for job_id, row in written.items()}


async def _by_id(connection: Connection, job_ids: Sequence[UUID]) -> dict[UUID, Job]:
    return {row["id"]: to_job(row) for row in await connection.fetch(SQL["by_ids"], list(job_ids))}


async def _by_key(connection: Connection, jobs: Sequence[NewJob]) -> dict[str | None, Job]:
    keys = [_key(job) for job in jobs]
    rows = await connection.fetch(SQL["unfinished_by_keys"], keys) if keys else []
    return {row["idempotency_key"]: to_job(row) for row in rows}


def _key(job: NewJob) -> str | None:
    return stored_text(job.idempotency_key)
