"""What `src.tasks` exports."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import src.tasks
from src.tasks.celery_app import celery_app

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", src.tasks.__all__)
def test_every_exported_name_is_the_task_of_its_module(name: str) -> None:
    task = getattr(src.tasks, name)
    assert task.name.startswith("src.tasks.") or name == "analyze_match"
    assert celery_app.tasks[task.name] == task


def test_what_is_not_exported_is_not_there() -> None:
    with pytest.raises(AttributeError, match="sync_everything"):
        _ = src.tasks.sync_everything


def test_every_documented_module_is_there() -> None:
    for module in ("utils", "player_tasks", "match_tasks", "timeline_tasks", "maintenance_tasks"):
        importlib.import_module(f"src.tasks.{module}")


@pytest.mark.parametrize(
    ("name", "queue", "rate", "retries"),
    [
        ("sync_player_data", "player_sync", "10/m", 3),
        ("recover_player_data", "recovery", "5/m", 2),
        ("sync_match_data_atomic", "match_processing", "30/m", 5),
        ("sync_match_timeline_atomic", "timeline_processing", "20/m", 3),
        ("cleanup_old_data", "maintenance", "1/h", 1),
        ("health_check", "maintenance", "1/h", 1),
    ],
)
def test_the_documented_tasks_have_their_queues_rates_and_retries(
    name: str, queue: str, rate: str, retries: int
) -> None:
    task = getattr(src.tasks, name)
    assert (task.queue_name, str(task.rate), task.max_retries) == (queue, rate, retries)


def test_the_package_alone_imports_no_celery() -> None:
    """`src.tasks.celery_app` must not wait for what needs it."""
    code = "import sys, src.tasks; sys.exit('celery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
