"""One timeline, checked against its match."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from src.core.domain.documents import RawDocument
from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput, MalformedDocument, Unavailable
from src.core.services.timeline_sync import TimelineStatus, TimelineSynced
from tests.fakes.clock import FakeClock
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import ENDED, MINUTES, serve
from tests.unit.core.services.sync_world import SyncWorld

MATCH = "EUW1_1"
FRAMES = MINUTES + 1


@pytest.fixture
def world() -> SyncWorld:
    world = SyncWorld()
    serve(world.riot, MATCH)
    return world


async def store_match_only(world: SyncWorld) -> None:
    timeline = world.riot.timelines.pop(MATCH)
    world.clock, now = FakeClock(ENDED), world.clock
    await world.ingest.ingest(MATCH)
    world.clock = now
    world.riot.timelines[MATCH] = timeline
    world.riot.calls.clear()


async def test_the_timeline_of_a_stored_match_is_created(world: SyncWorld) -> None:
    await store_match_only(world)
    synced = await world.timeline_sync.sync(MATCH)
    assert synced.as_result() == {"match_id": MATCH, "status": "created", "frames": FRAMES}
    assert world.asked("match", "timeline") == [MATCH], "the match is not fetched again"
    assert await world.store.complete([MATCH]) == {MATCH}


async def test_a_match_that_is_not_stored_comes_with_it(world: SyncWorld) -> None:
    assert (await world.timeline_sync.sync(" euw1_1 ")).status is TimelineStatus.CREATED
    assert await world.store.intact([MATCH]) == {MATCH}


async def test_a_timeline_that_is_there_is_a_duplicate(world: SyncWorld) -> None:
    await world.timeline_sync.sync(MATCH)
    world.riot.calls.clear()
    assert await world.timeline_sync.sync(MATCH) == TimelineSynced(MATCH, TimelineStatus.EXISTS, FRAMES)
    assert world.riot.calls == []


async def test_a_timeline_that_another_worker_stored_meanwhile_is_a_duplicate() -> None:
    class Slow(FakeRiotApi):
        async def timeline(self, match_id: str, routing: RoutingValue) -> RawDocument:
            if len(self.calls) == 1:  # after the match
                await busy.ingest.ingest(match_id)
            return await super().timeline(match_id, routing)

    busy = SyncWorld(riot=Slow())
    serve(busy.riot, MATCH)
    assert (await busy.timeline_sync.sync(MATCH)).status is TimelineStatus.EXISTS


async def test_an_old_match_without_a_timeline_is_complete(world: SyncWorld) -> None:
    del world.riot.timelines[MATCH]
    assert await world.timeline_sync.sync(MATCH) == TimelineSynced(MATCH, TimelineStatus.GONE)
    assert await world.store.complete([MATCH]) == {MATCH}
    world.riot.calls.clear()
    assert (await world.timeline_sync.sync(MATCH)).status is TimelineStatus.GONE
    assert world.riot.calls == []


async def test_the_timeline_of_a_fresh_match_is_waited_for(world: SyncWorld) -> None:
    del world.riot.timelines[MATCH]
    world.clock = FakeClock(ENDED + timedelta(minutes=1))
    with pytest.raises(Unavailable) as waits:
        await world.timeline_sync.sync(MATCH)
    assert waits.value.retry_after == 900
    assert set(world.store.matches) == {MATCH}, "the match is kept meanwhile"
    serve(world.riot, MATCH)
    world.clock.advance(900)
    assert (await world.timeline_sync.sync(MATCH)).status is TimelineStatus.CREATED


@pytest.mark.parametrize("before", range(8))
async def test_a_timeline_is_never_gone_without_having_been_asked_for(world: SyncWorld, before: int) -> None:
    """Whenever in between the six hours are over."""

    class Ticking(FakeClock):
        def now(self) -> datetime:
            self.advance(1)
            return super().now()

    del world.riot.timelines[MATCH]
    world.clock = FakeClock(ENDED + timedelta(hours=5, minutes=59, seconds=30))
    await world.ingest.ingest(MATCH)
    world.riot.calls.clear()
    world.clock = Ticking(ENDED + timedelta(hours=6, seconds=-before))
    with suppress(Unavailable):
        assert (await world.timeline_sync.sync(MATCH)).status is TimelineStatus.GONE
    assert (world.store.gone == {MATCH}) == (world.asked("timeline") == [MATCH])


async def test_a_match_riot_does_not_have_is_missing(world: SyncWorld) -> None:
    assert await world.timeline_sync.sync("EUW1_404") == TimelineSynced("EUW1_404", TimelineStatus.MISSING)


def _without_frames(timeline: Any) -> None:
    timeline["info"]["frames"] = []


def _without_somebody(timeline: Any) -> None:
    for frame in timeline["info"]["frames"]:
        del frame["participantFrames"]["10"]


def _with_somebody_else(timeline: Any) -> None:
    for frame in timeline["info"]["frames"]:
        frame["participantFrames"]["11"] = frame["participantFrames"].pop("10")


def _of_another_match(timeline: Any) -> None:
    timeline["metadata"]["matchId"] = "EUW1_2"


def _unreadable(timeline: Any) -> None:
    timeline["info"]["frames"][1]["timestamp"] = "soon"


@pytest.mark.parametrize(
    "spoil", [_without_frames, _without_somebody, _with_somebody_else, _of_another_match, _unreadable]
)
async def test_a_timeline_that_does_not_tell_of_its_match_is_not_stored(world: SyncWorld, spoil: Any) -> None:
    await store_match_only(world)
    spoil(world.riot.timelines[MATCH])
    with pytest.raises(MalformedDocument):
        await world.timeline_sync.sync(MATCH)
    stored = await world.store.load(MATCH)
    assert stored is not None
    assert stored.timeline is None
    assert await world.store.complete([MATCH]) == frozenset(), "it may be right the next time"


async def test_nothing_is_stored_of_a_pair_that_does_not_agree(world: SyncWorld) -> None:
    _without_frames(world.riot.timelines[MATCH])
    with pytest.raises(MalformedDocument):
        await world.timeline_sync.sync(MATCH)
    assert world.store.matches == {}


async def test_a_malformed_id_is_refused_before_riot_is_asked(world: SyncWorld) -> None:
    with pytest.raises(InvalidInput):
        await world.timeline_sync.sync("nonsense")
    assert world.riot.calls == []
