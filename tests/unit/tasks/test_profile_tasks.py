"""A player's latest matches, as jobs."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from src.core.domain.binding import ProvenAccount
from src.core.domain.job import JobState, Lane
from src.core.domain.regions import Platform
from src.core.errors import CircuitOpen, Unavailable
from src.core.services.match_history import MatchHistory
from src.core.services.player_profiles import PlayerProfiles
from src.core.services.profile_refresh import ProfileRefresh
from src.core.services.profile_requests import LINK_QUEUE, ProfileRequests
from src.tasks.profile_tasks import refresh_profile
from tests.fakes.answer_jobs import answer_jobs
from tests.fakes.answers import FakeAnswers
from tests.fakes.jobs import a_reply
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ME, serve
from tests.unit.core.services.sync_world import MY_NAME
from tests.unit.tasks.in_process import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

MINE = ProvenAccount(puuid=ME, riot_id=MY_NAME, platform=Platform.EUW1)


class Town:
    """A worker whose lanes have a Riot each; people who wait are answered through `answers`."""

    def __init__(self, world: InProcess) -> None:
        self.answers = FakeAnswers(world.clock)
        self.riots = {lane: FakeRiotApi() for lane in Lane}
        waited_for = answer_jobs(world.ledger, world.queue, world.clock, self.answers)
        self.requests = ProfileRequests(
            world.bindings, waited_for, world.jobs, world.ledger, world.execution.randomness
        )
        self.refreshes = {lane: self._refresh(world, riot) for lane, riot in self.riots.items()}
        world.execution.answers = self.answers
        for riot in self.riots.values():
            serve(riot, "EUW1_1", "EUW1_2")

    def _refresh(self, world: InProcess, riot: FakeRiotApi) -> ProfileRefresh:
        world.riot = riot
        profiles = PlayerProfiles(world.bindings, world.store, riot, world.execution.randomness)
        return ProfileRefresh(MatchHistory(riot, FakeTombstones()), world.ingest, world.store, profiles, self.answers)

    @property
    def shown(self) -> list[str]:
        """What the answer of whoever waits has said."""
        return [text for shown in self.answers.interactions.values() for text in shown.texts]


@pytest.fixture
def town(world: InProcess, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The services of profiles; the world's tasks find them."""
    town = Town(world)
    others: Callable[[InProcess], Any] = InProcess.services.fget  # type: ignore[attr-defined]
    more = {"profile_refresh": town.refreshes}
    monkeypatch.setattr(
        InProcess, "services", property(lambda self: SimpleNamespace(**(vars(others(self)) | more)))
    )  # fmt: skip
    world.run(world.bindings.save_binding("4242", MINE))
    return town


def test_whoever_asks_sees_the_profile_and_waits_on_the_lane_of_people(world: InProcess, town: Town) -> None:
    job = world.run(town.requests.submit(discord_id="4242", account=None, reply=a_reply()))
    world.work()
    assert world.job(job.id).result["stored"] == ["EUW1_2", "EUW1_1"]
    assert town.shown[-1] == "Player 3#EUW 2 stored, 2 new"
    assert town.riots[Lane.BACKGROUND].calls == []


def test_what_a_link_asks_for_leaves_room_for_people(world: InProcess, town: Town) -> None:
    (job,) = world.run(world.jobs.submit(town.requests.for_link(MINE)))
    world.work()
    assert (job.queue, world.job(job.id).state) == (LINK_QUEUE, JobState.SUCCEEDED)
    assert sorted(world.store.matches) == ["EUW1_1", "EUW1_2"]
    assert (town.shown, town.riots[Lane.INTERACTIVE].calls) == ([], [])


def test_whoever_asks_before_their_link_is_worked_for_waits_for_nothing_and_nothing_is_fetched_twice(
    world: InProcess, town: Town
) -> None:
    (link,) = world.run(world.jobs.submit(town.requests.for_link(MINE)))
    asking = town.requests.submit(discord_id="4242", account=None, reply=a_reply(), replaces="m", after_link=True)
    job = world.run(asking)
    world.work()
    assert (world.job(link.id).state, world.job(job.id).state) == (JobState.CANCELLED, JobState.SUCCEEDED)
    assert town.shown == ["Player 3#EUW 2 stored, 2 new"]
    assert town.riots[Lane.BACKGROUND].calls == []


def test_whoever_asks_while_their_link_is_worked_for_sees_it_all_and_nothing_is_fetched_twice(
    world: InProcess, town: Town
) -> None:
    (link,) = world.run(world.jobs.submit(town.requests.for_link(MINE)))
    held = world.run(world.ledger.claim(link.id, worker="w", lease=30, max_deaths=5))
    assert held is not None
    asking = town.requests.submit(discord_id="4242", account=None, reply=a_reply(), replaces="m", after_link=True)
    job = world.run(asking)
    world.run(world.ledger.give_back(link.id, held.fence, delay=0))
    world.work()
    world.work()
    assert world.job(job.id).state is JobState.SUCCEEDED
    assert town.shown[-1] == "Player 3#EUW 2 stored, 0 new"
    assert "match" not in {call[0] for call in town.riots[Lane.INTERACTIVE].calls}


def test_a_retry_goes_on_and_tells_all_that_is_new(world: InProcess, town: Town) -> None:
    riot = town.riots[Lane.INTERACTIVE]
    riot.error_for = {("match", "EUW1_1"): CircuitOpen(retry_after=5)}
    job = world.run(town.requests.submit(discord_id="4242", account=None, reply=a_reply()))
    world.work()
    assert (world.job(job.id).state, sorted(world.store.matches)) == (JobState.QUEUED, ["EUW1_2"])
    riot.error_for = {}
    world.clock.advance(600)
    world.work()
    assert world.job(job.id).result["stored"] == ["EUW1_2", "EUW1_1"]


def test_what_riot_cannot_give_is_tried_as_often_as_anything_and_then_told(world: InProcess, town: Town) -> None:
    riot = town.riots[Lane.INTERACTIVE]
    riot.error_for = {("match", "EUW1_2"): Unavailable()}
    job = world.run(town.requests.submit(discord_id="4242", account=None, reply=a_reply()))
    for _ in range(job.max_retries):
        world.work()
        assert world.job(job.id).state is JobState.QUEUED
        world.clock.advance(10)
    world.work()
    assert world.job(job.id).result["unavailable"] == ["EUW1_2"]
    assert town.shown[-1].endswith("1 stored, 1 new, 1 of 2 missed")


def test_by_hand_it_is_background_work(world: InProcess, town: Town) -> None:
    assert world.done(refresh_profile, ME, platform="euw1").state is JobState.SUCCEEDED
    assert town.riots[Lane.INTERACTIVE].calls == []
