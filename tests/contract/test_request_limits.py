"""What every `RequestLimits` does: the one in memory and the one in Redis."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import redis
import structlog.testing

from src.adapters.request_limits import RedisRequestLimits
from src.core.ports.request_limits import RequestLimits
from tests.fakes.clock import FakeClock
from tests.fakes.request_limits import FakeRequestLimits

_BUSY = 10.0  # seconds; where counting is the point, a busy machine must not look like a Redis that is away


@dataclass
class World:
    """Limits, a window of which lasts `minute` seconds, and how to let some of it pass."""

    limits: RequestLimits
    minute: float
    wait: Callable[[float], Awaitable[Any]]

    async def take(self, times: int, who: str = "key-1", *, per_minute: int = 3) -> list[float]:
        return [await self.limits.take(who, per_minute=per_minute) for _ in range(times)]


@pytest.fixture(params=["fake", "redis"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "fake":
        clock = FakeClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds)

        yield World(FakeRequestLimits(clock), 60, advance)
    else:
        limits = RedisRequestLimits(request.getfixturevalue("redis_url"), window=3, patience=_BUSY)
        yield World(limits, 3, asyncio.sleep)
        await limits.close()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port: int = nobody.getsockname()[1]
        return port


async def test_so_many_a_minute_are_within_the_limit_and_no_more(world: World) -> None:
    *within, beyond = await world.take(4)
    assert within == [0.0, 0.0, 0.0]
    assert 0 < beyond <= world.minute


async def test_everybody_has_a_limit_of_their_own(world: World) -> None:
    await world.take(4)
    assert await world.take(1, "key-2") == [0.0]


async def test_who_is_turned_away_is_not_counted(world: World) -> None:
    """Else somebody who keeps asking would never get a turn again."""
    await world.take(3)
    waits = await world.take(3)
    assert max(waits) <= world.minute
    await world.wait(max(waits) + 0.05)
    assert await world.take(1) == [0.0]


async def test_the_wait_that_is_told_is_the_wait(world: World) -> None:
    """The oldest request leaves the window first, the others later."""
    await world.take(1)
    await world.wait(world.minute / 2)
    *_, told = await world.take(3)
    assert told <= world.minute / 2 + 0.01
    await world.wait(told + 0.05)
    again, beyond = await world.take(2)
    assert again == 0.0
    assert beyond > 0


async def test_a_limit_of_none_turns_everybody_away(world: World) -> None:
    (wait,) = await world.take(1, per_minute=0)
    assert wait > 0


class TestRedis:
    """What only Redis can show."""

    async def test_processes_count_together(self, redis_url: str) -> None:
        one, other = RedisRequestLimits(redis_url, patience=_BUSY), RedisRequestLimits(redis_url, patience=_BUSY)
        assert await one.take("key-1", per_minute=1) == 0.0
        assert await other.take("key-1", per_minute=1) > 50
        await one.close()
        await other.close()

    async def test_what_is_counted_has_its_own_names_and_expires(self, redis_url: str) -> None:
        limits = RedisRequestLimits(redis_url, patience=_BUSY)
        await limits.take("key-1", per_minute=10)
        await limits.close()
        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            (key,) = client.keys("*")
            assert key.startswith("chimera:requests:")
            assert 0 < client.ttl(key) <= 60

    async def test_many_at_once_are_counted_exactly(self, redis_url: str) -> None:
        limits = RedisRequestLimits(redis_url, patience=_BUSY)
        waits = await asyncio.gather(*(limits.take("key-1", per_minute=25) for _ in range(40)))
        assert sum(wait == 0.0 for wait in waits) == 25
        await limits.close()

    async def test_without_redis_nobody_is_turned_away_and_the_log_says_so_once(self, unused_port: int) -> None:
        limits = RedisRequestLimits(f"redis://127.0.0.1:{unused_port}/0")
        with structlog.testing.capture_logs() as logs:
            assert [await limits.take("key-1", per_minute=1) for _ in range(5)] == [0.0] * 5
            limits._away_until = 0.0
            assert await limits.take("key-1", per_minute=1) == 0.0
        assert [line["event"] for line in logs] == ["requests_not_counted"]
        await limits.close()

    async def test_a_redis_that_hangs_holds_nobody_up(self) -> None:
        """It accepts the connection and then says nothing; after that it is left alone for a moment."""
        with socket.socket() as hanging:
            hanging.bind(("127.0.0.1", 0))
            hanging.listen()
            limits = RedisRequestLimits(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
            started = time.monotonic()
            assert await limits.take("key-1", per_minute=1) == 0.0
            first = time.monotonic() - started
            for _ in range(20):
                assert await limits.take("key-1", per_minute=1) == 0.0
            assert first < 1.0
            assert time.monotonic() - started < 2 * first + 0.5
            await limits.close()

    async def test_a_redis_that_comes_back_counts_again(self, redis_url: str) -> None:
        limits = RedisRequestLimits(redis_url, patience=_BUSY)
        limits._away_until = time.monotonic() + 0.2
        assert [await limits.take("key-1", per_minute=1) for _ in range(3)] == [0.0] * 3
        await asyncio.sleep(0.25)
        assert await limits.take("key-1", per_minute=1) == 0.0
        assert await limits.take("key-1", per_minute=1) > 0
        await limits.close()
