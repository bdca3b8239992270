"""A player's latest matches on their way into the store, and the profile that shows them."""

import json
from typing import Any

import pytest

from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Job, JobState
from src.core.domain.regions import Platform
from src.core.errors import BindingNotFound, MatchNotFound, PlayerForgotten, Unavailable
from src.core.ports.match_store import StoredMatch
from src.core.services.match_history import MatchHistory
from src.core.services.match_ingest import IngestReport
from src.core.services.player_profiles import PlayerProfiles
from src.core.services.profile_refresh import LATEST, ProfileRefresh
from tests.fakes.answers import FakeAnswers
from tests.fakes.jobs import a_new_job, a_reply
from tests.fakes.randomness import FakeRandomness
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ME, SOMEBODY_ELSE, serve
from tests.unit.core.services.sync_world import MY_NAME, SyncWorld

IDS = ["EUW1_1", "EUW1_2", "EUW1_3"]


class World(SyncWorld):
    """The service over fakes, and somebody who is linked and asks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.answers, self.tombstones = FakeAnswers(self.clock), FakeTombstones()
        profiles = PlayerProfiles(self.bindings, self.store, self.riot, FakeRandomness())
        history = MatchHistory(self.riot, self.tombstones)
        self.service = ProfileRefresh(history, self.ingest, self.store, profiles, self.answers)

    async def fetch(
        self, job: Job | None = None, into: IngestReport | None = None, *, last_attempt: bool = False
    ) -> dict[str, Any]:
        into = into if into is not None else IngestReport()
        return await self.service.refresh(
            ME, Platform.EUW1, job=job, into=into, report=self.report, last_attempt=last_attempt
        )

    @property
    def asked_for(self) -> Job:
        """The job of somebody who waits."""
        new = a_new_job(owner="4242", reply=a_reply())
        return Job(**dict(new), state=JobState.RUNNING, created_at=self.clock.now())

    @property
    def shown(self) -> list[str]:
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
async def world() -> World:
    world = World()
    await world.bindings.save_binding("4242", ProvenAccount(puuid=ME, riot_id=MY_NAME, platform=Platform.EUW1))
    return world


async def test_what_is_not_there_is_fetched_and_the_profile_shown(world: World) -> None:
    serve(world.riot, *IDS)
    await world.ingest.ingest("EUW1_2")
    done = await world.fetch(world.asked_for)
    assert (done["stored"], done["skipped"]) == (["EUW1_3", "EUW1_1"], ["EUW1_2"])
    assert world.shown == ["Player 3#EUW 3 stored, 2 new"]
    assert world.reports[0] == ("fetching_match_ids", 0, 0)
    assert world.reports[-1] == ("matches", 3, 3)


async def test_only_the_latest_are_asked_for(world: World) -> None:
    serve(world.riot, *(f"EUW1_{number}" for number in range(100, 125)))
    assert len((await world.fetch())["stored"]) == LATEST
    assert "EUW1_124" in world.store.matches


async def test_a_match_that_cannot_be_had_stops_no_other_and_is_tried_again(world: World) -> None:
    """It may be the one that was just played."""
    serve(world.riot, *IDS)
    world.riot.error_for = {("match", "EUW1_3"): Unavailable()}
    done = IngestReport()
    with pytest.raises(Unavailable):
        await world.fetch(world.asked_for, into=done)
    assert (done.stored, world.shown) == (["EUW1_2", "EUW1_1"], [])
    world.riot.error_for = {}
    await world.fetch(world.asked_for, into=IngestReport.resumed(done.as_result()))
    assert world.shown == ["Player 3#EUW 3 stored, 3 new"]


async def test_in_the_last_attempt_what_cannot_be_had_is_told_with_the_profile(world: World) -> None:
    serve(world.riot, *IDS)
    world.riot.error_for = {("match", "EUW1_1"): MatchNotFound(), ("match", "EUW1_3"): Unavailable()}
    done = await world.fetch(world.asked_for, last_attempt=True)
    assert (done["stored"], done["missing"], done["unavailable"]) == (["EUW1_2"], ["EUW1_1"], ["EUW1_3"])
    assert world.shown == ["Player 3#EUW 1 stored, 1 new, 1 of 3 missed"]


async def test_a_match_that_only_gets_its_timeline_is_not_told_as_new(world: World) -> None:
    serve(world.riot, *IDS)
    match, document = await world.ingest.fetch_match("EUW1_3")
    await world.store.store(StoredMatch(match, document, None, None))
    await world.fetch(world.asked_for)
    assert world.shown == ["Player 3#EUW 3 stored, 2 new"]


async def test_a_listed_match_of_somebody_else_is_not_told_as_new(world: World) -> None:
    serve(world.riot, *IDS)
    for documents in (world.riot.matches, world.riot.timelines):
        documents["EUW1_2"] = json.loads(json.dumps(documents["EUW1_2"]).replace(ME, SOMEBODY_ELSE))
    assert len((await world.fetch(world.asked_for))["stored"]) == 3
    assert world.shown == ["Player 3#EUW 2 stored, 2 new"]


async def test_a_riot_that_gives_nothing_at_all_is_tried_again(world: World) -> None:
    serve(world.riot, *IDS)
    world.riot.error_for = {"match": Unavailable()}
    with pytest.raises(Unavailable):
        await world.fetch(world.asked_for, last_attempt=True)
    assert world.shown == []


async def test_what_an_earlier_attempt_stored_is_told_as_new(world: World) -> None:
    serve(world.riot, *IDS)
    done, world.stops_after = IngestReport(), 3
    with pytest.raises(InterruptedError):
        await world.fetch(into=done)
    world.stops_after = None
    await world.fetch(world.asked_for, into=IngestReport.resumed(done.as_result()))
    assert world.shown == ["Player 3#EUW 3 stored, 3 new"]


async def test_whoever_has_played_nothing_sees_so(world: World) -> None:
    await world.fetch(world.asked_for)
    assert world.shown == ["Player 3#EUW 0 stored, 0 new"]


async def test_nobody_waits_for_what_a_link_asks_for(world: World) -> None:
    serve(world.riot, *IDS)
    assert (await world.fetch())["stored"] == IDS[::-1]
    assert world.shown == []
    assert world.asked("league_entries") == []


async def test_it_counts_in_nobodys_year(world: World) -> None:
    """A year is counted by its sync, which knows all of it."""
    serve(world.riot, *IDS)
    await world.fetch()
    assert await world.games() == 0


async def test_an_account_that_was_unlinked_meanwhile_is_shown_to_nobody(world: World) -> None:
    serve(world.riot, *IDS)
    await world.bindings.remove_binding("4242", ME)
    with pytest.raises(BindingNotFound):
        await world.fetch(world.asked_for)


async def test_nothing_is_fetched_of_somebody_who_is_forgotten(world: World) -> None:
    serve(world.riot, *IDS)
    world.tombstones.puuids.add(ME)
    with pytest.raises(PlayerForgotten):
        await world.fetch()
    assert world.riot.calls == []
