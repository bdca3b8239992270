"""Words to people about what they did not do themselves."""

from typing import Any

from src.core.services.link_notices import TELL_QUEUE, TELL_RETRIES, TELL_USER
from src.tasks.job_task import JobTask
from src.tasks.utils import TaskRetryConfig, reliable_task

_RETRY = TaskRetryConfig(max_retries=TELL_RETRIES, countdown=5, backoff=True, backoff_max=3600, jitter=True)


@reliable_task(_RETRY, queue=TELL_QUEUE, name=TELL_USER)
def tell_user(task: JobTask, discord_id: str, what: str, account: str | None = None) -> dict[str, Any]:
    """Tell a Discord user, in a direct message, what became of one of their links.

    Args:
        task: the bound task.
        discord_id: whom to tell.
        what: what happened (see `Notice`).
        account: the Riot ID that was linked; None: it is looked up when they are told.

    Returns:
        `{"success": True, "told": bool}`; `told` is False if this person takes no messages.
    """
    return task.wait(task.services.notices.tell(discord_id, what, account, job=task.current_job))
