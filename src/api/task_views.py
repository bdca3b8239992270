"""Jobs as the REST API shows them: never their owner, never where their answer goes."""

from typing import Any

from src.core.domain.job import Job, JobState
from src.core.domain.job_view import celery_state, error_text, progress_view, status_word

UNCLAIMED = "unclaimed"
"""Stands for the worker of jobs that none has taken yet."""


def celery_view(job: Job) -> dict[str, Any]:
    """`{"task_id", "status", "result", "error"}` with Celery's own words."""
    return {"task_id": str(job.id), "status": celery_state(job), "result": job.result, "error": error_text(job)}


def state_view(job: Job, *, seconds_left: float | None = None) -> dict[str, Any]:
    """How far a job is, or what came of it.

    Under way: `{"task_id", "status", "step", "progress", "processed", "total"}` and perhaps `seconds_left`; a retry
    tells the `error` it comes after. Ended: the fields of its result, lists by their length, or `error`.
    """
    view: dict[str, Any] = {"task_id": str(job.id), "status": celery_state(job)}
    if job.state.is_final:
        view |= _outcome(job)
    elif job.progress is not None:
        view |= progress_view(job.progress)
        view |= {} if seconds_left is None else {"seconds_left": round(seconds_left)}
    if job.is_retrying:
        view["error"] = job.error
    # What the work says of itself never hides which job it is and where.
    return view | {"task_id": str(job.id), "status": celery_state(job)}


def listed_view(job: Job) -> dict[str, Any]:
    """A line of the list of tasks."""
    return {
        "task_id": str(job.id),
        "name": job.kind,
        # A client's callback address may hold a secret of theirs.
        "kwargs": {name: value for name, value in job.arguments.items() if name != "url"},
        "queue": job.queue,
        "status": status_word(job),
        "progress": None if job.progress is None else progress_view(job.progress),
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def by_worker(jobs: tuple[Job, ...]) -> dict[str, list[dict[str, Any]]]:
    """Lines of the list under the workers that have the jobs."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for job in jobs:
        grouped.setdefault(job.worker or UNCLAIMED, []).append(listed_view(job))
    return grouped


def _outcome(job: Job) -> dict[str, Any]:
    result = job.result if isinstance(job.result, dict) else {} if job.result is None else {"result": job.result}
    # A summary: lists of thousands of match ids stand in the whole result.
    summary = {name: len(value) if isinstance(value, list) else value for name, value in result.items()}
    return summary if job.state is JobState.SUCCEEDED else summary | {"error": error_text(job)}
