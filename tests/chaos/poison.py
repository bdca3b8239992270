"""A task that kills its own process, for workers started with `-I tests.chaos.poison`."""

import os
import signal

from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask


@celery_app.task(bind=True, base=JobTask, queue="default", name="tests.chaos.poison.die", rate=None)
def die(self: JobTask) -> None:
    """End the process at once, as a bug in a C library or the OOM killer would."""
    os.kill(os.getpid(), signal.SIGKILL)
