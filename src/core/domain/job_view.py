"""How a job looks from outside: the words of the task API, and Celery's."""

from typing import Any

from src.core.domain.job import Job, JobState, Progress
from src.core.errors import concerns_operator, error_named

_WORDS = {
    JobState.QUEUED: "pending",
    JobState.RUNNING: "processing",
    JobState.WAITING: "processing",
    JobState.SUCCEEDED: "completed",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "failed",
}
_CELERY = {
    JobState.QUEUED: "PENDING",
    JobState.RUNNING: "STARTED",
    JobState.WAITING: "STARTED",
    JobState.SUCCEEDED: "SUCCESS",
    JobState.FAILED: "FAILURE",
    JobState.CANCELLED: "REVOKED",
}
CANCELLED = "The task was cancelled."


def status_word(job: Job) -> str:
    """One of `pending`, `processing`, `completed`, `failed`, `retrying`."""
    return "retrying" if job.is_retrying else _WORDS[job.state]


def celery_state(job: Job) -> str:
    """The job's state as Celery's clients know it; `PROGRESS` once it has reported some."""
    if job.is_retrying:
        return "RETRY"
    state = _CELERY[job.state]
    return "PROGRESS" if state == "STARTED" and job.progress is not None else state


def error_text(job: Job) -> str | None:
    """Why the job did not succeed, in words, with the error id where the log says more; None while it may succeed."""
    if job.state is JobState.CANCELLED:
        return CANCELLED
    if job.state is not JobState.FAILED or job.error is None:
        return None
    is_logged = concerns_operator(error_named(job.error_kind, job.error))
    return f"{job.error} (error id {job.error_id})" if is_logged else job.error


def task_view(job: Job) -> dict[str, Any]:
    """`{"task_id", "status", "result", "error"}`, the status as `status_word`."""
    return {"task_id": str(job.id), "status": status_word(job), "result": job.result, "error": error_text(job)}


def progress_view(progress: Progress) -> dict[str, Any]:
    """`{"step", "progress", "processed", "total", **extra}`, the progress in percent.

    What the work says itself in `extra` wins; names with a leading underscore are its own notes and stay out.
    """
    told = {name: value for name, value in progress.extra.items() if not name.startswith("_")}
    return {
        "step": progress.step,
        "progress": progress.percent,
        "processed": progress.done,
        "total": progress.total,
        **told,
    }
