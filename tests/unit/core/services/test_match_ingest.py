"""Matches and timelines on their way into the store."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from src.core.errors import InvalidInput, MalformedDocument, RateLimited, Unavailable
from src.core.services.match_ingest import Ingested, IngestReport, MatchIngest
from tests.fakes.clock import FakeClock
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import ENDED, serve


@dataclass
class World:
    """The service, Riot, the store, and what was reported."""

    clock: FakeClock = field(default_factory=FakeClock)
    riot: FakeRiotApi = field(default_factory=FakeRiotApi)
    store: FakeMatchStore = field(default_factory=FakeMatchStore)
    reports: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def ingest(self) -> MatchIngest:
        return MatchIngest(self.riot, self.store, self.clock)

    async def report(self, step: str, done: int, total: int) -> None:
        self.reports.append((step, done, total))

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What Riot was asked: method and match id."""
        return [(method, subject) for method, subject, _ in self.riot.calls]


@pytest.fixture
def world() -> World:
    return World()


class TestOneMatch:
    """A match and its timeline, once."""

    async def test_a_match_is_stored_with_its_timeline(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        stored = await world.store.load("EUW1_1")
        assert stored is not None
        assert stored.match.match_id == "EUW1_1"
        assert stored.timeline is not None
        assert stored.match_document.document == world.riot.matches["EUW1_1"]

    async def test_what_is_there_is_not_fetched_again(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        await world.ingest.ingest("EUW1_1")
        world.riot.calls.clear()
        assert await world.ingest.ingest(" euw1_1") is Ingested.SKIPPED
        assert world.riot.calls == []

    @pytest.mark.parametrize(("match_id", "host"), [("KR_1", "asia"), ("NA1_1", "americas"), ("OC1_1", "sea")])
    async def test_the_match_id_says_where_to_ask(self, world: World, match_id: str, host: str) -> None:
        serve(world.riot, match_id)
        await world.ingest.ingest(match_id)
        assert {asked_host for _, _, asked_host in world.riot.calls} == {host}

    async def test_a_match_riot_does_not_have_is_missing(self, world: World) -> None:
        assert await world.ingest.ingest("EUW1_404") is Ingested.MISSING
        assert world.store.matches == {}
        assert world.asked == [("match", "EUW1_404")]

    async def test_a_malformed_id_is_refused_before_riot_is_asked(self, world: World) -> None:
        with pytest.raises(InvalidInput):
            await world.ingest.ingest("EUW1-1")
        assert world.riot.calls == []

    @pytest.mark.parametrize("which", ["matches", "timelines"])
    async def test_nothing_is_stored_of_a_document_that_cannot_be_read(self, world: World, which: str) -> None:
        serve(world.riot, "EUW1_1")
        getattr(world.riot, which)["EUW1_1"] = {"metadata": {"matchId": "EUW1_1"}, "info": {}}
        with pytest.raises(MalformedDocument):
            await world.ingest.ingest("EUW1_1")
        assert world.store.matches == {}

    @pytest.mark.parametrize("failing", ["match", "timeline"])
    async def test_nothing_is_stored_when_riot_fails_half_way(self, world: World, failing: str) -> None:
        serve(world.riot, "EUW1_1")
        world.riot.error_for[failing] = Unavailable()
        with pytest.raises(Unavailable):
            await world.ingest.ingest("EUW1_1")
        assert world.store.matches == {}
        del world.riot.error_for[failing]
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED

    async def test_its_steps_are_the_second_and_third_of_five(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        await world.ingest.ingest("EUW1_1", report=world.report)
        assert world.reports == [("match", 2, 5), ("timeline", 3, 5)]


class TestWithoutTimeline:
    """Riot may have the match only: for ever, or for some hours after the game."""

    async def test_an_old_match_without_timeline_is_complete(self, world: World) -> None:
        serve(world.riot, "EUW1_1", timeline=False)
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED
        assert world.store.gone == {"EUW1_1"}

    async def test_the_timeline_of_a_fresh_match_is_asked_for_again(self, world: World) -> None:
        world.clock = FakeClock(ENDED + timedelta(minutes=1))
        serve(world.riot, "EUW1_1", timeline=False)
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        assert world.store.gone == set()
        stored = await world.store.load("EUW1_1")
        assert stored is not None
        assert stored.timeline is None
        serve(world.riot, "EUW1_1")
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        stored = await world.store.load("EUW1_1")
        assert stored is not None
        assert stored.timeline is not None
        assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED

    @pytest.mark.parametrize(("seconds", "gone"), [(-1, False), (1, True)])
    async def test_a_timeline_is_gone_six_hours_after_the_end(self, world: World, seconds: int, *, gone: bool) -> None:
        world.clock = FakeClock(ENDED + timedelta(hours=6, seconds=seconds))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        assert (await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED) is gone


class TestManyMatches:
    """A batch."""

    async def test_a_batch_tells_what_became_of_each(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2", "KR_3")
        await world.ingest.ingest("EUW1_2")
        world.riot.matches["EUW1_5"] = {"metadata": {}}
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2", "KR_3", "EUW1_4", "EUW1_5"])
        assert report.as_result() == {
            "stored": ["EUW1_1", "KR_3"],
            "skipped": ["EUW1_2"],
            "missing": ["EUW1_4"],
            "malformed": ["EUW1_5"],
        }

    async def test_one_malformed_match_does_not_stop_a_batch(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2", "EUW1_3")
        world.riot.timelines["EUW1_2"] = {"metadata": {}}
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2", "EUW1_3"])
        assert (report.stored, report.malformed) == (["EUW1_1", "EUW1_3"], ["EUW1_2"])

    async def test_doubles_count_once(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        report = await world.ingest.ingest_many(["EUW1_1", "euw1_1", "EUW1_1"])
        assert report.as_result() == {"stored": ["EUW1_1"], "skipped": [], "missing": [], "malformed": []}
        assert world.asked == [("match", "EUW1_1"), ("timeline", "EUW1_1")]

    async def test_a_malformed_id_is_refused_before_anything_is_fetched(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        with pytest.raises(InvalidInput):
            await world.ingest.ingest_many(["EUW1_1", "nonsense"])
        assert world.riot.calls == []

    async def test_progress_counts_what_was_there_too(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        await world.ingest.ingest("EUW1_1")
        await world.ingest.ingest_many(["EUW1_1", "EUW1_2", "EUW1_3"], report=world.report)
        assert world.reports == [("matches", 1, 3), ("matches", 2, 3), ("matches", 3, 3)]

    async def test_an_empty_batch_asks_nothing(self, world: World) -> None:
        report = await world.ingest.ingest_many([], report=world.report)
        assert not any(report.as_result().values())
        assert world.reports == [("matches", 0, 0)]

    async def test_a_report_may_stop_the_batch_between_two_matches(self, world: World) -> None:
        class StopError(Exception):
            pass

        async def stop_after_one(_step: str, done: int, _total: int) -> None:
            if done == 1:
                raise StopError

        serve(world.riot, "EUW1_1", "EUW1_2")
        with pytest.raises(StopError):
            await world.ingest.ingest_many(["EUW1_1", "EUW1_2"], report=stop_after_one)
        assert set(world.store.matches) == {"EUW1_1"}

    async def test_a_second_attempt_tells_what_the_first_one_stored(self, world: World) -> None:
        """A batch that had to wait for the budget does not call its own matches skipped."""
        serve(world.riot, "EUW1_1")
        first = IngestReport()
        await world.ingest.ingest_many(["EUW1_1"], into=first)
        serve(world.riot, "EUW1_2")
        second = IngestReport.resumed(first.as_result())
        await world.ingest.ingest_many(["EUW1_1", "EUW1_2"], into=second, report=world.report)
        assert second.as_result() == {"stored": ["EUW1_1", "EUW1_2"], "skipped": [], "missing": [], "malformed": []}
        assert world.reports == [("matches", 1, 2), ("matches", 2, 2)]

    async def test_a_batch_goes_on_where_a_transient_error_stopped_it(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.error_for["match", "EUW1_2"] = RateLimited(retry_after=1)
        with pytest.raises(RateLimited):
            await world.ingest.ingest_many(["EUW1_1", "EUW1_2"])
        world.riot.error_for.clear()
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2"])
        assert (report.skipped, report.stored) == (["EUW1_1"], ["EUW1_2"])
