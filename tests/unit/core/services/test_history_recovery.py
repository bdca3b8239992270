"""Stored histories compared with Riot's, and repaired."""

from typing import Any
from uuid import UUID

import pytest

from src.core.domain.account import Account
from src.core.domain.binding import ProvenAccount
from src.core.domain.job import NewJob
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, CircuitOpen, RateLimited, RiotKeyRejected, Unavailable
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.match_store import MatchStore
from src.core.ports.player_store import KnownPlayer
from src.core.ports.riot_api import RiotApi
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.account_refresh import AccountRefresh, Refreshed
from src.core.services.binding_check import BindingCheck
from src.core.services.history_recovery import HistoryRecovery, RecoveryReport
from src.core.services.match_ingest import IngestReport, MatchIngest
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.jobs import a_new_job
from tests.unit.core.domain.documents import puuid
from tests.unit.core.services.games import ENDED, ME, serve
from tests.unit.core.services.sync_world import SyncWorld

FRIEND = puuid(4)
IDS = ["EUW1_1", "EUW1_2", "EUW1_3", "EUW1_4"]
WEEK = 7 * 86_400.0


@pytest.fixture
async def world() -> SyncWorld:
    """Riot lists four matches; the first is stored and intact, the second stored and damaged."""
    return await a_damaged_world()


async def a_damaged_world() -> SyncWorld:
    world = SyncWorld()
    serve(world.riot, *IDS)
    await world.sync.sync_batch(IDS[:2], ME, into=IngestReport(), report=world.report)
    world.store.damage("EUW1_2")
    world.riot.calls.clear()
    world.reports.clear()
    return world


async def recover(world: SyncWorld, ids: list[str] = IDS, into: RecoveryReport | None = None) -> RecoveryReport:
    return await world.recovery.recover_batch(ids, ME, into=into or RecoveryReport(), report=world.report)


class TestABatch:
    """A few matches compared."""

    async def test_only_the_difference_is_fetched(self, world: SyncWorld) -> None:
        report = await recover(world)
        assert report.as_result() == {
            "intact": 1, "repaired": ["EUW1_2"], "fetched": ["EUW1_3", "EUW1_4"], "missing": [], "malformed": [],
            "unavailable": [],
        }  # fmt: skip
        assert sorted(world.asked("match", "timeline")) == [i for i in IDS[1:] for _ in range(2)]
        assert await world.store.intact(IDS) == set(IDS)

    async def test_what_is_whole_is_left_alone(self, world: SyncWorld) -> None:
        await recover(world)
        world.riot.calls.clear()
        report = await recover(world)
        assert (report.intact, report.match_ids, world.riot.calls) == (4, frozenset(), [])

    async def test_every_match_counts_once_afterwards(self, world: SyncWorld) -> None:
        await recover(world)
        assert await world.games() == 4
        await recover(world)
        assert await world.games() == 4

    async def test_an_intact_match_that_another_player_brought_counts_for_this_one(self, world: SyncWorld) -> None:
        await world.sync.sync_batch(["EUW1_3"], FRIEND, into=IngestReport(), report=world.report)
        report = await recover(world, ["EUW1_3"])
        assert report.intact == 1
        assert await world.games() == 3

    async def test_progress_counts_what_was_intact(self, world: SyncWorld) -> None:
        await recover(world)
        assert world.reports == [("comparing", 1, 4), ("comparing", 4, 4)]

    async def test_a_damaged_match_that_riot_no_longer_has_is_told_as_missing(self, world: SyncWorld) -> None:
        del world.riot.matches["EUW1_2"]
        report = await recover(world, IDS[:2])
        assert (report.intact, report.missing, report.repaired) == (1, ["EUW1_2"], [])

    async def test_a_match_that_riot_will_not_have_any_more_is_not_asked_for_again(self, world: SyncWorld) -> None:
        del world.riot.matches["EUW1_1"], world.store.matches["EUW1_1"]
        for _ in range(2):
            assert (await recover(world)).missing == ["EUW1_1"]
            world.clock.advance(86_400)
        assert world.asked("match").count("EUW1_1") == 1

    async def test_a_match_that_riot_cannot_give_stops_nothing(self, world: SyncWorld) -> None:
        world.riot.error_for["match", "EUW1_3"] = Unavailable("Riot is slow.")
        done = RecoveryReport()
        with pytest.raises(Unavailable):
            await recover(world, into=done)
        assert (done.repaired, done.fetched, done.unavailable) == (["EUW1_2"], ["EUW1_4"], ["EUW1_3"])
        again = RecoveryReport.resumed(done.as_result())
        last = await world.recovery.recover_batch(IDS, ME, into=again, report=world.report, last_attempt=True)
        assert last.as_result() == done.as_result() | {"intact": 1}

    async def test_on_the_last_attempt_what_is_intact_is_something(self) -> None:
        ids = [f"EUW1_{number}" for number in range(1, 26)]
        world = SyncWorld()
        serve(world.riot, *ids)
        await world.sync.sync_batch(ids[1:], ME, into=IngestReport(), report=world.report)
        world.riot.error_for["match", ids[0]] = Unavailable("Riot answers with an error (503).")
        done = RecoveryReport()
        with pytest.raises(Unavailable):
            await recover(world, ids, into=done)
        again = RecoveryReport.resumed(done.as_result())
        await world.recovery.recover_batch(ids, ME, into=again, report=world.report, last_attempt=True)
        assert again == RecoveryReport(intact=24, unavailable=ids[:1])

    async def test_on_the_last_attempt_nothing_at_all_is_a_failure(self) -> None:
        world = SyncWorld()
        world.riot.error_for["match"] = Unavailable("Riot answers with an error (503).")
        with pytest.raises(Unavailable):
            await world.recovery.recover_batch(
                IDS[:1], ME, into=RecoveryReport(), report=world.report, last_attempt=True
            )

    async def test_a_match_that_cannot_be_stored_stops_nothing_and_no_other_is_told_twice(self) -> None:
        world = SyncWorld()
        serve(world.riot, *IDS)
        await world.sync.sync_batch(IDS[:3], ME, into=IngestReport(), report=world.report)
        for match_id in IDS[:3]:
            world.store.damage(match_id)
        world.store.refused.add("EUW1_2")
        assert await recover(world) == RecoveryReport(
            repaired=["EUW1_1", "EUW1_3"], fetched=["EUW1_4"], malformed=["EUW1_2"]
        )

    async def test_a_match_that_cannot_be_read_stops_nothing(self, world: SyncWorld) -> None:
        world.riot.timelines["EUW1_3"] = {"metadata": {}}
        report = await recover(world)
        assert (report.malformed, report.fetched) == (["EUW1_3"], ["EUW1_4"])

    async def test_a_whole_timeline_survives_that_riot_has_dropped(self, world: SyncWorld) -> None:
        del world.riot.timelines["EUW1_2"]
        assert (await recover(world, ["EUW1_2"])).repaired == ["EUW1_2"]
        stored = await world.store.load("EUW1_2")
        assert stored is not None
        assert stored.timeline is not None
        assert await world.store.intact(["EUW1_2"]) == {"EUW1_2"}

    async def test_a_timeline_that_came_late_is_fetched(self) -> None:
        world = SyncWorld()
        world.clock.advance((ENDED - world.clock.now()).total_seconds())
        serve(world.riot, "EUW1_1", timeline=False)
        assert (await recover(world, ["EUW1_1"])).fetched == ["EUW1_1"]
        serve(world.riot, "EUW1_1")
        world.clock.advance(60)
        assert (await recover(world, ["EUW1_1"])).fetched == ["EUW1_1"]
        assert await world.store.intact(["EUW1_1"]) == {"EUW1_1"}
        assert await world.games() == 1

    async def test_it_goes_on_where_a_transient_error_stopped_it(self, world: SyncWorld) -> None:
        world.riot.error_for["match", "EUW1_3"] = RateLimited(retry_after=30)
        done = RecoveryReport()
        with pytest.raises(RateLimited):
            await recover(world, into=done)
        assert done.repaired == ["EUW1_2"]
        world.riot.error_for.clear()
        world.riot.calls.clear()
        report = await recover(world, into=RecoveryReport.resumed(done.as_result()))
        assert (report.intact, report.repaired, report.fetched) == (1, ["EUW1_2"], ["EUW1_3", "EUW1_4"])
        assert world.asked("match") == ["EUW1_3", "EUW1_4"]

    async def test_no_call_that_fails_loses_or_doubles_a_match(self) -> None:
        """Every port call in turn is refused, times out, is done unseen, or is the process's last."""
        calls = await self._attempts(Script())
        # What is there, what it counts, what was absent; the documents; what was damaged, and the rest at once.
        assert len(calls) == 4 + 3 * 2 + 2
        for position in range(len(calls)):
            for fault in Fault:
                await self._attempts(Script({position: fault}))

    async def _attempts(self, script: Script) -> list[str]:
        world = await a_damaged_world()
        riot, store = faulty(RiotApi, world.riot, script), faulty(MatchStore, world.store, script)
        statistics = faulty(YearlyStatisticsStore, world.statistics, script)
        absences = faulty(AbsenceStore, world.absences, script)
        recovery = HistoryRecovery(MatchIngest(riot, store, absences, world.clock), store, statistics)
        noted: dict[str, Any] = {}

        async def note(_step: str, _done: int, _total: int) -> None:
            noted.update(RecoveryReport.resumed(done.as_result()).as_result())

        for _ in range(2):
            done = RecoveryReport.resumed(noted)
            try:
                await recovery.recover_batch(IDS, ME, into=done, report=note)
            except (Unavailable, TimeoutError, ProcessKilled):
                continue
            break
        assert done.intact + len(done.match_ids) == len(IDS)
        assert await world.store.intact(IDS) == set(IDS)
        assert await world.games() == len(IDS)
        return script.calls


class TestWhoIsDue:
    """Linked players whose history nobody has compared for a week."""

    async def link(self, world: SyncWorld, number: int) -> None:
        account = ProvenAccount(
            puuid=f"p{number}", platform=Platform.EUW1, riot_id=RiotId(game_name=f"Player {number}", tag_line="EUW")
        )
        await world.bindings.save_binding(str(number), account)
        world.riot.accounts.append(Account(puuid=account.puuid, riot_id=account.riot_id))

    def job_for(self, riot_id: RiotId, player: KnownPlayer, year: int) -> NewJob:
        arguments = {"riot_id": str(riot_id), "year": year}
        number = player.number
        return a_new_job(number, id=UUID(int=number), arguments=arguments, idempotency_key=player.account.puuid)

    async def test_each_gets_a_job_for_the_current_year(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        await self.link(world, 2)
        assert await world.due_recoveries.submit_due(self.job_for) == {"submitted": 2, "unnamed": 0}
        assert world.arguments() == [
            {"riot_id": "Player 1#EUW", "year": 2026}, {"riot_id": "Player 2#EUW", "year": 2026}
        ]  # fmt: skip
        assert len(world.queue.published) == 2

    async def test_nobody_is_due_twice_within_a_week(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        await world.due_recoveries.submit_due(self.job_for)
        world.clock.advance(WEEK - 1)
        assert await world.due_recoveries.submit_due(self.job_for) == {"submitted": 0, "unnamed": 0}
        world.clock.advance(1)
        assert (await world.due_recoveries.submit_due(self.job_for))["submitted"] == 1

    async def test_whoever_was_compared_otherwise_is_not_due(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        await world.due_recoveries.mark_checked("p1")
        assert (await world.due_recoveries.submit_due(self.job_for))["submitted"] == 0

    async def test_a_round_takes_twenty(self) -> None:
        world = SyncWorld()
        for number in range(1, 24):
            await self.link(world, number)
        rounds = [(await world.due_recoveries.submit_due(self.job_for))["submitted"] for _ in range(3)]
        assert rounds == [20, 3, 0]

    async def test_each_is_asked_for_under_the_name_of_today(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        world.riot.accounts[-1] = Account(puuid="p1", riot_id=RiotId(game_name="Renamed", tag_line="EUW"))
        world.clock.advance(1)
        await world.due_recoveries.submit_due(self.job_for)
        assert world.arguments() == [{"riot_id": "Renamed#EUW", "year": 2026}]

    async def test_whoever_has_gone_meanwhile_gets_no_job(self) -> None:
        """Erased or dropped while Riot was asked: their name must not be written down again."""
        world = SyncWorld()
        await self.link(world, 1)
        asked = world.due_recoveries

        class Vanishing(AccountRefresh):
            async def ask(self, player: KnownPlayer, into: Refreshed) -> None:
                world.bindings.bindings.clear()
                world.players.players.clear()

        asked._accounts = Vanishing(world.riot, world.players, world.bindings, BindingCheck(world.bindings, world.riot))
        assert await asked.submit_due(self.job_for) == {"submitted": 0, "unnamed": 0}
        assert not world.ledger.jobs

    async def test_a_riot_that_is_away_leaves_the_names_as_they_are(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        world.riot.errors.append(Unavailable())
        assert (await world.due_recoveries.submit_due(self.job_for))["submitted"] == 1

    @pytest.mark.parametrize("error", [RateLimited(), CircuitOpen(), RiotKeyRejected()])
    async def test_a_riot_that_answers_nobody_is_asked_about_one(self, error: ChimeraError) -> None:
        world = SyncWorld()
        for number in (1, 2):
            await self.link(world, number)
        world.riot.error_for["account_by_puuid"] = error
        assert (await world.due_recoveries.submit_due(self.job_for))["submitted"] == 2
        assert [method for method, *_ in world.riot.calls] == ["account_by_puuid"]

    async def test_nobody_is_marked_when_nothing_could_be_submitted(self) -> None:
        world = SyncWorld()
        await self.link(world, 1)
        world.ledger.is_down = True
        with pytest.raises(Unavailable):
            await world.due_recoveries.submit_due(self.job_for)
        world.ledger.is_down = False
        assert (await world.due_recoveries.submit_due(self.job_for))["submitted"] == 1
