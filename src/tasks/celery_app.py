"""The Celery app: `celery -A src.tasks.celery_app worker`, `... flower`, `... beat`."""

import os
import sys
from typing import Any

from celery import signals
from celery.exceptions import ImproperlyConfigured

from src.bootstrap.celery import create_celery_app, flower_environment
from src.bootstrap.logs import configure_logs
from src.bootstrap.preload import preload
from src.bootstrap.processes import die_with_parent
from src.bootstrap.runtime import close_runtime, runtime_of
from src.core.errors import ConfigurationError

try:
    celery_app = create_celery_app()
except ConfigurationError as error:
    # Celery shows an import error with a traceback; an admin needs the one line.
    sys.stderr.write(f"{error}\n")
    raise ImproperlyConfigured(str(error)) from error

celery_app.conf.update(
    include=["src.tasks.match_tasks", "src.tasks.analysis_tasks", "src.tasks.maintenance_tasks"],
    beat_schedule={
        "reconcile": {"task": "src.tasks.maintenance_tasks.reconcile", "schedule": 10.0},
    },
    beat_schedule_filename="var/celerybeat-schedule",
)
# Flower and beat read what they need from the environment; .env and var/ are only files.
os.environ.update(flower_environment())


@signals.setup_logging.connect
def _setup_logging(loglevel: int | str | None = None, **_: Any) -> None:
    configure_logs(loglevel)


@signals.worker_init.connect
def _load_before_forking(**_: Any) -> None:
    preload()


@signals.worker_process_init.connect
def _start_process(**_: Any) -> None:
    """One loop, one pool, one HTTP session per worker process, made after the fork."""
    die_with_parent()
    runtime = runtime_of(celery_app)
    runtime.start(runtime.services.keep_reconciling())


@signals.worker_process_shutdown.connect
def _stop_process(**_: Any) -> None:
    close_runtime()
