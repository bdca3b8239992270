"""What holds of every store of API keys."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from src.adapters.database import DatabaseAdapter, PostgresApiKeyStore
from src.core.domain.api_key import ApiKey, Scope
from src.core.errors import BrokenInvariant
from src.core.ports.api_keys import ApiKeyStore
from tests.fakes.api_keys import FakeApiKeyStore


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def store(url: str | None) -> AsyncIterator[ApiKeyStore]:
    if url is None:
        yield FakeApiKeyStore()
        return
    async with DatabaseAdapter(url=url) as database:
        yield PostgresApiKeyStore(database)


def a_key(key_id: str = "k1", **changes: Any) -> ApiKey:
    fields: dict[str, Any] = {
        "key_id": key_id,
        "name": "grafana",
        "scopes": frozenset({Scope.METRICS_READ, Scope.TASKS_READ}),
        "per_minute": 60,
        "created_at": datetime(2026, 3, 14, 12, 0, 0, 123_456, tzinfo=UTC),
    }
    return ApiKey(**fields | changes)


async def test_there_is_no_key_at_first(store: ApiKeyStore) -> None:
    assert await store.any() is False
    assert await store.all() == ()
    assert await store.find("k1") is None


async def test_a_key_is_found_with_its_digest(store: ApiKeyStore) -> None:
    await store.add(a_key(), b"\x00digest\xff")
    await store.add(a_key("k2", scopes=frozenset()), b"other")
    assert await store.find("k1") == (a_key(), b"\x00digest\xff")
    assert await store.find("K1") is None
    assert await store.any() is True


@pytest.mark.parametrize("key_id", ["", "k\x00", "\ud800", "k1'--"])
async def test_whatever_strangers_send_is_no_key(store: ApiKeyStore, key_id: str) -> None:
    await store.add(a_key(), b"d")
    assert await store.find(key_id) is None
    assert await store.revoke(key_id) is False


async def test_keys_are_listed_by_age(store: ApiKeyStore) -> None:
    new, old = a_key("new"), a_key("old", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    await store.add(new, b"1")
    await store.add(old, b"2")
    assert await store.all() == (old, new)


async def test_a_revoked_key_is_listed_but_not_found(store: ApiKeyStore) -> None:
    await store.add(a_key(), b"d")
    assert await store.revoke("k1") is True
    assert await store.find("k1") is None
    (listed,) = await store.all()
    assert listed.revoked_at is not None
    assert listed.model_copy(update={"revoked_at": None}) == a_key()


async def test_a_key_is_revoked_once(store: ApiKeyStore) -> None:
    await store.add(a_key(), b"d")
    assert [await store.revoke("k1"), await store.revoke("k1"), await store.revoke("k2")] == [True, False, False]


async def test_there_has_been_a_key_even_if_it_is_revoked(store: ApiKeyStore) -> None:
    await store.add(a_key(), b"d")
    await store.revoke("k1")
    assert await store.any() is True


async def test_adding_a_key_again_changes_nothing(store: ApiKeyStore) -> None:
    """The first call may have succeeded although its caller saw an error."""
    await store.add(a_key(), b"d")
    await store.revoke("k1")
    await store.add(a_key(), b"d")
    assert await store.find("k1") is None


async def test_an_id_that_is_taken_is_refused(store: ApiKeyStore) -> None:
    await store.add(a_key(), b"d")
    with pytest.raises(BrokenInvariant):
        await store.add(a_key(name="another"), b"another secret")
    assert await store.find("k1") == (a_key(), b"d")
