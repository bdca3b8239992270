"""Who has left is nobody to every service, and who comes back finds what Riot still has."""

from typing import Any

import pytest

from src.core.domain.account import Account, Summoner
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.regions import Platform, RoutingValue
from src.core.errors import NotAParticipant, PlayerForgotten
from src.core.ports.match_store import StoredMatch
from src.core.services.history_recovery import HistoryRecovery, RecoveryReport
from src.core.services.match_analysis import MatchAnalysisService
from src.core.services.match_facts import MatchFactsService
from src.core.services.match_history import MatchHistory
from src.core.services.match_ingest import IngestReport, MatchIngest
from src.core.services.match_sync import MatchSync
from src.core.services.player_sync import PlayerSync
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.jobs import a_new_job
from tests.fakes.match_chart import FakeMatchChart
from tests.fakes.match_facts import FakeMatchFactsStore
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.yearly_statistics import FakeYearlyStatisticsStore
from tests.lives import ANN, ANN_ALONE, ANNS, ANNS_NAME, BOBS, TOGETHER, YEAR, a_game, account
from tests.unit.core.services.leaving_world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.fill()
    return world


def analysis_of(world: World, riot: FakeRiotApi, ingest: MatchIngest) -> MatchAnalysisService:
    store = world.data.matches
    facts = MatchFactsService(store, FakeMatchFactsStore(store), world.clock, compute=facts_of)
    return MatchAnalysisService(riot, store, ingest, facts, FakeMatchChart(), world.answers, world.data.tombstones)


class TestEntries:
    """Nothing of somebody who is forgotten is fetched or shown, whichever way it is asked for."""

    @pytest.fixture
    async def riot(self, world: World) -> FakeRiotApi:
        riot = FakeRiotApi(
            accounts=[Account(puuid=ANNS, riot_id=ANNS_NAME)],
            summoners=[Summoner(puuid=ANNS, platform=Platform.EUW1, profile_icon_id=1, level=30)],
        )
        await world.privacy.erase(ANN)
        return riot

    async def test_by_riot_id(self, world: World, riot: FakeRiotApi) -> None:
        data = world.data
        ingest = MatchIngest(riot, data.matches, FakeAbsenceStore(data.matches), world.clock)
        statistics = FakeYearlyStatisticsStore(data.matches)
        sync = PlayerSync(riot, data.players, ingest, statistics, world.clock, default_year=YEAR)
        asked = sync.asked("Ann of Aram", "ANN42", platform="euw1", routing=None, year=YEAR)
        riot.accounts[0] = Account(puuid=ANNS, riot_id=asked.riot_id)
        with pytest.raises(PlayerForgotten):
            await sync.find(asked)
        assert await data.players.find(ANNS) is None

    async def test_by_puuid(self, world: World, riot: FakeRiotApi) -> None:
        history = MatchHistory(riot, world.data.tombstones)
        with pytest.raises(PlayerForgotten):
            await history.recent_ids(ANNS, RoutingValue.EUROPE, count=5)
        with pytest.raises(PlayerForgotten):
            await history.ids_of_year(ANNS, RoutingValue.EUROPE, YEAR)
        assert riot.calls == []
        assert await history.recent_ids(BOBS, RoutingValue.EUROPE, count=5) == []

    @pytest.mark.parametrize("match_id", [None, a_game(1, TOGETHER).match.match_id])
    async def test_an_analysis(self, world: World, riot: FakeRiotApi, match_id: str | None) -> None:
        ingest = MatchIngest(riot, world.data.matches, FakeAbsenceStore(world.data.matches), world.clock)
        analysis = analysis_of(world, riot, ingest)

        async def report(step: str, done: int, total: int) -> None:
            raise AssertionError("it has begun")

        with pytest.raises(PlayerForgotten):
            await analysis.answer(ANNS, Platform.EUW1, match_id, reply=None, report=report)

    @pytest.mark.parametrize("puuid", [ANNS, BOBS, None])
    async def test_a_single_match(self, world: World, riot: FakeRiotApi, puuid: str | None) -> None:
        game = a_game(1, ANN_ALONE)
        store: Any = world.data.matches
        sync = MatchSync(
            MatchIngest(riot, store, FakeAbsenceStore(store), world.clock),
            store,
            FakeYearlyStatisticsStore(store),
            world.jobs,
            world.data.tombstones,
        )
        syncing = sync.sync(game.match.match_id, puuid=puuid, timeline_job=a_new_job(9))
        if puuid == ANNS:
            with pytest.raises(PlayerForgotten):
                await syncing
        else:
            assert (await syncing).participants == 10


class TestComingBack:
    """Who links an account again that was erased finds what Riot still has of it."""

    GAMES = (
        a_game(1, TOGETHER), a_game(2, TOGETHER),
        a_game(4, TOGETHER, timeline=False), a_game(9, TOGETHER, timeline=False),
    )  # fmt: skip

    @pytest.fixture
    async def riot(self, world: World) -> FakeRiotApi:
        """Riot has all matches of Ann, who has erased everything, and no timelines any more.

        Of the third one this is not known yet.
        """
        await world.data.matches.store(self.GAMES[2])
        await world.data.matches.store(self.GAMES[3], timeline_gone=True)
        erased = await world.privacy.erase(ANN)
        await world.privacy.pseudonymise(erased.id, report=world.report)
        riot = FakeRiotApi()
        for game in self.GAMES:
            riot.add_match(game.match_document.document)
        return riot

    @pytest.fixture
    def analysis(self, world: World, riot: FakeRiotApi) -> MatchAnalysisService:
        store = world.data.matches
        ingest = MatchIngest(riot, store, FakeAbsenceStore(store), world.clock)
        return analysis_of(world, riot, ingest)

    @pytest.mark.parametrize("game", GAMES)
    async def test_an_analysis_fetches_the_match_anew(
        self, world: World, analysis: MatchAnalysisService, game: StoredMatch
    ) -> None:
        await world.data.bindings.save_binding(ANN, account())
        match_id = game.match.match_id
        answer = await analysis.answer(ANNS, Platform.EUW1, match_id, reply=None, report=silent)
        assert answer["match_id"] == match_id
        kept = await world.data.matches.load(match_id)
        assert kept is not None
        assert (kept.match, kept.timeline) == (game.match, game.timeline)
        assert await world.data.matches.complete([match_id]) == {match_id}

    async def test_the_latest_match_is_one_of_those(self, world: World, analysis: MatchAnalysisService) -> None:
        await world.data.bindings.save_binding(ANN, account())
        answer = await analysis.answer(ANNS, Platform.EUW1, None, reply=None, report=silent)
        assert answer["match_id"] == self.GAMES[3].match.match_id

    async def test_a_recovery_gives_them_their_place_again(self, world: World, riot: FakeRiotApi) -> None:
        store = world.data.matches
        ingest = MatchIngest(riot, store, FakeAbsenceStore(store), world.clock)
        recovery = HistoryRecovery(ingest, store, FakeYearlyStatisticsStore(store))
        ids = [game.match.match_id for game in self.GAMES]
        before = await recovery.recover_batch(ids, ANNS, into=RecoveryReport(), report=silent)
        await world.data.bindings.save_binding(ANN, account())

        after = await recovery.recover_batch(ids, ANNS, into=RecoveryReport(), report=silent)

        assert before.repaired == [], "nobody is linked: nobody is back"
        assert sorted(after.repaired) == sorted(ids)
        kept = [await store.load(match_id) for match_id in ids]
        assert all(one is not None and one.match.by_puuid(ANNS) for one in kept)

    async def test_a_recovery_gives_them_their_place_where_the_timeline_is_missing(
        self, world: World, riot: FakeRiotApi
    ) -> None:
        store = world.data.matches
        ingest = MatchIngest(riot, store, FakeAbsenceStore(store), world.clock)
        recovery = HistoryRecovery(ingest, store, FakeYearlyStatisticsStore(store))
        await world.data.bindings.save_binding(ANN, account())
        match_id = self.GAMES[2].match.match_id
        done = await recovery.recover_batch([match_id], ANNS, into=RecoveryReport(), report=silent)
        assert done.repaired == [match_id]
        kept = await store.load(match_id)
        assert kept is not None
        assert kept.match.by_puuid(ANNS) is not None
        assert (match_id, ANNS) in store.counted

    async def test_a_sync_gives_them_their_place_again(self, world: World, riot: FakeRiotApi) -> None:
        store = world.data.matches
        ingest = MatchIngest(riot, store, FakeAbsenceStore(store), world.clock)
        statistics = FakeYearlyStatisticsStore(store)
        sync = PlayerSync(riot, world.data.players, ingest, statistics, world.clock, default_year=YEAR)
        new = a_game(5, TOGETHER)
        riot.add_match(new.match_document.document)
        ids = [game.match.match_id for game in (*self.GAMES, new)]
        await world.data.bindings.save_binding(ANN, account())

        for told in ("stored", "skipped"):
            done = await sync.sync_batch(ids, ANNS, into=IngestReport(), report=silent)
            assert sorted(getattr(done, told)) == sorted(ids)

        assert sorted(store.replaced) == sorted(game.match.match_id for game in self.GAMES)
        counted = await statistics.of(ANNS, YEAR)
        assert counted is not None
        assert counted.games == len(ids) == len(await store.history(ANNS, limit=9))

    async def test_a_match_of_others_is_not_written_anew(
        self, world: World, analysis: MatchAnalysisService, riot: FakeRiotApi
    ) -> None:
        with pytest.raises(NotAParticipant):
            await analysis.answer("somebody", Platform.EUW1, self.GAMES[0].match.match_id, reply=None, report=silent)
        assert world.data.matches.replaced == []

    async def test_a_match_that_riot_has_lost_stays_as_it_is(
        self, world: World, analysis: MatchAnalysisService, riot: FakeRiotApi
    ) -> None:
        await world.data.bindings.save_binding(ANN, account())
        riot.matches.clear()
        with pytest.raises(NotAParticipant):
            await analysis.answer(ANNS, Platform.EUW1, self.GAMES[0].match.match_id, reply=None, report=silent)


async def silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""
