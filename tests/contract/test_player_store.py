"""What holds of every player store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest

from src.adapters.database import DatabaseAdapter, PostgresPlayerStore
from src.core.domain.account import Account
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.ports.player_store import KnownPlayer, PlayerStore
from src.core.ports.user_binding import IUserBindingRepository
from tests.fakes.clock import FakeClock
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.user_binding import FakeUserBindingRepository

_AGE = """
UPDATE players SET refreshed_at = refreshed_at - step, checked_at = checked_at - step
FROM (SELECT $1 * interval '1 second' AS step) AS passed
"""
FAKER = Account(puuid="p-faker", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"))


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@dataclass(frozen=True, slots=True)
class World:
    """A store, the bindings beside it, and their time."""

    store: PlayerStore
    bindings: IUserBindingRepository
    pass_time: Callable[[float], Awaitable[None]]


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        clock = FakeClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds)

        bindings = FakeUserBindingRepository(clock)
        yield World(FakePlayerStore(clock, bindings), bindings, advance)
        return
    async with DatabaseAdapter(url=url) as database:

        async def age(seconds: float) -> None:
            await database.execute(_AGE, seconds)

        yield World(PostgresPlayerStore(database), database, age)


@pytest.fixture
def store(world: World) -> PlayerStore:
    return world.store


def an_account(puuid: str, name: str = "Ann") -> Account:
    return Account(puuid=puuid, riot_id=RiotId(game_name=name, tag_line="EUW"))


def proven(puuid: str, name: str = "Ann") -> ProvenAccount:
    return ProvenAccount(puuid=puuid, riot_id=RiotId(game_name=name, tag_line="EUW"), platform=Platform.EUW1)


def puuids(players: Iterable[KnownPlayer]) -> list[str]:
    return [player.account.puuid for player in players]


async def test_an_account_nobody_remembered_is_none(store: PlayerStore) -> None:
    assert await store.find("p-faker") is None


async def test_a_remembered_account_is_found_with_its_platform(store: PlayerStore) -> None:
    await store.remember(FAKER, Platform.KR)
    assert await store.find("p-faker") == (FAKER, Platform.KR)


async def test_remembering_again_refreshes_name_and_platform(store: PlayerStore) -> None:
    renamed = Account(puuid="p-faker", riot_id=RiotId(game_name="Faker", tag_line="T1"))
    await store.remember(FAKER, Platform.KR)
    await store.remember(renamed, Platform.NA1)
    assert await store.find("p-faker") == (renamed, Platform.NA1)


async def test_an_account_that_lost_its_name_keeps_the_known_one(store: PlayerStore) -> None:
    await store.remember(FAKER, Platform.KR)
    await store.remember(Account(puuid="p-faker", riot_id=None), Platform.NA1)
    assert await store.find("p-faker") == (FAKER, Platform.NA1)


async def test_an_account_without_a_name_is_kept_too(store: PlayerStore) -> None:
    nameless = Account(puuid="p-1", riot_id=None)
    await store.remember(nameless, Platform.EUW1)
    assert await store.find("p-1") == (nameless, Platform.EUW1)


async def test_two_puuids_may_carry_one_riot_id(store: PlayerStore) -> None:
    """PUUIDs differ from API key to API key."""
    under_another_key = Account(puuid="p-other-key", riot_id=FAKER.riot_id)
    await store.remember(FAKER, Platform.KR)
    await store.remember(under_another_key, Platform.KR)
    assert await store.find("p-other-key") == (under_another_key, Platform.KR)


class TestNumbers:
    """Our own name for a player: small, and the same for as long as the player is known."""

    async def test_a_number_stays(self, store: PlayerStore) -> None:
        number = await store.remember(FAKER, Platform.KR)
        other = await store.remember(an_account("p-2"), Platform.EUW1)
        assert number != other
        assert await store.remember(Account(puuid="p-faker", riot_id=None), Platform.NA1) == number

    async def test_numbers_are_not_used_up_by_refreshing(self, store: PlayerStore) -> None:
        for _ in range(20):
            first = await store.remember(FAKER, Platform.KR)
        assert await store.remember(an_account("p-2"), Platform.EUW1) == first + 1

    async def test_players_met_by_many_at_once_have_one_number(self, store: PlayerStore) -> None:
        await asyncio.gather(*(store.find("p") for _ in range(8)))  # a connection for each
        numbers = await asyncio.gather(*(store.remember(FAKER, Platform.KR) for _ in range(8)))
        assert len(set(numbers)) == 1

    async def test_a_linked_player_keeps_the_number(self, world: World) -> None:
        number = await world.store.remember(an_account("p-1"), Platform.EUW1)
        await world.bindings.save_binding("42", proven("p-1"))
        (player,) = await world.store.linked(not_checked_for=0, limit=5)
        assert player == KnownPlayer(number, an_account("p-1"), Platform.EUW1)
        assert await world.store.remember(an_account("p-1"), Platform.EUW1) == number


class TestStale:
    """Accounts that nobody has refreshed for a while."""

    async def test_the_stalest_come_first(self, world: World) -> None:
        for puuid in ("p-1", "p-2", "p-3"):
            await world.store.remember(an_account(puuid), Platform.EUW1)
            await world.pass_time(100)
        assert puuids(await world.store.stale(older_than=150, limit=5)) == ["p-1", "p-2"]
        assert puuids(await world.store.stale(older_than=150, limit=1)) == ["p-1"]
        assert await world.store.stale(older_than=1000, limit=5) == ()

    async def test_a_refreshed_account_is_not_stale(self, world: World) -> None:
        number = await world.store.remember(an_account("p-1", "Ann"), Platform.EUW1)
        await world.pass_time(100)
        assert await world.store.stale(older_than=50, limit=5) == (
            KnownPlayer(number, an_account("p-1", "Ann"), Platform.EUW1),
        )
        await world.store.remember(an_account("p-1", "Bea"), Platform.EUW1)
        assert await world.store.stale(older_than=50, limit=5) == ()

    async def test_checking_a_history_refreshes_no_account(self, world: World) -> None:
        await world.store.remember(an_account("p-1"), Platform.EUW1)
        await world.pass_time(100)
        await world.store.mark_checked("p-1")
        assert puuids(await world.store.stale(older_than=50, limit=5)) == ["p-1"]


class TestForget:
    """Accounts that Riot no longer knows."""

    async def test_a_forgotten_account_is_gone(self, store: PlayerStore) -> None:
        for puuid in ("p-1", "p-2"):
            await store.remember(an_account(puuid), Platform.EUW1)
        await store.forget(["p-1", "p-404"])
        await store.forget([])
        assert await store.find("p-1") is None
        assert await store.find("p-2") is not None

    async def test_a_linked_account_stays(self, world: World) -> None:
        await world.store.remember(an_account("p-1"), Platform.EUW1)
        await world.bindings.save_binding("42", proven("p-1"))
        await world.store.forget(["p-1"])
        assert await world.store.find("p-1") is not None
        await world.bindings.remove_binding("42", "p-1")
        await world.store.forget(["p-1"])
        assert await world.store.find("p-1") is None

    async def test_an_account_linked_while_it_is_forgotten_is_known_afterwards(self, world: World) -> None:
        await asyncio.gather(*(world.store.find("p") for _ in range(4)))
        for number in range(8):
            puuid = f"p-{number}"
            await world.store.remember(an_account(puuid), Platform.EUW1)
            await asyncio.gather(world.bindings.save_binding("42", proven(puuid)), world.store.forget([puuid]))
            assert await world.store.find(puuid) is not None


class TestLinked:
    """Linked accounts whose stored history is due for a comparison with Riot's."""

    async def test_only_linked_accounts_are_due(self, world: World) -> None:
        await world.store.remember(an_account("p-1"), Platform.EUW1)
        assert await world.store.linked(not_checked_for=0, limit=5) == ()

    async def test_an_account_is_known_by_being_linked(self, world: World) -> None:
        await world.bindings.save_binding("42", proven("p-1"))
        (player,) = await world.store.linked(not_checked_for=60, limit=5)
        assert (player.account, player.platform) == (an_account("p-1"), Platform.EUW1)
        assert await world.store.find("p-1") == (an_account("p-1"), Platform.EUW1)
        assert await world.store.remember(an_account("p-1"), Platform.EUW1) == player.number

    async def test_those_never_checked_come_first_then_the_longest_ago(self, world: World) -> None:
        for puuid in ("p-1", "p-2", "p-3", "p-4"):
            await world.bindings.save_binding("42", proven(puuid))
        for puuid in ("p-3", "p-1", "p-2"):
            await world.store.mark_checked(puuid)
            await world.pass_time(100)
        assert puuids(await world.store.linked(not_checked_for=150, limit=5)) == ["p-4", "p-3", "p-1"]
        assert puuids(await world.store.linked(not_checked_for=150, limit=2)) == ["p-4", "p-3"]

    async def test_a_checked_account_is_due_again_later(self, world: World) -> None:
        await world.bindings.save_binding("42", proven("p-1"))
        await world.store.mark_checked("p-1")
        await world.store.mark_checked("p-404")
        assert await world.store.linked(not_checked_for=60, limit=5) == ()
        await world.pass_time(61)
        assert puuids(await world.store.linked(not_checked_for=60, limit=5)) == ["p-1"]

    async def test_an_unlinked_account_is_due_no_more(self, world: World) -> None:
        await world.bindings.save_binding("42", proven("p-1"))
        await world.bindings.remove_binding("42", "p-1")
        assert await world.store.linked(not_checked_for=0, limit=5) == ()
