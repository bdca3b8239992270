"""What beat submits: a job per time slot, however many beats there are and however often they start."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery.beat import Scheduler

from src.core.domain.job import Job, JobState
from src.tasks.celery_app import celery_app
from tests.unit.tasks.in_process import InProcess

MIDNIGHT = datetime(2026, 3, 14, tzinfo=UTC)
REFRESH = "src.tasks.maintenance_tasks.refresh_accounts"
HEALTH, CLEANUP = "src.tasks.maintenance_tasks.health_check", "src.tasks.maintenance_tasks.cleanup_old_data"


@pytest.fixture
def ask(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a beat that has just started ask for everything periodic, so many hours after midnight."""

    def ask(*, hours: float, beats: int = 1) -> None:
        monkeypatch.setattr(celery_app, "now", lambda: MIDNIGHT + timedelta(hours=hours))
        for _ in range(beats):
            beat: Any = Scheduler(celery_app)
            for entry in beat.schedule.values():
                if entry.options.get("headers"):  # `reconcile` is no job
                    beat.apply_entry(entry)

    return ask


def jobs_of(world: InProcess, kind: str) -> list[Job]:
    return [job for job in world.ledger.jobs if job.kind == kind]


def finish(world: InProcess) -> None:
    """Let an hour pass, in which everything is done."""
    world.work()
    world.clock.advance(3601)
    world.work()
    assert all(job.state is JobState.SUCCEEDED for job in world.ledger.jobs)


def test_two_beats_make_one_job_each_slot(world: InProcess, ask: Callable[..., None]) -> None:
    ask(hours=0.1, beats=2)
    assert len(world.ledger.jobs) == len({job.kind for job in world.ledger.jobs}) == 4


def test_a_slot_whose_job_is_done_gets_no_second_one(world: InProcess, ask: Callable[..., None]) -> None:
    """A beat that is started again asks again."""
    ask(hours=0.1)
    finish(world)
    ask(hours=0.9, beats=2)
    assert len(jobs_of(world, HEALTH)) == 1
    ask(hours=1.1, beats=2)
    assert [len(jobs_of(world, kind)) for kind in (HEALTH, REFRESH, CLEANUP)] == [2, 2, 1]
    finish(world)
    ask(hours=24.1, beats=2)
    assert len(jobs_of(world, CLEANUP)) == 2


def test_nothing_piles_up_while_no_worker_is_there(world: InProcess, ask: Callable[..., None]) -> None:
    for hour in range(48):
        ask(hours=hour, beats=2)
    assert len(world.ledger.jobs) == 4
