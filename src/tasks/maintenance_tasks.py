"""Keeping the house."""

from src.tasks.celery_app import celery_app
from src.tasks.runtime_task import RuntimeTask


@celery_app.task(bind=True, base=RuntimeTask, ignore_result=True, expires=60)
def reconcile(self: RuntimeTask) -> dict[str, int]:
    """Publish overdue jobs again and put out results that were not. Harmless in any number.

    Returns:
        `{"republished": n, "settled": n}`.
    """
    done = self.runtime.run(self.runtime.services.recovery.reconcile())
    return {"republished": done.republished, "settled": done.settled}
