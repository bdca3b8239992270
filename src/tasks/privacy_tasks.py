"""What is left of an erasure when the person has been told that it is done."""

from typing import Any
from uuid import UUID

from src.core.services.privacy import PSEUDONYMISE_QUEUE, PSEUDONYMISE_RETRIES
from src.tasks.job_task import JobTask
from src.tasks.utils import TaskRetryConfig, reliable_task

_RETRY = TaskRetryConfig(max_retries=PSEUDONYMISE_RETRIES, countdown=5, backoff=True, backoff_max=3600, jitter=True)


@reliable_task(_RETRY, queue=PSEUDONYMISE_QUEUE)
def pseudonymise_player(task: JobTask, erasure_id: str) -> dict[str, Any]:
    """Take a forgotten player out of stored matches, and what Redis holds of them.

    Args:
        task: the bound task.
        erasure_id: names the erasure; whom it is about stands in the database, until this has ended.

    Returns:
        `{"success": True, "matches": n}`.
    """
    job = task.current_job
    done = job.progress.done if job and job.progress else 0
    matches = task.wait(task.services.privacy.pseudonymise(UUID(erasure_id), report=task.report, done=done))
    return {"success": True, "matches": matches}
