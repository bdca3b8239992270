"""Results for the outside."""

from uuid import UUID

from src.core.services.result_callbacks import DELIVERY_RETRIES
from src.tasks.job_task import JobTask
from src.tasks.utils import TaskRetryConfig, reliable_task

_RETRY = TaskRetryConfig(max_retries=DELIVERY_RETRIES, countdown=5, backoff=True, backoff_max=3600, jitter=True)


@reliable_task(_RETRY, queue="default")
def deliver_webhook(task: JobTask, url: str, task_id: str, key_id: str | None = None) -> dict[str, str]:
    """Tell a client's address how a job ended, with a signed message (Standard Webhooks).

    Args:
        task: the bound task.
        url: the address.
        task_id: the id of the job, if this one follows none.
        key_id: the API key whose secret signs the message.

    Returns:
        `{"type": "task.completed" | "task.failed" | "task.cancelled"}`.
    """
    this = task.current_job
    # A repeated request is answered with the job that was there: that is the one this follows, not the argument.
    told = (this and this.follows) or UUID(task_id)
    message_id = this.id if this else told
    delivery = task.services.webhook_delivery
    return {"type": task.wait(delivery.deliver(told, url, key_id, message_id=message_id))}
