"""What holds of every player store."""

from collections.abc import AsyncIterator

import pytest

from src.adapters.database import DatabaseAdapter, PostgresPlayerStore
from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.ports.player_store import PlayerStore
from tests.fakes.player_store import FakePlayerStore

FAKER = Account(puuid="p-faker", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"))


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def store(url: str | None) -> AsyncIterator[PlayerStore]:
    if url is None:
        yield FakePlayerStore()
        return
    async with DatabaseAdapter(url=url) as database:
        yield PostgresPlayerStore(database)


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
