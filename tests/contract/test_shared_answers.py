"""What every `SharedAnswers` does: the fake, and the one in Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from src.adapters.shared_answers import RedisSharedAnswers
from src.core.ports.shared_answers import SharedAnswers
from tests.fakes.shared_answers import FakeSharedAnswers

SUBJECT = "americas /lol/match/v5/matches/NA1_1"
BODY = b"{}" * 100_000


@pytest.fixture(params=["fake", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[SharedAnswers]:
    if request.param == "fake":
        yield FakeSharedAnswers()
        return
    adapter = RedisSharedAnswers(request.getfixturevalue("redis_url"), SecretStr("RGAPI-a-secret"))
    yield adapter
    await adapter.close()


async def test_one_leads_and_the_others_have_their_answer(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    assert not await shared.lead(SUBJECT)
    followers = [asyncio.create_task(shared.follow(SUBJECT, patience=5)) for _ in range(3)]
    await asyncio.sleep(0.1)
    await shared.tell(SUBJECT, BODY)
    assert await asyncio.gather(*followers) == [BODY] * 3


async def test_when_the_leader_has_no_answer_nobody_waits_for_it(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    follower = asyncio.create_task(shared.follow(SUBJECT, patience=5))
    await asyncio.sleep(0.1)
    await shared.tell(SUBJECT, None)
    assert await follower is None
    assert await shared.lead(SUBJECT)


async def test_an_answer_that_nobody_waited_for_is_not_kept(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    await shared.tell(SUBJECT, BODY)
    assert await shared.follow(SUBJECT, patience=1) is None
    assert await shared.lead(SUBJECT)


async def test_patience_ends(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    assert await shared.follow(SUBJECT, patience=0.1) is None


async def test_subjects_are_led_one_by_one(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    assert await shared.lead(f"{SUBJECT}/timeline")


async def test_cleared_answers_are_gone_and_nobody_waits_in_vain(shared: SharedAnswers) -> None:
    assert await shared.lead(SUBJECT)
    follower = asyncio.create_task(shared.follow(SUBJECT, patience=5))
    await asyncio.sleep(0.1)
    await shared.tell(SUBJECT, BODY)
    assert await follower == BODY
    await shared.clear()
    assert await shared.follow(SUBJECT, patience=1) is None
    assert await shared.lead(SUBJECT)


async def test_in_redis_the_key_is_not_to_be_seen_and_everything_expires(redis_url: str) -> None:
    adapter = RedisSharedAnswers(redis_url, SecretStr("RGAPI-a-secret"))
    await adapter.lead(SUBJECT)
    follower = asyncio.create_task(adapter.follow(SUBJECT, patience=5))
    await asyncio.sleep(0.1)
    await adapter.tell(SUBJECT, BODY)
    assert await follower == BODY
    async with Redis.from_url(redis_url) as client:
        names = [name async for name in client.scan_iter()]
        assert names
        for name in names:
            assert b"RGAPI" not in name
            assert 0 < await client.pttl(name) <= 12_000
    await adapter.close()


async def test_keys_see_answers_of_their_own_only(redis_url: str) -> None:
    """Documents hold PUUIDs, which are encrypted for the key."""
    one, another = (RedisSharedAnswers(redis_url, SecretStr(key)) for key in ("RGAPI-one", "RGAPI-another"))
    assert await one.lead(SUBJECT)
    assert await another.lead(SUBJECT)
    await one.close()
    await another.close()


async def test_without_redis_everybody_asks() -> None:
    adapter = RedisSharedAnswers("redis://127.0.0.1:1/0", SecretStr(""))
    assert await adapter.lead(SUBJECT)
    assert await adapter.lead(SUBJECT)
    await adapter.tell(SUBJECT, BODY)
    assert await adapter.follow(SUBJECT, patience=5) is None
    await adapter.close()
