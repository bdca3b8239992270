"""A player's year on its way into the store."""

import asyncio
from typing import Any

import pytest

from src.core.domain.account import Account, Summoner
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, InvalidInput, RateLimited, Unavailable
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.match_store import MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.match_ingest import IngestReport, MatchIngest
from src.core.services.player_sync import PlayerSync
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.domain.documents import puuid
from tests.unit.core.services.games import ME, SOMEBODY_ELSE, serve
from tests.unit.core.services.sync_world import MY_NAME, YEAR, SyncWorld

FRIEND = puuid(4)  # plays in every game of mine
IDS = ["EUW1_1", "EUW1_2", "EUW1_3"]


@pytest.fixture
def world() -> SyncWorld:
    return SyncWorld()


class TestAsking:
    """What is asked for is checked before Riot is."""

    def test_a_full_request_is_read(self, world: SyncWorld) -> None:
        asked = world.sync.asked("Player 3", "EUW", platform="EUW", routing="europe", year=2024)
        assert (str(asked.riot_id), asked.platform, asked.year) == ("Player 3#EUW", Platform.EUW1, 2024)
        assert asked.routing is RoutingValue.EUROPE

    def test_without_a_year_it_is_the_default_one(self, world: SyncWorld) -> None:
        assert world.sync.asked("Player 3", "EUW", platform="euw1", routing=None, year=None).year == YEAR

    @pytest.mark.parametrize("year", [2009, 2026, 2027])
    def test_every_year_of_the_game_may_be_asked_for(self, world: SyncWorld, year: int) -> None:
        assert world.sync.asked("Player 3", "EUW", platform="euw1", routing=None, year=year).year == year

    @pytest.mark.parametrize(
        "wrong",
        [
            {"year": 2008}, {"year": 2028}, {"year": True}, {"year": "2025"}, {"year": 2025.0},
            {"platform": "mars1"}, {"routing": "asia"}, {"routing": "nowhere"}, {"routing": ""},
            {"game_name": "X"}, {"game_name": ""}, {"tag_line": "#EUW"}, {"tag_line": ""},
        ],
    )  # fmt: skip
    def test_nonsense_is_refused(self, world: SyncWorld, wrong: dict[str, Any]) -> None:
        right: dict[str, Any] = {
            "game_name": "Player 3", "tag_line": "EUW", "platform": "euw1", "routing": "europe", "year": 2025
        }  # fmt: skip
        with pytest.raises(InvalidInput):
            world.sync.asked(**right | wrong)

    def test_a_wrong_routing_value_is_told_with_the_right_one(self, world: SyncWorld) -> None:
        with pytest.raises(InvalidInput, match="euw1 belongs to europe"):
            world.sync.asked("Player 3", "EUW", platform="euw1", routing="americas", year=2025)


class TestFinding:
    """The player behind a Riot ID."""

    async def find(self, world: SyncWorld, riot_id: RiotId = MY_NAME, platform: str = "euw1") -> Any:
        asked = world.sync.asked(riot_id.game_name, riot_id.tag_line, platform=platform, routing=None, year=None)
        return await world.sync.find(asked)

    async def test_who_is_found_is_remembered_under_a_number_of_ours(self, world: SyncWorld) -> None:
        player = await self.find(world)
        assert (player.account.puuid, player.account.riot_id, player.platform) == (ME, MY_NAME, Platform.EUW1)
        assert await world.players.find(ME) == (player.account, Platform.EUW1)
        assert (await self.find(world)).number == player.number

    async def test_the_name_is_spelled_as_riot_spells_it(self, world: SyncWorld) -> None:
        player = await self.find(world, RiotId(game_name="pLAYER 3", tag_line="euw"))
        assert player.account.riot_id == MY_NAME

    async def test_an_account_without_a_name_keeps_the_one_it_was_found_by(self) -> None:
        class Nameless(FakeRiotApi):
            async def account_by_riot_id(self, riot_id: RiotId, routing: RoutingValue) -> Account:
                account = await super().account_by_riot_id(riot_id, routing)
                return account.model_copy(update={"riot_id": None})

        assert (await self.find(SyncWorld(riot=Nameless()))).account.riot_id == MY_NAME

    async def test_nobody_is_found_by_an_unknown_name(self, world: SyncWorld) -> None:
        with pytest.raises(AccountNotFound):
            await self.find(world, RiotId(game_name="Nobody", tag_line="EUW"))
        assert world.players.players == {}

    async def test_a_wrong_platform_is_told_and_not_remembered(self, world: SyncWorld) -> None:
        await self.find(world)
        with pytest.raises(AccountNotFound, match="does not play on na1"):
            await self.find(world, platform="na1")
        found = await world.players.find(ME)
        assert found is not None
        assert found[1] is Platform.EUW1

    async def test_accounts_of_the_sea_are_asked_for_in_asia(self, world: SyncWorld) -> None:
        world.riot.summoners.append(Summoner(puuid=ME, platform=Platform.VN2, profile_icon_id=1, level=30))
        await self.find(world, platform="vn2")
        assert [(method, host) for method, _, host in world.riot.calls] == [
            ("account_by_riot_id", "asia"), ("summoner", "vn2")
        ]  # fmt: skip


class TestABatch:
    """A few matches, stored and counted."""

    async def run(self, world: SyncWorld, ids: list[str] = IDS, **options: Any) -> IngestReport:
        into = options.get("into") or IngestReport()
        return await world.sync.sync_batch(ids, options.get("puuid", ME), into=into, report=world.report)

    async def test_every_match_is_stored_and_counts(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        report = await self.run(world)
        assert report.stored == IDS
        assert await world.games() == 3
        assert world.reports[0] == ("matches", 0, 3)
        assert world.reports[-1] == ("matches", 3, 3)

    async def test_a_second_sync_counts_nothing_twice(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        await self.run(world)
        world.riot.calls.clear()
        report = await self.run(world)
        assert report.skipped == IDS
        assert await world.games() == 3
        assert world.riot.calls == []

    async def test_two_syncs_at_once_count_once(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        await asyncio.gather(self.run(world), self.run(world))
        assert await world.games() == 3

    async def test_what_a_friends_sync_stored_counts_for_me_too(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        await self.run(world, puuid=FRIEND)
        assert await world.games() == 0
        report = await self.run(world)
        assert report.skipped == IDS
        assert (await world.games(), await world.games(FRIEND)) == (3, 3)

    async def test_what_a_friends_sync_stores_meanwhile_counts_for_me_too(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        await asyncio.gather(self.run(world), self.run(world, puuid=FRIEND))
        assert (await world.games(), await world.games(FRIEND)) == (3, 3)

    async def test_a_listed_match_that_is_not_the_players_is_stored_and_does_not_count(self, world: SyncWorld) -> None:
        serve(world.riot, "EUW1_1")
        report = await self.run(world, ["EUW1_1"], puuid=SOMEBODY_ELSE)
        assert report.stored == ["EUW1_1"]
        assert await world.games(SOMEBODY_ELSE) == 0

    async def test_missing_and_malformed_matches_stop_nothing(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        world.riot.matches["EUW1_2"] = {"metadata": {"matchId": "EUW1_2"}, "info": {}}
        report = await self.run(world, [*IDS, "EUW1_404"])
        assert report.as_result() == {
            "stored": ["EUW1_1", "EUW1_3"], "skipped": [], "missing": ["EUW1_404"], "malformed": ["EUW1_2"],
            "unavailable": [],
        }  # fmt: skip
        assert await world.games() == 2

    async def test_another_match_than_the_one_asked_for_is_not_stored(self, world: SyncWorld) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.matches["EUW1_2"] = world.riot.matches["EUW1_1"]
        report = await self.run(world, ["EUW1_1", "EUW1_2"])
        assert report.malformed == ["EUW1_2"]
        assert set(world.store.matches) == {"EUW1_1"}

    async def test_a_timeline_of_another_match_is_not_stored(self, world: SyncWorld) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.timelines["EUW1_2"] = world.riot.timelines["EUW1_1"]
        assert (await self.run(world, ["EUW1_2"])).malformed == ["EUW1_2"]
        assert world.store.matches == {}

    async def test_it_goes_on_where_a_transient_error_stopped_it(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        world.riot.error_for["match", "EUW1_2"] = RateLimited(retry_after=30)
        done = IngestReport()
        with pytest.raises(RateLimited):
            await self.run(world, into=done)
        assert done.stored == ["EUW1_1"]
        world.riot.error_for.clear()
        world.riot.calls.clear()
        report = await self.run(world, into=IngestReport.resumed(done.as_result()))
        assert report.stored == IDS, "its own match of the first attempt is not told as skipped"
        assert world.asked("match") == ["EUW1_2", "EUW1_3"]
        assert await world.games() == 3

    async def test_what_was_there_counts_even_if_the_rest_is_cancelled(self, world: SyncWorld) -> None:
        serve(world.riot, *IDS)
        await self.run(world, ["EUW1_1"], puuid=FRIEND)
        world.reports.clear()
        world.stops_after = 1
        with pytest.raises(InterruptedError):
            await self.run(world)
        assert set(world.store.matches) == {"EUW1_1"}
        assert await world.games() == 1

    async def test_no_call_that_fails_loses_or_doubles_a_match(self) -> None:
        """Every port call in turn is refused, times out, is done unseen, or is the process's last."""
        calls = await self._attempts(Script())
        # What is there, what it counts, what was absent; two matches' documents; both stored at once.
        assert len(calls) == 3 + 2 * 2 + 1
        for position in range(len(calls)):
            for fault in Fault:
                await self._attempts(Script({position: fault}))

    async def _attempts(self, script: Script) -> list[str]:
        """Sync until it works, as the ledger would have it; in the end everything is there and counted once."""
        world = SyncWorld()
        serve(world.riot, *IDS)
        await world.sync.sync_batch(["EUW1_1"], FRIEND, into=IngestReport(), report=world.report)
        riot, store = faulty(RiotApi, world.riot, script), faulty(MatchStore, world.store, script)
        statistics = faulty(YearlyStatisticsStore, world.statistics, script)
        ingest = MatchIngest(riot, store, faulty(AbsenceStore, world.absences, script), world.clock)
        sync = PlayerSync(riot, world.players, ingest, statistics, world.clock, default_year=YEAR)
        noted: dict[str, Any] = {}  # what the ledger knows of the progress

        async def note(_step: str, _done: int, _total: int) -> None:
            noted.update({outcome: list(ids) for outcome, ids in done.as_result().items()})

        for _ in range(2):
            done = IngestReport.resumed(noted)
            try:
                await sync.sync_batch(IDS, ME, into=done, report=note)
            except (Unavailable, TimeoutError, ProcessKilled):
                continue
            break
        assert sorted(done.match_ids) == IDS
        assert set(world.store.matches) == set(IDS)
        assert await world.games() == 3
        return script.calls
