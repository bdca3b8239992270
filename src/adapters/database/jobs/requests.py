"""Clients' requests: asked again, the same one is answered with the same job."""

from collections.abc import Sequence

from src.adapters.database.jobs.rows import SQL, stored_text, to_job
from src.adapters.database.pool import Connection
from src.core.domain.job import Job, NewJob
from src.core.errors import RequestConflict


async def lock_requests(connection: Connection, jobs: Sequence[NewJob]) -> None:
    """Keep others from answering the same requests meanwhile. Sorted: two of them do not deadlock."""
    for key in sorted({stored_text(job.request_key) or "" for job in jobs if job.request_key is not None}):
        await connection.execute(SQL["lock_request"], key)


async def answer_of(connection: Connection, job: NewJob) -> Job | None:
    """The job that answered the locked request of `job` before, if any.

    Raises:
        RequestConflict: what was asked then is not what is asked now.
    """
    row = await connection.fetchrow(SQL["request"], stored_text(job.request_key))
    if row is None:
        return None
    if row["id"] != job.id and row["fingerprint"] != stored_text(job.request_fingerprint):
        raise RequestConflict
    return to_job(row)


async def note_answer(connection: Connection, job: NewJob, answer: Job) -> None:
    """Write down which job answers the locked request of `job`; it may be one that another request has started."""
    key, fingerprint = stored_text(job.request_key), stored_text(job.request_fingerprint)
    await connection.execute(SQL["note_request"], key, fingerprint, answer.id)
