"""Facts of matches: kept, computed, computed anew."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from src.core.domain.facts.model import MatchFacts
from src.core.errors import LeaseLost, MalformedDocument, Unavailable
from src.core.ports.match_store import StoredMatch
from src.core.services import match_facts
from src.core.services.match_facts import FactsRefreshed, MatchFactsService
from tests.contract.test_damaged_matches import a_readable_match
from tests.fakes.clock import FakeClock
from tests.fakes.match_facts import FakeMatchFactsStore, some_facts
from tests.fakes.match_store import FakeMatchStore

ONE = "EUW1_1"


class ProcessDied(BaseException):
    """Nothing catches it."""


@dataclass
class World:
    """A service over fakes; what it computed is told by match ids, `deadly` ones end the process."""

    clock: FakeClock = field(default_factory=FakeClock)
    store: FakeMatchStore = field(default_factory=FakeMatchStore)
    computed: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    timelines: list[Mapping[str, Any] | None] = field(default_factory=list)
    seconds_each: float = 0.0
    meanwhile: Callable[[], object] = lambda: None  # happens while facts are computed
    version: int = 1
    broken: dict[str, BaseException] = field(default_factory=dict)
    reports: list[tuple[str, int, int]] = field(default_factory=list)
    stops_after: int | None = None

    def __post_init__(self) -> None:
        self.facts = FakeMatchFactsStore(self.store)

    @property
    def service(self) -> MatchFactsService:
        return MatchFactsService(self.store, self.facts, self.clock, compute=self.compute, version=self.version)

    def compute(self, match: Mapping[str, Any], timeline: Mapping[str, Any] | None) -> MatchFacts:
        match_id = match["metadata"]["matchId"]
        self.threads.add(threading.get_ident())
        self.timelines.append(timeline)
        self.computed.append(match_id)
        self.clock.advance(self.seconds_each)
        self.meanwhile()
        if match_id in self.broken:
            raise self.broken[match_id]
        return some_facts(match_id, version=self.version)

    async def have(self, *match_ids: str) -> None:
        await self.store.store_many([a_readable_match(match_id) for match_id in match_ids])

    async def loaded(self, match_id: str = ONE) -> StoredMatch:
        stored = await self.store.load(match_id)
        assert stored is not None
        return stored

    async def refresh(self, into: FactsRefreshed | None = None, **options: Any) -> FactsRefreshed:
        return await self.service.refresh(into=into or FactsRefreshed(), report=self.report, **options)

    async def report(self, step: str, done: int, total: int) -> None:
        self.reports.append((step, done, total))
        if len(self.reports) == self.stops_after:
            raise InterruptedError

    async def stale(self) -> list[str]:
        return [one.match_id for one in await self.facts.stale(self.version, limit=10_000)]


@pytest.fixture
async def world() -> World:
    """A match is stored."""
    world = World()
    await world.have(ONE)
    return world


class TestOf:
    async def test_what_is_not_there_is_computed_once(self, world: World) -> None:
        stored = await world.loaded()
        assert await world.service.of(stored) == await world.service.of(stored) == some_facts()
        assert world.computed == [ONE]

    async def test_it_computes_beside_the_event_loop(self, world: World) -> None:
        """Heartbeats keep leases."""
        await world.service.of(await world.loaded())
        assert world.threads
        assert threading.get_ident() not in world.threads

    async def test_facts_of_an_older_version_are_computed_anew(self, world: World) -> None:
        await world.service.of(await world.loaded())
        world.version = 2
        assert (await world.service.of(await world.loaded())).version == 2
        assert world.computed == [ONE, ONE]

    async def test_damaged_facts_are_computed_anew(self, world: World) -> None:
        stored = await world.loaded()
        await world.service.of(stored)
        world.facts.damaged.add(ONE)
        await world.service.of(stored)
        await world.service.of(stored)
        assert world.computed == [ONE, ONE]

    async def test_while_a_newer_worker_keeps_facts_an_older_one_computes_its_own(self, world: World) -> None:
        world.version = 2
        await world.service.of(await world.loaded())
        world.version = 1
        assert (await world.service.of(await world.loaded())).version == 1
        world.version = 2
        await world.service.of(await world.loaded())
        assert world.computed == [ONE, ONE], "the newer facts are still there"

    async def test_a_store_that_is_away_costs_time_only(self, world: World) -> None:
        stored = await world.loaded()
        world.store.is_down = True
        assert await world.service.of(stored) == some_facts()

    async def test_a_store_that_goes_away_meanwhile_costs_time_only(self, world: World) -> None:
        world.meanwhile = lambda: setattr(world.store, "is_down", True)
        assert await world.service.of(await world.loaded()) == some_facts()

    async def test_a_match_that_was_not_loaded_is_computed_and_not_kept(self, world: World) -> None:
        assert await world.service.of(a_readable_match()) == some_facts()
        assert await world.stale() == [ONE]

    async def test_what_was_replaced_meanwhile_is_answered_and_not_kept(self, world: World) -> None:
        stored = await world.loaded()
        await world.store.store(a_readable_match(), replace=True)
        assert await world.service.of(stored) == some_facts()
        assert await world.stale() == [ONE]

    async def test_documents_of_which_there_are_only_the_bytes_are_read_again(self, world: World) -> None:
        """What is loaded in the moment of an erasure comes so."""
        stored = await world.loaded()
        assert stored.timeline_document is not None
        closed = replace(
            stored,
            match_document=stored.match_document.closed(),
            timeline_document=stored.timeline_document.closed(),
        )
        await world.service.of(closed)
        assert world.timelines == [stored.timeline_document.document]

    async def test_a_match_without_a_timeline_is_computed_without(self, world: World) -> None:
        await world.store.store(a_readable_match("EUW1_2", timeline=False))
        await world.service.of(await world.loaded("EUW1_2"))
        assert world.timelines == [None]

    async def test_a_document_that_cannot_be_read_is_an_error(self, world: World) -> None:
        world.store.damage(ONE)
        with pytest.raises(MalformedDocument):
            await world.service.of(await world.loaded())


class TestRefresh:
    async def test_matches_without_facts_get_them(self, world: World) -> None:
        await world.have(*(f"EUW1_{number}" for number in range(50)))
        assert (await world.refresh()).as_result() == {"computed": 50, "unreadable": 0}
        assert await world.stale() == []
        assert len(set(world.computed)) == len(world.computed) == 50
        steps = [(done, total) for _, done, total in world.reports]
        assert steps == [(0, 50), (20, 50), (40, 50), (50, 50)]

    async def test_where_nothing_is_stale_nothing_is_done(self, world: World) -> None:
        await world.refresh()
        assert await world.service.are_stale() is False
        assert await world.refresh() == FactsRefreshed()
        assert world.computed == [ONE]

    async def test_a_new_version_is_computed_by_the_same_means(self, world: World) -> None:
        await world.refresh()
        world.version = 2
        assert await world.service.are_stale() is True
        assert await world.refresh() == FactsRefreshed(computed=1)
        assert (await world.service.of(await world.loaded())).version == 2
        assert world.computed == [ONE, ONE]

    async def test_an_older_worker_finds_nothing_to_do_where_a_newer_one_was(self, world: World) -> None:
        world.version = 2
        await world.refresh()
        world.version = 1
        assert await world.service.are_stale() is False
        assert await world.refresh() == FactsRefreshed()

    @pytest.mark.parametrize("error", [KeyError("x"), ZeroDivisionError(), RecursionError(), MalformedDocument()])
    async def test_a_match_that_cannot_be_computed_blocks_nobody_and_is_not_tried_again(
        self, world: World, error: Exception
    ) -> None:
        await world.have("EUW1_2", "EUW1_3")
        world.broken["EUW1_2"] = error
        with capture_logs() as logs:
            assert await world.refresh() == FactsRefreshed(computed=2, unreadable=1)
        assert [(line["event"], line["match_id"]) for line in logs] == [("facts_not_computed", "EUW1_2")]
        assert await world.refresh() == FactsRefreshed()
        world.broken.clear()
        assert await world.refresh() == FactsRefreshed()
        world.version = 2
        assert await world.refresh() == FactsRefreshed(computed=3)

    async def test_a_damaged_match_is_tried_again_when_it_is_replaced(self, world: World) -> None:
        world.store.damage(ONE)
        assert await world.refresh() == FactsRefreshed(unreadable=1)
        assert await world.refresh() == FactsRefreshed()
        await world.store.store(a_readable_match(), replace=True)
        assert await world.refresh() == FactsRefreshed(computed=1)

    async def test_a_match_that_is_dropped_meanwhile_is_passed_over(self, world: World) -> None:
        await world.have("EUW1_2")
        world.meanwhile = lambda: world.store.matches.pop("EUW1_2", None)
        assert await world.refresh() == FactsRefreshed(computed=1)

    async def test_a_match_that_is_replaced_meanwhile_is_left_for_the_next_time(self, world: World) -> None:
        again = a_readable_match()
        world.meanwhile = lambda: world.store._replace(again, timeline_gone=False)
        await world.refresh()
        assert await world.stale() == [ONE]

    async def test_it_stops_in_time_and_goes_on_with_the_rest(self, world: World) -> None:
        await world.have(*(f"EUW1_{number}" for number in range(50)))
        world.seconds_each = 1.0
        done = await world.refresh(seconds=30.0)
        assert done == FactsRefreshed(computed=40), "the batch under way is finished"
        assert await world.refresh(seconds=30.0) == FactsRefreshed(computed=10)
        assert len(set(world.computed)) == len(world.computed) == 50

    async def test_no_time_at_all_is_enough_to_stop(self, world: World) -> None:
        assert await world.refresh(seconds=0.0) == FactsRefreshed()

    async def test_it_takes_only_so_many_at_a_time(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(match_facts, "MOST_AT_A_TIME", 30)
        await world.have(*(f"EUW1_{number}" for number in range(40)))
        assert await world.refresh() == FactsRefreshed(computed=30)
        assert len(await world.stale()) == 10

    async def test_whoever_stops_it_loses_nothing(self, world: World) -> None:
        await world.have(*(f"EUW1_{number}" for number in range(50)))
        world.stops_after = 2
        done = FactsRefreshed()
        with pytest.raises(InterruptedError):
            await world.refresh(done)
        assert done == FactsRefreshed(computed=20)
        assert await world.refresh(done) == FactsRefreshed(computed=50)
        assert world.reports[-1] == ("computing_facts", 50, 50)
        assert len(set(world.computed)) == len(world.computed) == 50

    async def test_a_killed_one_repeats_a_batch_at_most(self, world: World) -> None:
        ids = [f"EUW1_{number}" for number in range(50)]
        await world.have(*ids)
        world.broken["EUW1_5"] = ProcessDied()
        with pytest.raises(ProcessDied):
            await world.refresh()
        world.broken.clear()
        await world.refresh()
        assert sorted(set(world.computed)) == sorted(ids)
        assert len(world.computed) <= len(ids) + 20
        assert await world.stale() == []

    async def test_a_match_that_kills_is_met_once_by_the_wary(self, world: World) -> None:
        """And the others lose nothing by it, whether they came before it or after."""
        await world.have("EUW1_2", "EUW1_3")
        world.broken["EUW1_2"] = ProcessDied()
        with pytest.raises(ProcessDied):
            await world.refresh(warily=True)
        await world.refresh(warily=True)
        assert world.computed.count("EUW1_2") == 1
        assert await world.stale() == []
        for survivor in ("EUW1_1", "EUW1_3"):
            edition = world.store.edition(survivor) or ""
            assert await world.facts.load(survivor, edition=edition, version=1) is not None, survivor

    async def test_the_wary_keep_what_they_compute(self, world: World) -> None:
        assert await world.refresh(warily=True) == FactsRefreshed(computed=1)
        await world.service.of(await world.loaded())
        assert world.computed == [ONE]

    @pytest.mark.parametrize("error", [Unavailable(), LeaseLost()])
    async def test_errors_that_are_no_match_s_fault_stop_it(self, world: World, error: Exception) -> None:
        async def fail(match_id: str) -> None:
            raise error

        world.store.load = fail  # type: ignore[method-assign]
        with pytest.raises(type(error)):
            await world.refresh()
        assert await world.stale() == [ONE]

    async def test_two_at_once_do_no_harm(self, world: World) -> None:
        ids = [f"EUW1_{number}" for number in range(25)]
        await world.have(*ids)
        await asyncio.gather(world.refresh(), world.refresh())
        assert await world.stale() == []
        assert [await world.service.of(await world.loaded(one)) for one in ids] == [some_facts(one) for one in ids]
