"""Profiles: what is stored, and what Riot states if it answers in time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from src.core.domain.account import LeagueEntry, Summoner
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import (
    AccountNotFound,
    BindingNotFound,
    ChimeraError,
    CircuitOpen,
    RateLimited,
    RiotKeyRejected,
    RiotRequestRejected,
    TooOften,
    Unavailable,
)
from src.core.services.allowances import PROFILES
from src.core.services.player_profiles import MOST_MATCHES, PlayerProfiles, RequestedProfiles
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import PUUID, a_match, a_stored_match
from tests.fakes.profiles import GOLD
from tests.fakes.randomness import FakeRandomness
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.user_binding import FakeUserBindingRepository

ME = ProvenAccount(puuid=PUUID, riot_id=RiotId.parse("Player 1#EUW"), platform=Platform.EUW1)
OTHER = ProvenAccount(puuid="puuid-2", riot_id=RiotId.parse("Smurf#EUW"), platform=Platform.EUW1)


class SlowRiot(FakeRiotApi):
    """A Riot that never says who is ranked."""

    async def league_entries(self, puuid: str, platform: Platform) -> tuple[LeagueEntry, ...]:
        await asyncio.Event().wait()
        raise AssertionError


class World:
    """Somebody with two accounts; one of them is ranked."""

    def __init__(self, riot: FakeRiotApi | None = None) -> None:
        self.riot, self.store, self.bindings = riot or FakeRiotApi(), FakeMatchStore(), FakeUserBindingRepository()
        self.riot.entries[PUUID, Platform.EUW1] = (GOLD,)
        self.riot.summoners.append(Summoner(puuid=PUUID, platform=Platform.EUW1, profile_icon_id=1, level=312))
        self.profiles = PlayerProfiles(self.bindings, self.store, self.riot, FakeRandomness(), patience=0.05)

    async def play(self, games: int) -> None:
        for number in range(games):
            match = a_match(f"EUW1_{number}", started_at=a_match().started_at + timedelta(hours=number))
            await self.store.store(replace(a_stored_match(), match=match, timeline=None, timeline_document=None))


@pytest.fixture
async def world() -> World:
    world = World()
    await world.bindings.save_binding("1", ME)
    await world.bindings.save_binding("1", OTHER)
    return world


async def test_a_profile_is_what_is_stored_and_what_riot_states(world: World) -> None:
    await world.play(3)
    profile = await world.profiles.of("1")
    assert (profile.puuid, profile.riot_id, profile.platform) == (PUUID, ME.riot_id, Platform.EUW1)
    assert (profile.entries, profile.level) == ((GOLD,), 312)
    assert (profile.played.stored, profile.played.are_all) == (3, True)
    assert [match.match_id for match in profile.played.latest] == ["EUW1_2", "EUW1_1", "EUW1_0"]


async def test_another_account_has_its_own(world: World) -> None:
    profile = await world.profiles.of("1", "smurf#euw")
    assert (profile.riot_id, profile.entries) == (OTHER.riot_id, ())


async def test_nobody_reads_more_than_the_newest_matches(world: World) -> None:
    await world.play(MOST_MATCHES + 1)
    played = (await world.profiles.of("1")).played
    assert (played.stored, played.are_all) == (MOST_MATCHES, False)
    assert played.latest[0].match_id == f"EUW1_{MOST_MATCHES}"


@pytest.mark.parametrize("error", [Unavailable(), RateLimited(retry_after=60), CircuitOpen(retry_after=9)])
async def test_a_riot_that_does_not_answer_keeps_nothing_else_back(world: World, error: ChimeraError) -> None:
    await world.play(1)
    world.riot.error_for = {"league_entries": error, "summoner": error}
    profile = await world.profiles.of("1")
    assert (profile.entries, profile.level, profile.played.stored, profile.trouble) == (None, None, 1, None)


@pytest.mark.parametrize("error", [RiotKeyRejected(), RiotRequestRejected()])
async def test_what_only_the_operator_can_mend_is_in_the_log_under_the_id_that_is_told(
    world: World, error: ChimeraError
) -> None:
    world.riot.error_for = {"league_entries": Unavailable(), "summoner": error}
    with capture_logs() as logs:
        profile = await world.profiles.of("1")
    (line,) = logs
    assert profile.trouble is not None
    assert (profile.trouble.kind, profile.trouble.text) == (type(error).__name__, str(error))
    assert (line["log_level"], line["error_id"]) == ("error", profile.trouble.error_id)


async def test_an_account_that_riot_does_not_know_is_no_riot_that_does_not_answer(world: World) -> None:
    world.riot.error_for = {"league_entries": AccountNotFound()}
    with capture_logs() as logs:
        profile = await world.profiles.of("1")
    assert profile.trouble is not None
    assert (profile.trouble.kind, [line["log_level"] for line in logs]) == ("AccountNotFound", ["info"])


async def test_what_riot_does_answer_is_shown_beside_what_it_does_not(world: World) -> None:
    world.riot.error_for = {"summoner": Unavailable()}
    profile = await world.profiles.of("1")
    assert (profile.entries, profile.level) == ((GOLD,), None)


async def test_a_riot_that_takes_its_time_is_not_waited_for() -> None:
    world = World(SlowRiot())
    await world.bindings.save_binding("1", ME)
    async with asyncio.timeout(2):
        profile = await world.profiles.of("1")
    assert (profile.entries, profile.level, profile.trouble) == (None, 312, None)


async def test_whoever_has_linked_nothing_is_told(world: World) -> None:
    with pytest.raises(BindingNotFound):
        await world.profiles.of("2")


async def test_without_the_database_there_is_no_profile(world: World) -> None:
    world.store.is_down = True
    with pytest.raises(Unavailable):
        await world.profiles.of("1")


async def test_a_person_has_only_so_many_profiles_a_minute_and_riot_is_asked_for_no_more(world: World) -> None:
    profiles = RequestedProfiles(world.profiles, FakeRequestLimits())
    for _ in range(PROFILES.per_minute):
        await profiles.of("1")
    asked = len(world.riot.calls)
    with pytest.raises(TooOften):
        await profiles.of("1")
    assert len(world.riot.calls) == asked > 0
