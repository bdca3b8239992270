"""Keeping the house."""

from typing import Any

from src.core.errors import ChimeraError
from src.core.services.account_refresh import Refreshed
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from src.tasks.runtime_task import RuntimeTask
from src.tasks.utils import TaskProgressTracker, maintenance_task

_SO_FAR = "_so_far"


@celery_app.task(bind=True, base=RuntimeTask, ignore_result=True, expires=60, throws=(ChimeraError,))
def reconcile(self: RuntimeTask) -> dict[str, int]:
    """Publish overdue jobs again and put out results that were not. Harmless in any number.

    Returns:
        `{"republished": n, "settled": n}`.
    """
    done = self.runtime.run(self.runtime.services.recovery.reconcile())
    return {"republished": done.republished, "settled": done.settled}


@maintenance_task
def cleanup_old_data(task: JobTask, days: int = 30) -> dict[str, Any]:
    """Delete jobs that ended long ago, and end those of kinds that no code knows. Matches and timelines are kept.

    Args:
        task: the bound task.
        days: how long ago, at least 1.

    Returns:
        `{"success": True, "days": days, "deleted": {"jobs": n}, "given_up": n}`.
    """
    celery_app.loader.import_default_modules()
    with TaskProgressTracker(task, "cleanup_old_data", days=days):
        cleaning = task.services.cleanup.clean(days, known_kinds=sorted(celery_app.tasks), report=task.report)
        cleaned = task.wait(cleaning)
        return {"success": True, "days": days, "deleted": {"jobs": cleaned["jobs"]}, "given_up": cleaned["given_up"]}


@maintenance_task
def health_check(task: JobTask) -> dict[str, Any]:
    """Ask the database, the broker, the workers and Riot how they are.

    Returns:
        `{"success": True, "status": "healthy" | "degraded", "components": {"database": {...}, "broker": {...},
        "workers": {"count": n, ...}, "riot": {...}}}`, each with a `status` (`ok`, `down`, `unknown`) and `latency_ms`
        or a `reason` in words.
    """
    with TaskProgressTracker(task, "health_check"):
        return {"success": True, **task.wait(task.services.health.examine())}


@maintenance_task
def refresh_accounts(task: JobTask) -> dict[str, Any]:
    """Ask Riot again who the known accounts are; 50 that were not refreshed for two weeks, the stalest first.

    Returns:
        `{"success": True, "refreshed": n, "forgotten": n, "refused": n}`.
    """
    done = Refreshed(**task.progress_extra.get(_SO_FAR, {}))

    async def report(step: str, count: int, total: int) -> None:
        await task.report(step, count, total, **{_SO_FAR: done.as_result()})

    with TaskProgressTracker(task, "refresh_accounts"):
        return {
            "success": True,
            **task.wait(task.services.account_refresh.refresh(into=done, report=report)).as_result(),
        }
