"""The Celery app: `celery -A src.tasks.celery_app worker`, `... flower`, `... beat`."""

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from celery import signals

from src.bootstrap.celery import create_celery_app, flower_environment
from src.bootstrap.logs import configure_logs
from src.bootstrap.preload import preload
from src.bootstrap.processes import die_with_parent
from src.bootstrap.runtime import close_runtime, runtime_of
from src.bootstrap.schema import check_database_is_named
from src.core.errors import ConfigurationError


def _leave(error: ConfigurationError) -> NoReturn:
    """An admin who typed `celery ...` needs one line and no traceback; whoever imports this gets the error."""
    if "celery" in Path(sys.argv[0]).parts[-2:]:
        sys.exit(f"chimera: {error}")
    raise error


try:
    celery_app = create_celery_app()
except ConfigurationError as problem:
    _leave(problem)

_DAY = 86_400.0
_HOUR = 3600.0
_LOOK = 300.0

FACTS_LOOK = 60.0
"""Seconds between two looks for stale facts; without any, a look is one read of an index."""


def _periodic(task: str, *, every: float) -> dict[str, Any]:
    """A job per time slot of `every` seconds.

    Beat asks far more often: the slot makes it one job, and a beat that was restarted does not begin to wait anew.
    """
    return {"task": task, "schedule": min(every, _LOOK), "options": {"headers": {"chimera_slot": every}}}


celery_app.conf.update(
    include=[
        "src.tasks.match_tasks",
        "src.tasks.timeline_tasks",
        "src.tasks.player_tasks",
        "src.tasks.analysis_tasks",
        "src.tasks.facts_tasks",
        "src.tasks.maintenance_tasks",
        "src.tasks.notice_tasks",
        "src.tasks.privacy_tasks",
        "src.tasks.profile_tasks",
        "src.tasks.webhook_tasks",
        "src.tasks.test_tasks",
    ],
    beat_schedule={
        "reconcile": {"task": "src.tasks.maintenance_tasks.reconcile", "schedule": 10.0},
        "facts": {"task": "src.tasks.facts_tasks.look_for_stale_facts", "schedule": FACTS_LOOK},
        "health": _periodic("src.tasks.maintenance_tasks.health_check", every=_HOUR),
        "recover": _periodic("src.tasks.player_tasks.recover_linked_players", every=_DAY),
        "refresh": _periodic("src.tasks.maintenance_tasks.refresh_accounts", every=_HOUR),
        "cleanup": _periodic("src.tasks.maintenance_tasks.cleanup_old_data", every=_DAY),
    },
    # Nothing to remember between two starts, so no file that two beats could spoil for each other.
    beat_scheduler="celery.beat:Scheduler",
)
# Flower and beat read what they need from the environment; .env and var/ are only files.
os.environ.update(flower_environment())


@signals.setup_logging.connect
def _setup_logging(loglevel: int | str | None = None, **_: Any) -> None:
    configure_logs(loglevel)


@signals.worker_init.connect
def _prepare_worker(**_: Any) -> None:
    try:
        check_database_is_named()
    except ConfigurationError as error:
        _leave(error)
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
