"""Matches and timelines on their way into the store."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from src.core.domain.documents import RawDocument
from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput, MalformedDocument, RateLimited, RiotRequestRejected, Unavailable
from src.core.ports.match_store import StoredMatch
from src.core.services.match_ingest import Ingested, IngestReport, MatchIngest
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.clock import FakeClock
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import ENDED, serve


class TickingClock(FakeClock):
    """Every look at it takes a second."""

    def now(self) -> datetime:
        self.advance(1)
        return super().now()


@dataclass
class World:
    """The service, Riot, the store, and what was reported."""

    clock: FakeClock = field(default_factory=FakeClock)
    riot: FakeRiotApi = field(default_factory=FakeRiotApi)
    store: FakeMatchStore = field(default_factory=FakeMatchStore)
    reports: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.absences = FakeAbsenceStore(self.store)

    @property
    def ingest(self) -> MatchIngest:
        return MatchIngest(self.riot, self.store, self.absences, self.clock)

    async def report(self, step: str, done: int, total: int) -> None:
        self.reports.append((step, done, total))

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What Riot was asked: method and match id."""
        return [(method, subject) for method, subject, _ in self.riot.calls]


@pytest.fixture
def world() -> World:
    return World()


class TestTime:
    """How long fetching takes at the key's budget."""

    async def test_only_what_is_not_there_takes_time(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        await world.ingest.ingest("EUW1_1")
        world.riot.seconds_per_pair = 2.0
        assert await world.ingest.seconds_for(["EUW1_1", "EUW1_2", "EUW1_3"]) == 4.0
        assert await world.ingest.seconds_for(["EUW1_1"]) == 0.0

    async def test_routing_values_have_budgets_of_their_own(self, world: World) -> None:
        world.riot.seconds_per_pair = 2.0
        assert await world.ingest.seconds_for(["EUW1_1", "KR_2", "KR_3", "NA1_4"]) == 4.0

    async def test_what_is_not_asked_for_takes_none(self, world: World) -> None:
        world.riot.seconds_per_pair = 2.0
        await world.ingest.ingest("EUW1_1")
        assert await world.ingest.seconds_for(["EUW1_1", "EUW1_2", "EUW1_3"]) == 4.0
        world.clock.advance(60)
        assert await world.ingest.seconds_for(["EUW1_1", "EUW1_2", "EUW1_3"]) == 6.0

    async def test_of_an_unknown_budget_nothing_is_said(self, world: World) -> None:
        assert await world.ingest.seconds_for(["EUW1_1"]) is None


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
        world.clock.advance(60)
        world.riot.calls.clear()
        assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED
        assert world.asked == [("timeline", "EUW1_1")], "the match is there"
        stored = await world.store.load("EUW1_1")
        assert stored is not None
        assert stored.timeline is not None
        assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED

    @pytest.mark.parametrize("many", [False, True])
    async def test_a_match_that_lacks_its_timeline_is_not_fetched_again(self, world: World, *, many: bool) -> None:
        """Whoever stored it, and whether or not its timeline was asked for then; it is not told as new again."""
        serve(world.riot, "EUW1_1")
        match, document = await world.ingest.fetch_match("EUW1_1")
        await world.store.store(StoredMatch(match, document, None, None))
        world.riot.calls.clear()
        if many:
            assert (await world.ingest.ingest_many(["EUW1_1"])).skipped == ["EUW1_1"]
        else:
            assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED
        assert world.asked == [("timeline", "EUW1_1")]
        assert await world.store.complete(["EUW1_1"]) == {"EUW1_1"}

    @pytest.mark.parametrize(("seconds", "gone"), [(-1, False), (1, True)])
    async def test_a_timeline_is_gone_six_hours_after_the_end(self, world: World, seconds: int, *, gone: bool) -> None:
        world.clock = FakeClock(ENDED + timedelta(hours=6, seconds=seconds))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        assert (await world.store.complete(["EUW1_1"]) == {"EUW1_1"}) is gone


class TestAbsences:
    """What Riot does not have is not asked for again at once."""

    async def test_a_match_is_asked_for_again_after_one_minute_then_two_then_four(self, world: World) -> None:
        asked = []
        for minute in range(16):
            await world.ingest.ingest("EUW1_1")
            asked.extend([minute] * len(world.riot.calls))
            world.riot.calls.clear()
            world.clock.advance(60)
        assert asked == [0, 1, 3, 7, 15]

    async def test_a_match_that_turns_up_is_found(self, world: World) -> None:
        assert await world.ingest.ingest("EUW1_1") is Ingested.MISSING
        serve(world.riot, "EUW1_1")
        assert await world.ingest.ingest("EUW1_1") is Ingested.MISSING
        world.clock.advance(60)
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED

    async def test_a_match_older_than_one_that_is_long_over_is_asked_for_once_a_month(self, world: World) -> None:
        serve(world.riot, "EUW1_9")
        await world.ingest.ingest_many(["EUW1_9", "EUW1_10", "EUW1_8"])
        world.riot.calls.clear()
        for _ in range(29):
            world.clock.advance(86_400)
            report = await world.ingest.ingest_many(["EUW1_9", "EUW1_10", "EUW1_8"])
            assert report == IngestReport(skipped=["EUW1_9"], missing=["EUW1_10", "EUW1_8"])
        assert set(world.asked) == {("match", "EUW1_10")}, "the newer one may be a fresh game"
        world.clock.advance(86_400)
        await world.ingest.ingest("EUW1_8")
        assert ("match", "EUW1_8") in world.asked

    @pytest.mark.parametrize(("seconds", "calls"), [(-1, 2), (1, 1)])
    async def test_a_match_is_long_over_six_hours_after_its_end(self, world: World, seconds: int, calls: int) -> None:
        world.clock = FakeClock(ENDED + timedelta(hours=6, seconds=seconds))
        serve(world.riot, "EUW1_9")
        await world.ingest.ingest_many(["EUW1_9", "EUW1_8"])
        world.clock.advance(3600)
        await world.ingest.ingest("EUW1_8")
        assert world.asked.count(("match", "EUW1_8")) == calls

    async def test_a_batch_looks_up_once_what_is_remembered(self, world: World) -> None:
        ids = [f"EUW1_{number}" for number in range(1, 26)]
        serve(world.riot, *ids[::2])
        await world.ingest.ingest_many(ids)
        assert world.absences.looked_up == 1
        await world.ingest.ingest_many(ids)
        assert world.absences.looked_up == 2
        assert len(world.riot.calls) == 2 * 13 + 12, "the second batch asks nothing"

    async def test_two_who_ask_within_a_minute_cost_one_timeline_call(self, world: World) -> None:
        world.clock = FakeClock(ENDED + timedelta(minutes=1))
        serve(world.riot, "EUW1_1", timeline=False)
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        assert await world.ingest.ingest("EUW1_1") is Ingested.SKIPPED
        assert (await world.ingest.ingest_many(["EUW1_1"])).skipped == ["EUW1_1"]
        assert world.asked == [("match", "EUW1_1"), ("timeline", "EUW1_1")]

    async def test_a_match_stored_without_its_timeline_and_lost_since_is_fetched_again(self, world: World) -> None:
        world.clock = FakeClock(ENDED + timedelta(minutes=1))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        del world.store.matches["EUW1_1"]
        assert await world.ingest.ingest("EUW1_1") is Ingested.STORED
        assert world.asked.count(("match", "EUW1_1")) == 2

    async def test_a_match_stored_without_its_timeline_that_cannot_be_read_back_is_fetched_again(self) -> None:
        class Damaged(FakeMatchStore):
            async def load(self, match_id: str) -> StoredMatch | None:
                raise MalformedDocument

        world = World(clock=FakeClock(ENDED + timedelta(minutes=1)), store=Damaged())
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        await world.ingest.ingest("EUW1_1")
        assert world.asked.count(("match", "EUW1_1")) == 2

    async def test_a_timeline_is_not_given_up_on_what_is_remembered(self, world: World) -> None:
        """Only an answer given six hours after the end says that there will be none."""
        world.clock = FakeClock(ENDED + timedelta(hours=5, minutes=59, seconds=30))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        serve(world.riot, "EUW1_1")
        world.clock.advance(31)
        await world.ingest.ingest("EUW1_1")
        assert world.store.gone == set()
        stored = await world.store.load("EUW1_1")
        assert stored is not None
        assert stored.timeline is not None

    @pytest.mark.parametrize("before", range(8))
    async def test_a_timeline_is_never_gone_without_having_been_asked_for(self, world: World, before: int) -> None:
        """Whenever in between the six hours are over."""
        world.clock = FakeClock(ENDED + timedelta(hours=5, minutes=59, seconds=30))
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        world.clock = TickingClock(ENDED + timedelta(hours=6, seconds=-before))
        world.riot.calls.clear()
        await world.ingest.ingest("EUW1_1")
        assert (world.store.gone == {"EUW1_1"}) == (world.asked == [("timeline", "EUW1_1")])

    async def test_a_timeline_is_not_gone_because_others_of_its_batch_took_long(self) -> None:
        class Slow(FakeRiotApi):
            async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
                clock.advance(20)
                return await super().match(match_id, routing)

        clock = FakeClock(ENDED + timedelta(hours=5, minutes=59, seconds=30))
        world = World(clock=clock, riot=Slow())
        serve(world.riot, "EUW1_1", "EUW1_2", timeline=False)
        await world.ingest.ingest("EUW1_1")
        world.riot.calls.clear()
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2"])
        assert (report.skipped, report.stored) == (["EUW1_1"], ["EUW1_2"])
        assert world.asked == [("match", "EUW1_2"), ("timeline", "EUW1_2")]
        assert world.store.gone == {"EUW1_2"}

    async def test_a_timeline_that_is_gone_for_good_is_not_remembered_twice(self, world: World) -> None:
        serve(world.riot, "EUW1_1", timeline=False)
        await world.ingest.ingest("EUW1_1")
        assert world.absences.absences == {}

    async def test_an_error_is_no_absence(self, world: World) -> None:
        world.riot.errors.append(Unavailable())
        with pytest.raises(Unavailable):
            await world.ingest.ingest("EUW1_1")
        assert world.absences.absences == {}


class TestManyMatches:
    """A batch."""

    async def test_a_batch_tells_what_became_of_each(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2", "KR_3")
        await world.ingest.ingest("EUW1_2")
        world.riot.matches["EUW1_5"] = {"metadata": {}}
        world.riot.error_for["match", "EUW1_6"] = RiotRequestRejected()
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2", "KR_3", "EUW1_4", "EUW1_5", "EUW1_6"])
        assert report.as_result() == {
            "stored": ["EUW1_1", "KR_3"],
            "skipped": ["EUW1_2"],
            "missing": ["EUW1_4"],
            "malformed": ["EUW1_5"],
            "unavailable": ["EUW1_6"],
        }

    async def test_one_malformed_match_does_not_stop_a_batch(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2", "EUW1_3")
        world.riot.timelines["EUW1_2"] = {"metadata": {}}
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2", "EUW1_3"])
        assert (report.stored, report.malformed) == (["EUW1_1", "EUW1_3"], ["EUW1_2"])

    async def test_doubles_count_once(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        report = await world.ingest.ingest_many(["EUW1_1", "euw1_1", "EUW1_1"])
        assert report == IngestReport(stored=["EUW1_1"])
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
        assert world.reports == [("matches", 1, 3), ("matches", 3, 3)]

    async def test_an_empty_batch_asks_nothing(self, world: World) -> None:
        report = await world.ingest.ingest_many([], report=world.report)
        assert report == IngestReport()
        assert world.reports == [("matches", 0, 0)]

    async def test_a_match_that_another_worker_stored_meanwhile_is_skipped(self, world: World) -> None:
        serve(world.riot, "EUW1_1")
        first, second = await asyncio.gather(*(world.ingest.ingest_many(["EUW1_1"]) for _ in range(2)))
        assert {tuple(first.stored), tuple(second.stored)} == {("EUW1_1",), ()}
        assert {tuple(first.skipped), tuple(second.skipped)} == {("EUW1_1",), ()}

    async def test_a_second_attempt_tells_what_the_first_one_stored(self, world: World) -> None:
        """A batch that had to wait for the budget does not call its own matches skipped."""
        serve(world.riot, "EUW1_1")
        first = IngestReport()
        await world.ingest.ingest_many(["EUW1_1"], into=first)
        serve(world.riot, "EUW1_2")
        second = IngestReport.resumed(first.as_result())
        await world.ingest.ingest_many(["EUW1_1", "EUW1_2"], into=second, report=world.report)
        assert second == IngestReport(stored=["EUW1_1", "EUW1_2"])
        assert world.reports == [("matches", 1, 2), ("matches", 2, 2)]

    async def test_a_batch_is_told_of_in_the_order_it_was_asked_for(self, world: World) -> None:
        """However many handfuls it takes, and at every one of them."""
        ids = [f"EUW1_{number * 7 % 60}" for number in range(60)]
        serve(world.riot, *ids[::2], *ids[5::6])
        into = IngestReport(stored=["EUW1_11", "EUW1_4"])

        async def in_order(_step: str, _done: int, _total: int) -> None:
            for match_ids in (into.stored, into.missing):
                assert match_ids == [match_id for match_id in ids if match_id in match_ids]

        await world.ingest.ingest_many(ids, into=into, report=in_order)
        assert len(into.match_ids) == 60

    async def test_a_batch_goes_on_where_a_transient_error_stopped_it(self, world: World) -> None:
        serve(world.riot, "EUW1_1", "EUW1_2")
        world.riot.error_for["match", "EUW1_2"] = RateLimited(retry_after=1)
        with pytest.raises(RateLimited):
            await world.ingest.ingest_many(["EUW1_1", "EUW1_2"])
        world.riot.error_for.clear()
        report = await world.ingest.ingest_many(["EUW1_1", "EUW1_2"])
        assert (report.skipped, report.stored) == (["EUW1_1"], ["EUW1_2"])
