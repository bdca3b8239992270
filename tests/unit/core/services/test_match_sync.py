"""One match, all or nothing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from src.core.domain.job import JobState, NewJob
from src.core.errors import InvalidInput, MalformedDocument, Unavailable
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.job_ledger import JobLedger
from src.core.ports.match_store import MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import MatchIngest
from src.core.services.match_sync import MatchStatus, MatchSync, MatchSynced
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.jobs import a_new_job
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ME, SOMEBODY_ELSE, serve
from tests.unit.core.services.sync_world import YEAR, SyncWorld

MATCH = "EUW1_1"


@pytest.fixture
def world() -> SyncWorld:
    world = SyncWorld()
    serve(world.riot, MATCH)
    return world


def timeline_job(number: int = 1) -> NewJob:
    return a_new_job(number, idempotency_key=f"timeline:{MATCH}")


async def sync(world: SyncWorld, puuid: str | None = ME, *, job: int = 1, match_id: str = MATCH) -> MatchSynced:
    return await world.match_sync.sync(match_id, puuid=puuid, timeline_job=timeline_job(job))


async def test_a_new_match_comes_with_people_statistics_and_a_job_for_its_timeline(world: SyncWorld) -> None:
    synced = await sync(world)
    assert synced.as_result() == {
        "match_id": MATCH,
        "status": "created",
        "participants": 10,
        "stats_updated": True,
        "year": YEAR,
        "timeline_task_id": str(UUID(int=1)),
    }
    assert world.asked("match", "timeline") == [MATCH], "the timeline is the other job's"
    assert await world.games() == 1
    assert [hint.job_id for hint in world.queue.published] == [UUID(int=1)]


async def test_the_second_time_it_exists(world: SyncWorld) -> None:
    await sync(world)
    world.riot.calls.clear()
    synced = await sync(world, job=2)
    assert (synced.status, synced.participants, synced.stats_updated) == (MatchStatus.EXISTS, 10, True)
    assert await world.games() == 1
    assert world.riot.calls == []


async def test_a_timeline_under_way_is_named_and_not_asked_for_again(world: SyncWorld) -> None:
    await sync(world)
    assert (await sync(world, job=2)).timeline_task_id == str(UUID(int=1))
    assert len(world.ledger.jobs) == 1


async def test_a_complete_match_needs_no_timeline(world: SyncWorld) -> None:
    await world.ingest.ingest(MATCH)
    assert (await sync(world)).timeline_task_id is None
    assert world.ledger.jobs == ()


async def test_a_stored_match_counts_for_a_player_it_did_not_count_for(world: SyncWorld) -> None:
    await world.ingest.ingest(MATCH)
    assert await world.games() == 0
    assert (await sync(world)).stats_updated
    assert await world.games() == 1


@pytest.mark.parametrize("nobody", [None, SOMEBODY_ELSE])
async def test_it_counts_only_for_a_player_who_was_there(world: SyncWorld, nobody: str | None) -> None:
    synced = await sync(world, nobody)
    assert (synced.status, synced.stats_updated) == (MatchStatus.CREATED, False)
    assert world.store.counted == set()


async def test_two_at_once_store_and_count_once(world: SyncWorld) -> None:
    first, second = await asyncio.gather(sync(world, job=1), sync(world, job=2))
    assert {first.status, second.status} == {MatchStatus.CREATED, MatchStatus.EXISTS}
    assert first.timeline_task_id == second.timeline_task_id
    assert len(world.ledger.jobs) == 1
    assert await world.games() == 1


async def test_a_match_riot_does_not_have_is_missing(world: SyncWorld) -> None:
    synced = await sync(world, match_id="EUW1_404")
    assert synced == MatchSynced("EUW1_404", MatchStatus.MISSING)
    assert (world.store.matches, world.ledger.jobs) == ({}, ())


async def test_nothing_is_left_of_a_match_that_cannot_be_read(world: SyncWorld) -> None:
    world.riot.matches[MATCH] = {"metadata": {"matchId": MATCH}, "info": {}}
    with pytest.raises(MalformedDocument):
        await sync(world)
    assert (world.store.matches, world.store.counted, world.ledger.jobs) == ({}, set(), ())


async def test_nothing_is_left_when_the_store_is_down(world: SyncWorld) -> None:
    world.store.is_down = True
    with pytest.raises(Unavailable):
        await sync(world)
    assert world.ledger.jobs == ()


async def test_a_broker_that_is_down_costs_the_hint_only(world: SyncWorld) -> None:
    world.queue.is_down = True
    assert (await sync(world)).status is MatchStatus.CREATED
    assert [job.state for job in world.ledger.jobs] == [JobState.QUEUED]


async def test_a_malformed_id_is_refused_before_riot_is_asked(world: SyncWorld) -> None:
    with pytest.raises(InvalidInput):
        await sync(world, match_id="nonsense")
    assert world.riot.calls == []


async def test_the_timelines_job_is_written_in_the_matchs_own_transaction(world: SyncWorld) -> None:
    """A process that dies right after it leaves a match whose timeline comes all the same."""
    calls = Script({1: Fault.KILLED})  # load, then store
    store = faulty(MatchStore, world.store, calls)
    ingest = MatchIngest(world.riot, store, world.absences, world.clock)
    with pytest.raises(ProcessKilled):
        await MatchSync(ingest, store, world.statistics, world.jobs, FakeTombstones()).sync(
            MATCH, puuid=ME, timeline_job=timeline_job()
        )
    assert calls.calls == ["MatchStore.load", "MatchStore.store"]
    assert set(world.store.matches) == {MATCH}
    assert [job.id for job in world.ledger.jobs] == [UUID(int=1)]
    assert await world.games() == 1


async def test_no_call_that_fails_loses_or_doubles_anything() -> None:
    """Every port call in turn is refused, times out, is done unseen, or is the process's last."""
    calls = await _attempts(Script())
    assert {"RiotApi.match", "MatchStore.store", "JobLedger.submit"} <= set(calls)
    for position in range(len(calls)):
        for fault in Fault:
            await _attempts(Script({position: fault}))


async def _attempts(script: Script) -> list[str]:
    """Sync until it works, with another id for the timeline's job each time, as the task makes it."""
    world = SyncWorld()
    serve(world.riot, MATCH)
    store: Any = faulty(MatchStore, world.store, script)
    service = MatchSync(
        MatchIngest(
            faulty(RiotApi, world.riot, script), store, faulty(AbsenceStore, world.absences, script), world.clock
        ),
        store,
        faulty(YearlyStatisticsStore, world.statistics, script),
        JobSubmission(faulty(JobLedger, world.ledger, script), world.queue),
        FakeTombstones(),
    )
    for attempt in (1, 2):
        try:
            synced = await service.sync(MATCH, puuid=ME, timeline_job=timeline_job(attempt))
        except (Unavailable, TimeoutError, ProcessKilled):
            continue
        break
    assert synced.timeline_task_id == str(world.ledger.jobs[0].id)
    assert len(world.ledger.jobs) == 1
    assert await world.games() == 1
    return script.calls
