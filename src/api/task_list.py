"""Pages of tasks by the task API's words."""

from uuid import UUID

from src.api.models import StatusWord
from src.core.domain.job import Job, JobFilter, JobState
from src.core.domain.job_view import status_word
from src.core.errors import InvalidInput, JobNotFound
from src.core.services.job_control import JobControl

_STATES: dict[StatusWord, frozenset[JobState]] = {
    "pending": frozenset({JobState.QUEUED}),
    "retrying": frozenset({JobState.QUEUED}),
    "processing": frozenset({JobState.RUNNING, JobState.WAITING}),
    "completed": frozenset({JobState.SUCCEEDED}),
    "failed": frozenset({JobState.FAILED, JobState.CANCELLED}),
}
_MOST_LOOKS = 10


async def page_of(
    control: JobControl, status: StatusWord, *, limit: int, before: UUID | None, with_children: bool
) -> tuple[tuple[Job, ...], UUID | None]:
    """At most `limit` jobs of a status, newest first, and the cursor of those after them; None where there are none.

    `pending` and `retrying` are one state in the ledger, so a page of one of them can come out short, even empty,
    though its cursor leads on: one answer does not read the whole ledger.

    Raises:
        InvalidInput: the job of the cursor is gone.
    """
    which = JobFilter(states=_STATES[status], with_children=with_children)
    found: list[Job] = []
    for _ in range(_MOST_LOOKS):
        try:
            jobs = await control.find(which, limit=limit + 1, before=before)
        except JobNotFound:
            raise InvalidInput("cursor: that task is gone. Start again without it.") from None
        for job in jobs[:limit]:
            before = job.id
            if status_word(job) == status:
                found.append(job)
            if len(found) == limit:
                break
        has_more = bool(jobs) and jobs[-1].id != before
        if len(found) == limit or not has_more:
            break
    return tuple(found), before if has_more else None
