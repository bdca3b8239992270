"""Telling Flower how jobs ended whose result no worker stored itself: parents, cancelled and dead ones."""

from collections.abc import Sequence
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from src.core.domain.job import Job, JobState

_log = structlog.get_logger(__name__)
_TYPES = {JobState.SUCCEEDED: "task-succeeded", JobState.FAILED: "task-failed", JobState.CANCELLED: "task-revoked"}
_SHOWN = 500  # characters of a result; Flower shows no more on its list


def send_ends(app: Celery, jobs: Sequence[Job]) -> None:
    """Send the events that a worker would have sent. A courtesy: Flower may show a job as started for ever without."""
    try:
        # The context manager is none of Celery's typed ones.
        events: Any = app.events
        # Under the name of the worker that began the job: any other would appear in Flower as a worker of its own.
        for job in (job for job in jobs if job.worker is not None):
            with events.default_dispatcher(hostname=job.worker) as dispatcher:
                dispatcher.send(_TYPES[job.state], uuid=str(job.id), **_details(job))
    except (OperationalError, RedisError, OSError) as error:
        _log.debug("ends_not_shown", jobs=len(jobs), reason=type(error).__name__)


def _details(job: Job) -> dict[str, Any]:
    if job.state is JobState.SUCCEEDED:
        began, ended = job.started_at, job.finished_at
        return {
            "result": repr(job.result)[:_SHOWN],
            "runtime": (ended - began).total_seconds() if began and ended else 0,
        }
    if job.state is JobState.FAILED:
        return {"exception": f"{job.error_kind}: {job.error}", "traceback": ""}
    return {"terminated": False, "signum": None, "expired": False}
