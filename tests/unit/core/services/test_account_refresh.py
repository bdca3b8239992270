"""Known accounts, asked about again."""

import pytest

from src.core.domain.account import Account
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import CircuitOpen, RateLimited, RiotRequestRejected, Unavailable
from src.core.services.account_refresh import Refreshed
from tests.unit.core.services.sync_world import SyncWorld

TWO_WEEKS = 14 * 86_400.0
NEW_NAME = RiotId(game_name="Renamed", tag_line="EUW")


LINKED = ProvenAccount(puuid="p1", platform=Platform.VN2, riot_id=RiotId(game_name="Player 1", tag_line="EUW"))


def known_as(name: str, puuid: str = "p1") -> Account:
    return Account(puuid=puuid, riot_id=RiotId(game_name=name, tag_line="EUW"))


@pytest.fixture
async def world() -> SyncWorld:
    """One player was met two weeks ago; Riot knows nobody of that PUUID."""
    world = SyncWorld()
    await world.players.remember(known_as("Player 1"), Platform.VN2)
    world.clock.advance(TWO_WEEKS)
    return world


async def refresh(world: SyncWorld, into: Refreshed | None = None) -> Refreshed:
    return await world.refresh.refresh(into=into or Refreshed(), report=world.report)


async def test_a_new_name_is_learned(world: SyncWorld) -> None:
    world.riot.accounts.append(Account(puuid="p1", riot_id=NEW_NAME))
    assert (await refresh(world)).as_result() == {"refreshed": 1, "forgotten": 0, "refused": 0}
    assert await world.players.find("p1") == (Account(puuid="p1", riot_id=NEW_NAME), Platform.VN2)
    assert world.riot.calls == [("account_by_puuid", "p1", "asia")], "accounts of the sea are in Asia"


async def test_nobody_is_asked_about_twice_within_two_weeks(world: SyncWorld) -> None:
    world.riot.accounts.append(Account(puuid="p1", riot_id=NEW_NAME))
    await refresh(world)
    world.clock.advance(TWO_WEEKS - 1)
    assert await refresh(world) == Refreshed()
    world.clock.advance(1)
    assert await refresh(world) == Refreshed(refreshed=1)


async def test_an_account_that_is_gone_is_forgotten(world: SyncWorld) -> None:
    assert await refresh(world) == Refreshed(forgotten=1)
    assert await world.players.find("p1") is None


async def test_a_linked_account_that_is_gone_is_asked_about_for_a_day_and_then_dropped(world: SyncWorld) -> None:
    await world.bindings.save_binding("4242", LINKED)
    world.clock.advance(TWO_WEEKS)
    for _ in range(25):
        assert await refresh(world) == Refreshed(refused=1)
        assert await world.players.find("p1") == (known_as("Player 1"), Platform.VN2)
        world.clock.advance(3600)
    assert await refresh(world) == Refreshed(forgotten=1)
    assert await world.bindings.bindings_of("4242") == ()
    assert await world.players.find("p1") is None
    assert await refresh(world) == Refreshed()


async def test_a_linked_account_of_another_key_is_found_again(world: SyncWorld) -> None:
    await world.bindings.save_binding("4242", LINKED)
    world.clock.advance(TWO_WEEKS)
    world.riot.error_for["account_by_puuid", "p1"] = RiotRequestRejected()
    world.riot.accounts.append(known_as("Player 1", "p1 under this key"))
    assert await refresh(world) == Refreshed(refreshed=1)
    assert await world.bindings.owner_of("p1 under this key") is not None


async def test_an_account_of_another_api_key_stops_nobody_else(world: SyncWorld) -> None:
    await world.players.remember(known_as("Player 2", "p2"), Platform.EUW1)
    world.clock.advance(TWO_WEEKS)
    world.riot.accounts.append(known_as("Player 2", "p2"))
    world.riot.error_for["account_by_puuid", "p1"] = RiotRequestRejected()
    assert await refresh(world) == Refreshed(refreshed=1, refused=1)
    assert await refresh(world) == Refreshed()


async def test_it_goes_on_where_a_full_budget_stopped_it(world: SyncWorld) -> None:
    world.riot.accounts.extend(known_as(f"Player {number}", f"p{number}") for number in (1, 2, 3))
    for number in (2, 3):
        world.clock.advance(1)
        await world.players.remember(known_as(f"Player {number}", f"p{number}"), Platform.EUW1)
    world.clock.advance(TWO_WEEKS)
    world.riot.error_for["account_by_puuid", "p2"] = RateLimited(retry_after=10)
    done = Refreshed()
    with pytest.raises(RateLimited):
        await refresh(world, done)
    world.riot.error_for.clear()
    world.riot.calls.clear()
    assert await refresh(world, Refreshed(**done.as_result())) == Refreshed(refreshed=3)
    assert world.asked("account_by_puuid") == ["p2", "p3"]


async def test_a_round_takes_fifty_and_tells_how_far_it_is() -> None:
    world = SyncWorld()
    for number in range(60):
        await world.players.remember(known_as("Player", f"p{number}"), Platform.EUW1)
    world.clock.advance(TWO_WEEKS)
    assert await refresh(world) == Refreshed(forgotten=50)
    assert world.reports[0] == ("refreshing_accounts", 0, 50)
    assert world.reports[-1] == ("refreshing_accounts", 50, 50)


async def test_an_account_that_riot_fails_on_keeps_nobody_else_from_being_asked_about(world: SyncWorld) -> None:
    await world.players.remember(known_as("Player 2", "p2"), Platform.VN2)
    world.clock.advance(TWO_WEEKS)
    world.riot.accounts.append(known_as("Player 2", "p2"))
    world.riot.error_for["account_by_puuid", "p1"] = Unavailable()
    assert await refresh(world) == Refreshed(refreshed=1)


async def test_a_riot_that_fails_on_everybody_is_away(world: SyncWorld) -> None:
    world.riot.error_for["account_by_puuid"] = Unavailable()
    with pytest.raises(Unavailable):
        await refresh(world)


async def test_a_method_that_nobody_may_call_is_not_called_for_everybody(world: SyncWorld) -> None:
    await world.players.remember(known_as("Player 2", "p2"), Platform.VN2)
    world.clock.advance(TWO_WEEKS)
    world.riot.error_for["account_by_puuid"] = CircuitOpen()
    with pytest.raises(CircuitOpen):
        await refresh(world)
    assert len(world.riot.calls) == 1


async def test_who_has_asked_to_be_forgotten_under_the_puuid_of_this_key_stops_no_refresh(world: SyncWorld) -> None:
    await world.bindings.save_binding("4242", LINKED)
    world.clock.advance(TWO_WEEKS)
    world.riot.error_for["account_by_puuid", "p1"] = RiotRequestRejected()
    world.riot.accounts.append(known_as("Player 1", "p1 under this key"))
    world.bindings.tombstones.puuids.add("p1 under this key")
    assert await refresh(world) == Refreshed(forgotten=1)
    assert await refresh(world) == Refreshed(), "not asked about again for two weeks"
