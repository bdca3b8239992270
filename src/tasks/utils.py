"""What every task is made of: retries, rates, progress, errors and the log of its life."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeAlias, cast

import structlog
from celery.exceptions import Ignore, SoftTimeLimitExceeded

from src.bootstrap.settings import TaskSettings, read_settings
from src.core.domain.job import Lane, Rate
from src.core.domain.reply import user_hash
from src.core.domain.retry import RetryPolicy
from src.core.errors import LeaseLost, Transient
from src.core.services.job_execution import in_words
from src.tasks.celery_app import celery_app
from src.tasks.job_task import CancelRequested, JobTask

_log = structlog.get_logger(__name__)
_SETTINGS = read_settings(TaskSettings)

Body: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Body], JobTask]

# Who somebody is does not go into the log in clear.
_PERSONAL = frozenset({"game_name", "tag_line", "riot_id", "puuid", "summoner_name", "discord_id", "owner"})
# Not errors of the task: they tell the ledger what to do with it.
_FOR_THE_LEDGER = (Ignore, CancelRequested, LeaseLost, SoftTimeLimitExceeded, Transient)


@dataclass(frozen=True, slots=True)
class TaskRetryConfig:
    """How a task is retried after a transient error.

    `max_retries`: how often. `countdown`: seconds before the first retry; with `backoff` the wait doubles each
    time, up to `backoff_max` seconds. `jitter` makes it up to half as long again, so that retries do not meet.
    """

    max_retries: int = 3
    countdown: float = 60.0
    backoff: bool = True
    backoff_max: float = 600.0
    jitter: bool = True

    @property
    def policy(self) -> RetryPolicy:
        """The same, as the ledger's retries understand it."""
        return RetryPolicy(base=self.countdown, cap=self.backoff_max, backoff=self.backoff, jitter=self.jitter)


PLAYER_SYNC_RETRY = TaskRetryConfig(
    max_retries=_SETTINGS.player_sync_retries, countdown=60, backoff=True, backoff_max=600, jitter=True
)
MATCH_PROCESSING_RETRY = TaskRetryConfig(max_retries=_SETTINGS.match_processing_retries, countdown=10, backoff_max=300)
TIMELINE_PROCESSING_RETRY = TaskRetryConfig(
    max_retries=_SETTINGS.timeline_processing_retries, countdown=30, backoff_max=600
)
RECOVERY_RETRY = TaskRetryConfig(max_retries=_SETTINGS.recovery_retries, countdown=120, backoff_max=1800)
MAINTENANCE_RETRY = TaskRetryConfig(max_retries=_SETTINGS.maintenance_retries, countdown=300, backoff_max=3600)
SAMPLE_RETRY = TaskRetryConfig(max_retries=1, countdown=1)


def reliable_task(
    retry: TaskRetryConfig | None = None,
    *,
    queue: str = "default",
    rate: Rate | None = None,
    lane: Lane = Lane.BACKGROUND,
    **options: Any,
) -> Decorator:
    """Make a function a task whose calls are jobs: written down, retried, resumed, never lost.

    The function's first parameter is the bound task. `rate` applies when jobs of the background lane are claimed.
    `options` are Celery's (`name`, ...).
    """
    terms = retry or TaskRetryConfig()
    made = celery_app.task(
        bind=True,
        base=JobTask,
        queue_name=queue,
        lane=lane,
        max_retries=terms.max_retries,
        backoff=terms.policy,
        rate=rate,
        **options,
    )
    return cast("Decorator", made)


player_sync_task = reliable_task(PLAYER_SYNC_RETRY, queue="player_sync", rate=_SETTINGS.player_sync_rate)
match_processing_task = reliable_task(
    MATCH_PROCESSING_RETRY, queue="match_processing", rate=_SETTINGS.match_processing_rate
)
timeline_processing_task = reliable_task(
    TIMELINE_PROCESSING_RETRY, queue="timeline_processing", rate=_SETTINGS.timeline_processing_rate
)
recovery_task = reliable_task(RECOVERY_RETRY, queue="recovery", rate=_SETTINGS.recovery_rate)
maintenance_task = reliable_task(MAINTENANCE_RETRY, queue="maintenance", rate=_SETTINGS.maintenance_rate)


class TaskProgressTracker:
    """Counts a task's steps, reports each of them, and logs when the task starts and ends.

    For use around the body of a task: `with TaskProgressTracker(task, "sync_player_data", total_steps=3) as tracker`,
    then `tracker.update("fetching_summoner")` and so on.
    """

    def __init__(self, task: JobTask, task_name: str, total_steps: int = 100, **context: Any) -> None:
        """`context` goes into the log."""
        self._task = task
        self._name = task_name
        self._total = total_steps
        self._done = 0
        self._context = context
        self._started = 0.0

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        log_task_start(self._task, self._name, **self._context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = round(time.monotonic() - self._started, 3)
        if isinstance(error, CancelRequested):
            _log.info("task_cancelled", task=self._name, task_id=self._task.request.id, seconds=seconds)
        elif isinstance(error, Exception) and not isinstance(error, Ignore):
            log_task_failure(self._task, self._name, error, seconds=seconds)
        else:
            log_task_completion(self._task, self._name, seconds=seconds, handed_on=error is not None)

    def update(self, step: str, *, done: int | None = None, total: int | None = None, **additional_data: Any) -> None:
        """Report a step: the next one of `total_steps`, or `done` of `total`.

        Raises:
            CancelRequested, LeaseLost: the task has to stop here.
        """
        self._done = self._done + 1 if done is None else done
        self._total = self._total if total is None else total
        self._task.wait(self._task.report(step, self._done, self._total, **additional_data))


def update_task_progress(task: JobTask, step: str, progress: int, **additional_data: Any) -> None:
    """Report a step and how far the task is, in percent.

    `processed` and `total`, where given, are what clients see as such.

    Raises:
        CancelRequested, LeaseLost: the task has to stop here.
    """
    task.wait(task.report(step, progress, 100, **additional_data))


def handle_task_error(task: JobTask, error: Exception, task_name: str) -> dict[str, Any]:
    """The answer of a task that cannot do what was asked, now or later.

    Returns:
        `{"success": False, "error": ..., "task_id": ...}`.

    Raises:
        Exception: the same error, where the ledger has to know: a transient one is retried, a cancel stops the job.
    """
    if isinstance(error, _FOR_THE_LEDGER):
        raise error
    log_task_failure(task, task_name, error)
    return {"success": False, "error": in_words(error), "task_id": task.request.id}


def log_task_start(task: JobTask, task_name: str, **context: Any) -> None:
    """Log that a task begins. Who it is about is logged as a hash."""
    _log.info("task_started", task=task_name, task_id=task.request.id, **_unnamed(context))


def log_task_completion(task: JobTask, task_name: str, result: Any = None, **context: Any) -> None:
    """Log that a task has done its part, with the counts of its result."""
    counts = {key: value for key, value in result.items() if _is_count(value)} if isinstance(result, dict) else {}
    _log.info("task_completed", task=task_name, task_id=task.request.id, **_unnamed(counts | context))


def log_task_failure(task: JobTask, task_name: str, error: Exception, **context: Any) -> None:
    """Log that a task failed. An unexpected error is named by its class only: its text may hold anything."""
    told = {"error": in_words(error), "error_kind": type(error).__name__}
    _log.warning("task_failed", task=task_name, task_id=task.request.id, **told, **_unnamed(context))


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float)


def _unnamed(context: dict[str, Any]) -> dict[str, Any]:
    return {key: user_hash(str(value)) if key in _PERSONAL else value for key, value in context.items()}
