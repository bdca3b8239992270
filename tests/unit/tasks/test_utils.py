"""What every task is made of."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from celery.exceptions import Ignore, SoftTimeLimitExceeded
from structlog.testing import capture_logs

from src.core.domain.job import Lane, Rate
from src.core.domain.job_view import progress_view
from src.core.domain.retry import RetryPolicy
from src.core.errors import ChimeraError, InvalidInput, LeaseLost, MalformedDocument, RateLimited, Unavailable
from src.tasks import test_tasks as samples
from src.tasks import utils
from src.tasks.job_task import CancelRequested
from src.tasks.utils import (
    PLAYER_SYNC_RETRY,
    TaskProgressTracker,
    TaskRetryConfig,
    handle_task_error,
    log_task_completion,
    log_task_failure,
    log_task_start,
)
from tests.unit.tasks.in_process import InProcess

if TYPE_CHECKING:  # pytest looks into what a test module holds, and that would bind Celery's base class
    from src.tasks.job_task import JobTask


class Recorder:
    """Stands for a bound task: remembers what was reported."""

    class request:  # noqa: N801 - Celery's own name
        id = "520a8582"

    def __init__(self, raises: Exception | None = None) -> None:
        self.reported: list[tuple[str, int, int, dict[str, Any]]] = []
        self._raises = raises

    def report(self, step: str, done: int, total: int, /, **extra: Any) -> tuple[str, int, int, dict[str, Any]]:
        return step, done, total, extra

    def wait(self, report: tuple[str, int, int, dict[str, Any]]) -> None:
        if self._raises:
            raise self._raises
        self.reported.append(report)


@pytest.fixture
def task() -> Any:
    return Recorder()


def test_the_documented_retries_are_the_defaults() -> None:
    assert TaskRetryConfig(max_retries=3, countdown=60, backoff=True, backoff_max=600, jitter=True) == TaskRetryConfig()
    assert TaskRetryConfig() == PLAYER_SYNC_RETRY


def test_a_retry_configuration_is_the_ledgers_policy() -> None:
    config = TaskRetryConfig(max_retries=1, countdown=7, backoff=False, backoff_max=70, jitter=False)
    assert config.policy == RetryPolicy(base=7, cap=70, backoff=False, jitter=False)


@pytest.mark.parametrize(
    ("decorator", "queue", "rate", "retries"),
    [
        (utils.player_sync_task, "player_sync", "10/m", 3),
        (utils.match_processing_task, "match_processing", "30/m", 5),
        (utils.timeline_processing_task, "timeline_processing", "20/m", 3),
        (utils.recovery_task, "recovery", "5/m", 2),
        (utils.maintenance_task, "maintenance", "1/h", 1),
    ],
)
def test_the_ready_decorators_are_as_documented(
    decorator: Callable[..., "JobTask"], queue: str, rate: str, retries: int
) -> None:
    def body(task: "JobTask", x: int) -> int:
        return x + 1

    body.__name__ = f"sample_of_{queue}"
    made = decorator(body)
    assert (made.queue_name, made.rate, made.max_retries) == (queue, Rate.parse(rate), retries)
    assert made.rate_limit is None, "Celery's own would block unrelated tasks"
    assert made.lane is Lane.BACKGROUND
    assert made(1) == 2, "the first parameter is the bound task"


def test_a_tracker_counts_the_steps(task: Any) -> None:
    with TaskProgressTracker(task, "sync_player_data", total_steps=3) as tracker:
        tracker.update("fetching_summoner")
        tracker.update("fetching_match_ids", year=2025)
        tracker.update("processing_matches", done=0, total=20)
        tracker.update("processing_matches")
    assert task.reported == [
        ("fetching_summoner", 1, 3, {}),
        ("fetching_match_ids", 2, 3, {"year": 2025}),
        ("processing_matches", 0, 20, {}),
        ("processing_matches", 1, 20, {}),
    ]


def test_a_tracker_logs_the_start_and_the_end_of_its_task(task: Any) -> None:
    with capture_logs() as logs, TaskProgressTracker(task, "sync_player_data"):
        pass
    assert [line["event"] for line in logs] == ["task_started", "task_completed"]
    assert {line["task_id"] for line in logs} == {"520a8582"}
    assert logs[-1]["seconds"] >= 0


def test_a_tracker_logs_a_failure_and_lets_it_through(task: Any) -> None:
    with capture_logs() as logs, pytest.raises(Unavailable), TaskProgressTracker(task, "sync_player_data"):
        raise Unavailable("Riot is down.")
    assert [line["event"] for line in logs] == ["task_started", "task_failed"]
    assert logs[-1]["error"] == "Riot is down."


def test_handing_over_to_children_is_no_failure(task: Any) -> None:
    with capture_logs() as logs, pytest.raises(Ignore), TaskProgressTracker(task, "sync_player_data"):
        raise Ignore
    assert logs[-1]["event"] == "task_completed"
    assert logs[-1]["handed_on"]


def test_manual_progress_is_in_percent(task: Any) -> None:
    utils.update_task_progress(task, "processing_matches", 75, processed=15, failed=2, current_match="NA1_123")
    assert task.reported == [
        ("processing_matches", 75, 100, {"processed": 15, "failed": 2, "current_match": "NA1_123"})
    ]


def test_a_cancel_stops_the_work_at_the_next_step() -> None:
    cancelled: Any = Recorder(raises=CancelRequested())
    with (
        capture_logs() as logs,
        pytest.raises(CancelRequested),
        TaskProgressTracker(cancelled, "sync_player_data") as tracker,
    ):
        tracker.update("fetching_summoner")
    assert [(line["event"], line["log_level"]) for line in logs[1:]] == [("task_cancelled", "info")]


def test_a_permanent_error_becomes_the_documented_answer(task: Any) -> None:
    error = MalformedDocument("The timeline cannot be read.")
    answer = handle_task_error(task, error, "sync_match_timeline_atomic")
    assert answer == {"success": False, "error": "The timeline cannot be read.", "task_id": "520a8582"}


def test_an_unexpected_error_is_not_quoted(task: Any) -> None:
    """Its text may hold anything."""
    with capture_logs() as logs:
        answer = handle_task_error(task, KeyError("hunter2"), "sync_player_data")
    assert answer["error"] == "Unexpected KeyError"
    assert "hunter2" not in str(logs)


@pytest.mark.parametrize(
    "error", [Unavailable(), RateLimited(), CancelRequested(), LeaseLost(), Ignore(), SoftTimeLimitExceeded()]
)
def test_what_the_ledger_has_to_know_is_not_swallowed(task: Any, error: Exception) -> None:
    with pytest.raises(type(error)):
        handle_task_error(task, error, "sync_player_data")


def test_the_log_names_nobody(task: Any) -> None:
    with capture_logs() as logs:
        log_task_start(task, "sync_player_data", game_name="PlayerName", tag_line="NA1", year=2025)
        log_task_completion(task, "sync_player_data", {"summoner_name": "PlayerName", "total_matches": 20})
        log_task_failure(task, "sync_player_data", ChimeraError("No."), puuid="secret-puuid")
    assert "PlayerName" not in str(logs)
    assert "secret-puuid" not in str(logs)
    assert logs[0]["year"] == 2025
    assert logs[1]["total_matches"] == 20


def test_the_sample_tasks_have_their_documented_names_and_queue() -> None:
    tasks = (samples.add, samples.sleep, samples.long_task)
    assert [task.name for task in tasks] == ["test.add", "test.sleep", "test.long_task"]
    assert {task.queue_name for task in tasks} == {"analysis"}
    assert samples.add(5, 3) == 8


def test_what_clients_see_as_total_may_be_told(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def body(x: int, y: int) -> int:
        utils.update_task_progress(samples.add, "adding", 75, processed=15, total=20)
        return x + y

    monkeypatch.setattr(samples.add, "run", body)
    progress = world.done(samples.add, 1, 2).progress
    assert progress is not None
    assert progress_view(progress) == {"step": "adding", "progress": 75, "processed": 15, "total": 20}


def test_a_queue_that_does_not_exist_is_refused(world: InProcess) -> None:
    with pytest.raises(InvalidInput, match="There is no queue of that name; there are default, matches"):
        samples.add.apply_async((1, 2), queue="typo")
    assert world.ledger.jobs == ()
