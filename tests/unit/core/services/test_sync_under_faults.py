"""Syncing a player's year with a fault at every call: every match is stored and counted once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from src.core.domain.account import Account, Summoner
from src.core.domain.job import Job, JobState, NewJob, Progress
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.match_store import MatchStore
from src.core.ports.player_store import PlayerStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.job_execution import Held
from src.core.services.match_history import MatchHistory
from src.core.services.match_ingest import IngestReport, MatchIngest
from src.core.services.match_sync import MatchSync
from src.core.services.player_sync import PlayerSync
from src.core.services.timeline_sync import TimelineSync
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.faults import Fault, Script, faulty
from tests.fakes.jobs import a_new_job
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.fakes.yearly_statistics import FakeYearlyStatisticsStore
from tests.unit.core.domain.documents import Story, puuid
from tests.unit.core.services.games import ME
from tests.unit.core.services.machine import HandedOn, Machine, survives

YEAR, SYNC, SINGLE = 2025, UUID(int=1000), UUID(int=2000)
NAME = RiotId(game_name="Somebody", tag_line="EUW")
IDS = ["EUW1_1", "EUW1_2", "EUW1_3"]
FRIEND = puuid(4)  # in the same games
_SO_FAR = "so_far"


def _a_short_game(match_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two minutes: it is read some hundred times over."""
    match, timeline = Story(2).match(), Story(2).timeline()
    match["metadata"]["matchId"] = timeline["metadata"]["matchId"] = match_id
    return match, timeline


GAMES = [_a_short_game(match_id) for match_id in IDS]


class Syncing:
    """The sync services over faulty ports, run by a machine with faulty ports: one script for all of them."""

    def __init__(self, script: Script) -> None:
        bodies = {"sync": self.sync, "batch": self.batch, "single": self.single, "timeline": self.timeline}
        self.machine = Machine(script, bodies)
        riot = FakeRiotApi(
            accounts=[Account(puuid=ME, riot_id=NAME)],
            summoners=[Summoner(puuid=ME, platform=Platform.EUW1, profile_icon_id=1, level=30)],
        )
        for match, timeline in GAMES:
            riot.add_match(match, timeline)
        self.matches, self.players = FakeMatchStore(self.machine.rows), FakePlayerStore()
        self.statistics = FakeYearlyStatisticsStore(self.matches)
        api, store = faulty(RiotApi, riot, script), faulty(MatchStore, self.matches, script)
        counting = faulty(YearlyStatisticsStore, self.statistics, script)
        absences = faulty(AbsenceStore, FakeAbsenceStore(self.matches), script)
        ingest = MatchIngest(api, store, absences, self.machine.clock)
        self.history = MatchHistory(api, FakeTombstones())
        self.player_sync = PlayerSync(
            api, faulty(PlayerStore, self.players, script), ingest, counting, self.machine.clock, default_year=YEAR
        )
        self.match_sync = MatchSync(ingest, store, counting, self.machine.submission, FakeTombstones())
        self.timeline_sync = TimelineSync(ingest, store)

    def new_job(self, kind: str, **arguments: Any) -> NewJob:
        return a_new_job(kind=kind, id=self.machine.execution.randomness.job_id(), arguments=arguments, max_retries=5)

    async def sync(self, machine: Machine, job: Job) -> Any:
        """As `sync_player_data` does it."""
        asked = self.player_sync.asked("Somebody", "EUW", platform="euw1", routing=None, year=YEAR)
        await self.player_sync.find(asked)
        ids = await self.history.ids_of_year(ME, RoutingValue.EUROPE, YEAR)
        batches = [self.new_job("batch", match_ids=ids[:2]), self.new_job("batch", match_ids=ids[2:])]
        await machine.execution.wait_for_children(job, batches, result={"total_matches": len(ids)})
        raise HandedOn

    async def batch(self, machine: Machine, job: Job) -> Any:
        """As `sync_match_batch` does it: an attempt goes on from what the one before has reported."""
        extra = job.progress.extra if job.progress else {}
        done = IngestReport.resumed(extra.get(_SO_FAR, {}))

        async def report(step: str, count: int, total: int) -> None:
            so_far = {_SO_FAR: done.as_result()}
            await machine.execution.report(Held(job), Progress(step=step, done=count, total=total, extra=so_far))

        last = job.attempts >= job.max_retries
        syncing = self.player_sync.sync_batch(
            job.arguments["match_ids"], ME, into=done, report=report, last_attempt=last
        )  # fmt: skip
        return (await syncing).as_result()

    async def single(self, _machine: Machine, job: Job) -> Any:
        """As `sync_match_data_atomic` does it."""
        match_id = job.arguments["match_id"]
        timeline = self.new_job("timeline", match_id=match_id).model_copy(
            update={"idempotency_key": f"timeline:{match_id}"}
        )
        return (await self.match_sync.sync(match_id, puuid=FRIEND, timeline_job=timeline)).as_result()

    async def timeline(self, _machine: Machine, job: Job) -> Any:
        """As `sync_match_timeline_atomic` does it."""
        return (await self.timeline_sync.sync(job.arguments["match_id"])).as_result()

    async def check(self, *, for_the_friend: Sequence[str] = ()) -> None:
        """Every match is stored with its timeline, and the years count each of them once."""
        assert {job.state for job in self.machine.rows.jobs} == {JobState.SUCCEEDED}
        assert await self.matches.complete(IDS) == set(IDS)
        counted = {(match_id, ME) for match_id in IDS} | {(match_id, FRIEND) for match_id in for_the_friend}
        assert self.matches.counted == counted
        year = await self.statistics.of(ME, YEAR)
        assert year is not None
        assert year.games == len(IDS)
        assert year == await self.statistics.recount(ME, YEAR)


async def _play_year(script: Script) -> None:
    syncing = Syncing(script)
    await syncing.machine.submit(a_new_job(kind="sync", id=SYNC, arguments={}, max_retries=5))
    await syncing.machine.run()
    await syncing.check()
    [result] = [job.result for job in syncing.machine.rows.jobs if job.id == SYNC]
    told = [match_id for outcome in IngestReport().as_result() for match_id in result[outcome]]
    assert sorted(told) == sorted(IDS)
    assert ME in syncing.players.players


async def _play_single_and_year(script: Script) -> None:
    """One match is synced for a friend at the same time: whoever stores it, it counts for both."""
    syncing = Syncing(script)
    single = a_new_job(kind="single", id=SINGLE, arguments={"match_id": IDS[0]}, max_retries=5)
    await syncing.machine.submit(single, a_new_job(kind="sync", id=SYNC, arguments={}, max_retries=5))
    await syncing.machine.run()
    await syncing.check(for_the_friend=IDS[:1])
    timelines = [job for job in syncing.machine.rows.jobs if job.kind == "timeline"]
    assert len(timelines) <= 1  # none where the year has brought it already


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("in_a_row", [1, 2])
@pytest.mark.parametrize("play", [_play_year, _play_single_and_year])
async def test_every_match_is_stored_and_counted_once(play: Any, fault: Fault, in_a_row: int) -> None:
    await survives(play, fault, in_a_row=in_a_row)
