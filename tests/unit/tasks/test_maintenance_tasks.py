"""Keeping the house, as jobs."""

from typing import Any

import pytest

from src.core.domain.job import JobState
from src.core.domain.regions import Platform
from src.core.errors import RateLimited
from src.tasks.maintenance_tasks import cleanup_old_data, health_check, refresh_accounts
from tests.fakes.jobs import a_new_job
from tests.unit.core.services.sync_world import MY_ACCOUNT
from tests.unit.tasks.in_process import InProcess

DAY = 86_400.0


def test_old_jobs_are_deleted(world: InProcess) -> None:
    old = world.done(health_check)
    world.run(world.ledger.mark_settled([old.id]))
    world.clock.advance(31 * DAY)
    job = world.done(cleanup_old_data)
    assert job.result == {"success": True, "days": 30, "deleted": {"jobs": 1}, "given_up": 0}
    assert [left.id for left in world.ledger.jobs] == [job.id]


def test_every_kind_of_job_that_there_is_is_known(world: InProcess) -> None:
    """Else a cleanup would end jobs that only wait long."""
    world.run(world.ledger.submit([a_new_job(1001, kind="of.another.age"), a_new_job(1002)]))
    world.clock.advance(2 * DAY)
    assert world.done(cleanup_old_data, days=7).result["given_up"] == 1
    assert [job.kind for job in world.ledger.jobs if job.error_kind == "UnknownJobKind"] == ["of.another.age"]


@pytest.mark.parametrize("days", [0, -1, "30"])
def test_nonsense_is_refused(world: InProcess, days: Any) -> None:
    job = world.done(cleanup_old_data, days=days)
    assert (job.state, job.error_kind) == (JobState.FAILED, "InvalidInput")


def test_health_tells_of_every_component(world: InProcess) -> None:
    assert world.done(health_check).result == {
        "success": True,
        "status": "healthy",
        "components": {"database": {"status": "ok", "latency_ms": 0.0}},
    }


def test_accounts_are_refreshed_and_a_full_budget_costs_time_only(world: InProcess) -> None:
    world.run(world.players.remember(MY_ACCOUNT, Platform.EUW1))
    world.clock.advance(14 * DAY)
    world.riot.errors.append(RateLimited(retry_after=5))
    job_id = world.submit(refresh_accounts)
    world.work()
    world.clock.advance(60)
    world.work()
    assert world.job(job_id).result == {"success": True, "refreshed": 1, "forgotten": 0, "refused": 0}
