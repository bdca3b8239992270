"""Facts of stored matches, kept up to date."""

import time
from typing import Any, Final

from src.core.domain.deadline import seconds_left
from src.core.errors import ChimeraError
from src.core.services.match_facts import FactsRefreshed
from src.tasks.celery_app import FACTS_LOOK, celery_app
from src.tasks.job_task import JobTask
from src.tasks.runtime_task import RuntimeTask
from src.tasks.utils import TaskProgressTracker, TaskRetryConfig, reliable_task

_RETRY = TaskRetryConfig(max_retries=3, countdown=10, backoff_max=300)
_SO_FAR = "_so_far"
_AT_A_STRETCH_S: Final = 25.0  # of every minute: a person may be waiting for the only process
_WARY_AFTER: Final = 2  # deaths of one job: deploys kill, but seldom the same job again and again


@celery_app.task(bind=True, base=RuntimeTask, ignore_result=True, expires=FACTS_LOOK, throws=(ChimeraError,))
def look_for_stale_facts(self: RuntimeTask) -> bool:
    """Submit a `refresh_facts` if there is something to do and none is under way. Harmless in any number.

    Returns:
        True if there is something to do.
    """
    services = self.services
    if not self.runtime.run(services.facts.are_stale()):
        return False
    # Whatever else is due goes first.
    terms = {"idempotency_key": f"periodic:{refresh_facts.name}", "priority": 0}
    job = refresh_facts.job().model_copy(update=terms)
    self.runtime.run(services.jobs.submit(job))
    return True


@reliable_task(_RETRY, queue="maintenance")
def refresh_facts(task: JobTask) -> dict[str, Any]:
    """Compute the facts of matches that have none, or some of an older version; what is left is the next job's.

    Returns:
        `{"success": True, "computed": n, "unreadable": n}`.
    """
    left = seconds_left(time.monotonic())
    done = FactsRefreshed(**task.progress_extra.get(_SO_FAR, {}))
    job = task.current_job

    async def report(step: str, count: int, total: int) -> None:
        await task.report(step, count, total, **{_SO_FAR: done.as_result()})

    with TaskProgressTracker(task, "refresh_facts"):
        refreshing = task.services.facts.refresh(
            into=done,
            report=report,
            seconds=_AT_A_STRETCH_S if left is None else min(_AT_A_STRETCH_S, left),
            warily=job is not None and job.deaths >= _WARY_AFTER,
        )
        return {"success": True, **task.wait(refreshing).as_result()}
