"""Batches of matches: side by side, a few at a time, and on through single failures."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from src.core.domain.absence import Absence
from src.core.domain.documents import RawDocument
from src.core.domain.regions import RoutingValue
from src.core.errors import ChimeraError, CircuitOpen, RateLimited, RiotKeyRejected, RiotRequestRejected, Unavailable
from src.core.services.match_ingest import IngestReport, MatchIngest
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import serve
from tests.unit.core.services.sync_world import SyncWorld
from tests.until import until

IDS = [f"EUW1_{number}" for number in range(1, 26)]
DOWN = Unavailable("Riot answers with an error (503).")


@dataclass(repr=False)
class SlowRiot(FakeRiotApi):
    """A Riot whose matches come when `gate` opens; until then they are `under_way`."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: set[str] = field(default_factory=set)
    quick: set[RoutingValue] = field(default_factory=set)

    async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
        self.under_way.add(match_id)
        try:
            if routing not in self.quick:
                await self.gate.wait()
            return await super().match(match_id, routing)
        finally:
            self.under_way.remove(match_id)


def a_world(*match_ids: str, riot: FakeRiotApi | None = None) -> SyncWorld:
    world = SyncWorld(riot=riot or FakeRiotApi())
    serve(world.riot, *match_ids or IDS)
    return world


async def settle() -> None:
    """Let everything run until it waits for something."""
    for _ in range(100):
        await asyncio.sleep(0)


async def ingest(
    world: SyncWorld, ids: list[str] = IDS, *, into: IngestReport | None = None, last_attempt: bool = False
) -> IngestReport:
    return await world.ingest.ingest_many(ids, into=into, report=world.report, last_attempt=last_attempt)


class TestSideBySide:
    """Several matches are under way at once."""

    @pytest.mark.parametrize("in_flight", [1, 8, 12])
    async def test_so_many_of_a_routing_value_are_under_way(self, in_flight: int) -> None:
        """Each of the later ones answers only when as many are waiting: one after the other would wait for ever."""

        class Meeting(FakeRiotApi):
            async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
                if int(match_id.removeprefix("EUW1_")) > 20:
                    under_way.append(match_id)
                    await barrier.wait()
                return await super().match(match_id, routing)

        under_way: list[str] = []
        barrier = asyncio.Barrier(in_flight)
        ids = [f"EUW1_{number}" for number in range(1, 21 + in_flight)]
        world = a_world(*ids, riot=Meeting())
        service = MatchIngest(world.riot, world.store, world.absences, world.clock, in_flight=in_flight)
        async with asyncio.timeout(30):
            assert (await service.ingest_many(ids)).stored == ids
        assert under_way == ids[20:]

    async def test_no_routing_value_waits_for_another(self) -> None:
        asian = [f"KR_{number}" for number in range(1, 21)]
        riot = SlowRiot(quick={RoutingValue.ASIA})
        world = a_world(*IDS, *asian, riot=riot)
        done = IngestReport()
        task = asyncio.create_task(ingest(world, [*IDS, *asian], into=done))
        await until(lambda: len(done.stored) == len(asian), seconds=30)
        assert done.stored == asian
        assert riot.under_way == set(IDS[:2])
        riot.gate.set()
        assert (await task).stored == [*IDS, *asian]

    async def test_matches_are_stored_some_at_a_time(self) -> None:
        world = a_world()
        await ingest(world)
        done = [count for _, count, _ in world.reports]
        assert done == [0, 10, 20, 25]

    async def test_what_a_match_404s_costs_one_call(self) -> None:
        world = a_world()
        missing = IDS[::3]
        for match_id in missing:
            del world.riot.matches[match_id]
        report = await ingest(world)
        assert report.missing == missing
        assert len(world.riot.calls) == 2 * len(IDS) - len(missing)

    async def test_a_report_that_stops_leaves_nothing_running(self) -> None:
        before = asyncio.all_tasks()
        world = a_world()
        world.stops_after = 2
        done = IngestReport()
        with pytest.raises(InterruptedError):
            await ingest(world, into=done)
        assert asyncio.all_tasks() == before
        assert set(done.stored) == set(world.store.matches)
        assert world.reports[-1] == ("matches", len(done.stored), len(IDS))

    async def test_a_cancel_leaves_nothing_running(self) -> None:
        """So does a time limit, which cancels."""
        before = asyncio.all_tasks()
        riot = SlowRiot(quick={RoutingValue.ASIA})
        world = a_world("KR_1", *IDS, riot=riot)
        done = IngestReport()
        task = asyncio.create_task(ingest(world, ["KR_1", *IDS], into=done))
        await until(lambda: bool(done.stored), seconds=30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == before
        assert riot.under_way == set()
        assert (done.stored, set(world.store.matches)) == (["KR_1"], {"KR_1"})


class TestSingleFailures:
    """A match that Riot cannot give stops no other."""

    @pytest.mark.parametrize("failing", ["match", "timeline"])
    async def test_the_others_are_stored_and_it_is_tried_again_in_the_next_attempt(self, failing: str) -> None:
        world = a_world()
        world.riot.error_for[failing, IDS[3]] = DOWN
        first = IngestReport()
        with pytest.raises(Unavailable, match="503"):
            await ingest(world, into=first)
        rest = [match_id for match_id in IDS if match_id != IDS[3]]
        assert first == IngestReport(stored=rest, unavailable=[IDS[3]])
        assert world.reports[-1] == ("matches", 24, 25), "it is not done"
        world.riot.error_for.clear()
        world.riot.calls.clear()
        assert await ingest(world, into=IngestReport.resumed(first.as_result())) == IngestReport(stored=IDS)
        assert world.asked("match") == [IDS[3]]

    async def test_on_the_last_attempt_it_is_told(self) -> None:
        world = a_world()
        world.riot.error_for["match", IDS[3]] = DOWN
        report = await ingest(world, last_attempt=True)
        assert (report.unavailable, len(report.stored)) == ([IDS[3]], 24)
        assert world.reports[-1] == ("matches", 25, 25)

    async def test_one_that_riot_refuses_is_told_at_once(self) -> None:
        world = a_world()
        world.riot.error_for["match", IDS[3]] = RiotRequestRejected()
        report = await ingest(world)
        assert (report.unavailable, len(report.stored)) == ([IDS[3]], 24)

    async def test_those_that_failed_come_last_in_the_next_attempt(self) -> None:
        """Else the first of them, always the same, would look like an outage again and again."""
        world = a_world()
        for match_id in IDS[:3]:
            world.riot.error_for["match", match_id] = DOWN
        noted: dict[str, Any] = {}
        for _ in range(2):
            done = IngestReport.resumed(noted)
            with pytest.raises(Unavailable):
                await ingest(world, into=done)
            noted = done.as_result()
        assert done.stored == IDS[3:]
        last = await ingest(world, into=IngestReport.resumed(noted), last_attempt=True)
        assert last == IngestReport(stored=IDS[3:], unavailable=IDS[:3])


class TestWhatCannotBeStored:
    """A match that the store will never take stops no other either."""

    @pytest.mark.parametrize("refused", [IDS[:1], IDS[3:5], IDS[24:], IDS])
    async def test_the_others_are_stored_and_it_is_told_as_malformed(self, refused: list[str]) -> None:
        world = a_world()
        world.store.refused.update(refused)
        report = await ingest(world)
        rest = [match_id for match_id in IDS if match_id not in refused]
        assert report == IngestReport(stored=rest, malformed=refused)
        assert set(world.store.matches) == set(rest)
        assert world.reports[-1] == ("matches", 25, 25)

    async def test_what_is_absent_is_remembered_all_the_same(self) -> None:
        world = a_world()
        world.store.refused.add(IDS[3])
        del world.riot.matches[IDS[4]]
        await ingest(world)
        assert (await ingest(world)).missing == [IDS[4]]
        assert world.asked("match").count(IDS[4]) == 1


class TestTelling:
    """Whoever is told of what is done can go on from there."""

    async def test_what_is_kept_is_told_though_what_is_absent_cannot_be_written_down(self) -> None:
        """Else the next attempt would call its own matches skipped."""

        class Forgetful(FakeAbsenceStore):
            async def note(self, absences: Sequence[Absence]) -> None:
                raise Unavailable("The database cannot be reached.")

        world = a_world()
        world.absences = Forgetful(world.store)
        del world.riot.matches[IDS[0]]
        done = IngestReport()
        with pytest.raises(Unavailable, match="database"):
            await ingest(world, into=done)
        assert set(done.stored) == set(world.store.matches) != set()
        assert world.reports[-1] == ("matches", len(done.match_ids), 25)


class TestOutages:
    """What concerns every match stops the batch."""

    async def test_when_riot_is_down_the_batch_is_not_gone_through(self) -> None:
        world = a_world()
        world.riot.error_for["match"] = DOWN
        for last_attempt in (False, True):
            world.riot.calls.clear()
            with pytest.raises(Unavailable, match="503"):
                await ingest(world, last_attempt=last_attempt)
            assert len(world.riot.calls) == 3

    async def test_a_batch_of_which_nothing_can_be_had_fails(self) -> None:
        world = a_world()
        world.riot.error_for["match"] = DOWN
        with pytest.raises(Unavailable):
            await ingest(world, IDS[:1], last_attempt=True)

    async def test_when_riot_goes_down_in_the_midst_the_rest_is_left_for_later(self) -> None:
        world = a_world()
        for match_id in IDS[10:]:
            world.riot.error_for["match", match_id] = DOWN
        done = IngestReport()
        with pytest.raises(Unavailable):
            await ingest(world, into=done)
        assert done.stored == IDS[:10]
        assert len(world.asked("match")) == 10 + 3

    async def test_on_the_last_attempt_every_match_is_asked_for(self) -> None:
        world = a_world()
        for match_id in IDS[10:20]:
            world.riot.error_for["match", match_id] = DOWN
        done = IngestReport(stored=IDS[:5])
        await ingest(world, into=done, last_attempt=True)
        assert (done.stored, done.unavailable) == (IDS[:10] + IDS[20:], IDS[10:20])

    async def test_an_outage_of_one_routing_value_is_not_anothers(self) -> None:
        asian = [f"KR_{number}" for number in range(1, 11)]
        world = a_world(*IDS, *asian)
        for match_id in IDS:
            world.riot.error_for["match", match_id] = DOWN
        done = IngestReport()
        with pytest.raises(Unavailable):
            await ingest(world, [*IDS, *asian], into=done)
        assert done.stored == asian
        assert len([match_id for match_id in world.asked("match") if match_id in IDS]) == 3

    @pytest.mark.parametrize("error", [RateLimited(retry_after=7), CircuitOpen(retry_after=7), RiotKeyRejected()])
    async def test_what_is_no_matchs_own_stops_the_batch(self, error: ChimeraError) -> None:
        world = a_world()
        world.riot.error_for["match", IDS[12]] = error
        done = IngestReport()
        with pytest.raises(type(error)):
            await ingest(world, into=done, last_attempt=True)
        assert set(done.stored) == set(world.store.matches)
        assert done.stored == IDS[:12]
        assert world.asked("match")[-1] == IDS[12]

    async def test_a_full_budget_of_one_routing_value_does_not_stop_another(self) -> None:
        asian = [f"KR_{number}" for number in range(1, 11)]
        world = a_world(*IDS, *asian)
        world.riot.error_for["match", IDS[0]] = RateLimited(retry_after=7)
        done = IngestReport()
        with pytest.raises(RateLimited):
            await ingest(world, [*IDS, *asian], into=done)
        assert done.stored == asian

    async def test_a_database_that_is_away_stops_the_batch(self) -> None:
        before = asyncio.all_tasks()
        riot = SlowRiot()
        world = a_world(riot=riot)
        done = IngestReport()
        task = asyncio.create_task(ingest(world, into=done, last_attempt=True))
        await settle()
        world.store.is_down = True
        riot.gate.set()
        with pytest.raises(Unavailable, match="database"):
            await task
        assert done == IngestReport()
        assert asyncio.all_tasks() == before
