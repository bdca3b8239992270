"""API keys: what is kept of them, who passes."""

import hmac
import re
from typing import Any

import pytest
from pydantic import SecretStr

from src.core.domain.api_key import ApiKey, Scope
from src.core.errors import ApiKeyRejected, InvalidInput, RateLimited, ScopeMissing, Unavailable
from src.core.services.api_access import ApiAccess, require
from tests.fakes.api_keys import FakeApiKeyStore
from tests.fakes.clock import FakeClock
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.secrets import FakeSecretSource


class World:
    """The service with fakes around it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.keys = FakeApiKeyStore(self.clock)
        self.limits = FakeRequestLimits()
        self.secrets = FakeSecretSource()
        self.access = self.with_pepper("pepper")

    def with_pepper(self, pepper: str) -> ApiAccess:
        return ApiAccess(self.keys, self.limits, self.secrets, self.clock, pepper=SecretStr(pepper))

    async def key(self, *scopes: Scope, **changes: Any) -> tuple[ApiKey, str]:
        key, text = await self.access.create("ci", scopes or tuple(Scope), **changes)
        return key, text.get_secret_value()


@pytest.fixture
def world() -> World:
    return World()


async def test_a_key_that_was_made_passes_with_what_it_may(world: World) -> None:
    key, text = await world.key(Scope.TASKS_READ, per_minute=7)
    assert await world.access.authenticate(text) == key
    assert (key.name, key.scopes, key.per_minute) == ("ci", frozenset({Scope.TASKS_READ}), 7)
    assert key.created_at == world.clock.now()


async def test_a_key_can_be_recognised_and_names_itself(world: World) -> None:
    key, text = await world.key()
    assert re.fullmatch(rf"chm_{key.key_id}_[0-9a-f]{{72}}", text)


async def test_keys_differ(world: World) -> None:
    texts = {(await world.key())[1] for _ in range(3)}
    assert len({text[17:] for text in texts}) == 3


async def test_nothing_of_the_key_is_kept_but_a_digest_under_the_pepper(world: World) -> None:
    _, text = await world.key()
    (kept, digest), *_ = world.keys.keys.values()
    assert text[17:81] not in f"{kept!r} {digest.hex()}"
    assert digest == hmac.digest(b"pepper", b"chimera/api-key/1:" + text[:-8].encode(), "sha256")


async def test_a_misspelt_key_does_not_reach_the_database(world: World) -> None:
    _, text = await world.key()
    world.keys.is_down = True
    swapped = text[:30] + text[31] + text[30] + text[32:]
    assert swapped != text
    for wrong in (swapped, text[:-1], f"{text}0", text.upper(), f" {text}", "", "chm_", "Bearer", "ä" * 90):
        with pytest.raises(ApiKeyRejected, match="misspelt"):
            await world.access.authenticate(wrong)
    with pytest.raises(Unavailable):
        await world.access.authenticate(text)


async def test_a_well_spelt_key_that_nobody_made_is_refused(world: World) -> None:
    """Somebody who knows the form and a key's public id still lacks the secret."""
    _, text = await world.key()
    other_world = World()
    other_world.secrets.token()
    _, forged = await other_world.key()
    with pytest.raises(ApiKeyRejected, match="unknown"):
        await world.access.authenticate(forged)
    (kept, digest), *_ = other_world.keys.keys.values()
    world.keys.keys[kept.key_id] = kept, bytes(len(digest))
    with pytest.raises(ApiKeyRejected, match="unknown"):
        await world.access.authenticate(forged)
    assert await world.access.authenticate(text)


async def test_a_digest_from_elsewhere_is_worth_nothing_without_the_pepper(world: World) -> None:
    _, text = await world.key()
    for pepper in ("", "another"):
        with pytest.raises(ApiKeyRejected):
            await world.with_pepper(pepper).authenticate(text)


async def test_a_revoked_key_is_refused_and_cannot_be_revoked_again(world: World) -> None:
    key, text = await world.key()
    await world.access.revoke(key.key_id)
    with pytest.raises(ApiKeyRejected):
        await world.access.authenticate(text)
    with pytest.raises(InvalidInput):
        await world.access.revoke(key.key_id)
    assert [listed.revoked_at for listed in await world.access.all()] == [world.clock.now()]


async def test_once_there_was_a_key_there_always_was(world: World) -> None:
    assert not await world.access.has_keys()
    key, _ = await world.key()
    assert await world.access.has_keys()
    await world.access.revoke(key.key_id)
    assert await world.access.has_keys()


async def test_whether_there_are_keys_is_not_guessed_in_an_outage(world: World) -> None:
    world.keys.is_down = True
    with pytest.raises(Unavailable):
        await world.access.has_keys()


async def test_a_scope_that_is_missing_is_named(world: World) -> None:
    key, _ = await world.key(Scope.TASKS_READ)
    require(key, Scope.TASKS_READ)
    with pytest.raises(ScopeMissing, match="tasks:write"):
        require(key, Scope.TASKS_WRITE)


async def test_each_key_has_its_own_limit(world: World) -> None:
    busy, _ = await world.key(per_minute=2)
    idle, _ = await world.key(per_minute=2)
    await world.access.count(busy)
    await world.access.count(busy)
    with pytest.raises(RateLimited, match="2 times a minute") as caught:
        await world.access.count(busy)
    assert caught.value.retry_after == 60
    await world.access.count(idle)


@pytest.mark.parametrize(
    ("name", "scopes", "per_minute"),
    [
        ("", [Scope.TASKS_READ], 60),
        (" \n", [Scope.TASKS_READ], 60),
        ("x" * 81, [Scope.TASKS_READ], 60),
        ("a\x1b[31mb", [Scope.TASKS_READ], 60),
        ("ci", [], 60),
        ("ci", [Scope.TASKS_READ], 0),
        ("ci", [Scope.TASKS_READ], 1_000_000),
    ],
)
async def test_a_key_that_makes_no_sense_is_not_made(
    world: World, name: str, scopes: list[Scope], per_minute: int
) -> None:
    with pytest.raises(InvalidInput):
        await world.access.create(name, scopes, per_minute=per_minute)
    assert world.keys.keys == {}
