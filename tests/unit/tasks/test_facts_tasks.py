"""Stale facts are looked for, and computed by one job at a time."""

from typing import Any

import pytest

from src.core.domain.job import Job, JobState, Lane
from src.core.errors import Unavailable
from src.core.services.match_facts import FactsRefreshed
from src.core.services.match_ingest import Reporter
from src.tasks.celery_app import celery_app
from src.tasks.facts_tasks import look_for_stale_facts, refresh_facts
from tests.contract.test_damaged_matches import a_readable_match
from tests.unit.tasks.in_process import InProcess

IDS = [f"EUW1_{number}" for number in range(45)]


@pytest.fixture
def filled(world: InProcess) -> InProcess:
    """There are matches without facts."""
    world.run(world.store.store_many([a_readable_match(match_id) for match_id in IDS]))
    return world


def look(world: InProcess) -> list[Job]:
    """A tick of beat's; the jobs in the ledger then."""
    look_for_stale_facts()
    return list(world.ledger.jobs)


def test_where_nothing_is_stale_no_job_is_written_down(world: InProcess) -> None:
    assert look(world) == []


def test_stale_facts_are_found_and_computed(filled: InProcess) -> None:
    (job,) = look(filled)
    filled.work()
    assert filled.job(job.id).result == {"success": True, "computed": 45, "unreadable": 0}
    assert len(look(filled)) == 1


def test_one_job_is_enough(filled: InProcess) -> None:
    assert len(look(filled)) == len(look(filled)) == 1


def test_it_goes_on_while_something_is_left(filled: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.core.services.match_facts.MOST_AT_A_TIME", 20)
    for _ in range(5):
        look(filled)
        filled.work()
    results = [job.result["computed"] for job in filled.ledger.jobs]
    assert results == [20, 20, 5]


def test_a_new_version_makes_every_match_stale(filled: InProcess) -> None:
    look(filled)
    filled.work()
    filled.facts_version = 2
    assert len(look(filled)) == 2
    filled.work()
    assert [job.result["computed"] for job in filled.ledger.jobs] == [45, 45]


def test_everything_else_goes_first(filled: InProcess) -> None:
    (job,) = look(filled)
    assert (job.lane, job.queue, job.priority, job.rate) == (Lane.BACKGROUND, "maintenance", 0, None)
    assert (job.idempotency_key or "").startswith("periodic:"), "as all that beat asks for"


def test_beat_looks_every_minute() -> None:
    entry = celery_app.conf.beat_schedule["facts"]
    assert (entry["task"], entry["schedule"]) == (look_for_stale_facts.name, 60.0)


def test_a_database_that_goes_away_costs_time_only(filled: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before is told with the rest."""
    keep, calls = filled.facts_store.keep, iter(range(100))

    async def failing(*args: Any, **options: Any) -> None:
        if next(calls) == 1:
            raise Unavailable
        await keep(*args, **options)

    monkeypatch.setattr(filled.facts_store, "keep", failing)
    (job,) = look(filled)
    filled.work()
    assert filled.job(job.id).is_retrying
    filled.clock.advance(60)
    filled.work()
    assert filled.job(job.id).result == {"success": True, "computed": 45, "unreadable": 0}


class Recorded:
    """Stands in for the service and notes how it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[float | None, bool]] = []

    async def refresh(
        self, *, into: FactsRefreshed, report: Reporter, seconds: float | None = None, warily: bool = False
    ) -> FactsRefreshed:
        """See `MatchFactsService.refresh`."""
        self.asked.append((seconds, warily))
        return into


@pytest.fixture
def recorded(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()
    monkeypatch.setattr(InProcess, "facts", recorded)
    return recorded


def test_it_leaves_its_process_to_others_for_the_rest_of_the_minute(world: InProcess, recorded: Recorded) -> None:
    world.done(refresh_facts)
    ((seconds, warily),) = recorded.asked
    assert seconds == 25
    assert warily is False


def test_it_ends_before_its_time_limit(world: InProcess, recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.tasks.facts_tasks.seconds_left", lambda _now: 7.0)
    world.done(refresh_facts)
    assert recorded.asked == [(7.0, False)]


@pytest.mark.parametrize(("deaths", "warily"), [(0, False), (1, False), (2, True)])
def test_it_is_wary_once_its_processes_have_died_again_and_again(
    world: InProcess, recorded: Recorded, deaths: int, *, warily: bool
) -> None:
    job_id = world.submit(refresh_facts)
    for _ in range(deaths):
        world.run(world.ledger.claim(job_id, worker="killed", lease=30.0, max_deaths=5))
        world.clock.advance(31)
    world.clock.advance(3600)
    world.work()
    assert world.job(job_id).state is JobState.SUCCEEDED
    assert [asked[1] for asked in recorded.asked] == [warily]
