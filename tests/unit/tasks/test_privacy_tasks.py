"""The task that finishes an erasure."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from src.core.services.privacy import PSEUDONYMISE_PLAYER, PSEUDONYMISE_QUEUE
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from src.tasks.privacy_tasks import pseudonymise_player

ERASURE = UUID(int=7)


class Privacy:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[UUID, int]] = []

    async def pseudonymise(self, erasure_id: UUID, *, report: Any, done: int = 0) -> int:
        self.asked.append((erasure_id, done))
        return done + 12


def test_it_is_known_by_the_name_under_which_it_is_submitted() -> None:
    celery_app.loader.import_default_modules()
    task: Any = celery_app.tasks[PSEUDONYMISE_PLAYER]
    assert (task.name, task.queue_name, task.rate) == (PSEUDONYMISE_PLAYER, PSEUDONYMISE_QUEUE, None)


def test_it_answers_how_many_matches_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    privacy = Privacy()
    monkeypatch.setattr(JobTask, "services", SimpleNamespace(privacy=privacy))
    monkeypatch.setattr(JobTask, "wait", lambda _task, work: _done(work))
    assert pseudonymise_player(str(ERASURE)) == {"success": True, "matches": 12}
    assert privacy.asked == [(ERASURE, 0)]


def _done(work: Any) -> Any:
    """What a coroutine answers that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")
