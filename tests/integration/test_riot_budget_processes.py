"""Eight real processes on one key: real Redis, real HTTP to the stand-in for Riot, and what can happen meanwhile."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from src.bootstrap.servers import EmbeddedServers
from src.sandbox.riot.sandbox import Limits, RiotSandbox
from src.sandbox.riot.world import World

PROJECT = Path(__file__).resolve().parents[2]
PROCESSES = 8
SECONDS = 5.0
APP, PER_SECOND = "20:1,60:4", 15
SKEWS = [("0", "1"), ("3600", "1"), ("-900", "1"), ("0", "1.05"), ("7200", "0.95")]


@pytest.fixture(scope="module")
def own_servers(module_var: Path) -> Iterator[EmbeddedServers]:
    servers = EmbeddedServers(module_var, durable=False)
    servers.start(postgres=False)
    yield servers
    servers.stop()


def _redis_of(servers: EmbeddedServers) -> str:
    return urlsplit(servers.addresses.broker_url or "")._replace(path="/0").geturl()


@asynccontextmanager
async def _calling(redis: str, riot: RiotSandbox) -> AsyncIterator[list[Process]]:
    """Eight processes, ready to call; they call within the block and have ended after it."""
    processes = []
    for number in range(PROCESSES):
        ahead, fast = SKEWS[number % len(SKEWS)]
        arguments = [
            "--redis", redis, "--riot", riot.riot_base_url, "--puuid", riot.world.main.puuid, "--seconds", str(SECONDS),
            "--lane", "background" if number % 2 else "interactive", f"--ahead={ahead}", f"--fast={fast}",
        ]  # fmt: skip
        processes.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.integration.call_riot", *arguments, cwd=PROJECT, stdin=PIPE, stdout=PIPE
            )
        )
    try:
        for process in processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            await process.stdin.drain()
        yield processes
        assert [await process.wait() for process in processes] == [0] * PROCESSES
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _run(servers: EmbeddedServers, midway: Callable[[Redis], Awaitable[object]] | None = None) -> RiotSandbox:
    async with RiotSandbox(World(seed=3), limits=Limits(app=APP)) as riot:
        redis = _redis_of(servers)
        client = Redis.from_url(redis)
        await client.flushall()
        async with _calling(redis, riot):
            await asyncio.sleep(SECONDS / 2)
            if midway is not None:
                await midway(client)
        await client.aclose()
        return riot


async def test_eight_processes_with_wrong_clocks_use_what_is_allowed(own_servers: EmbeddedServers) -> None:
    """That Redis forgets the scripts meanwhile costs nothing."""
    riot = await _run(own_servers, lambda client: client.script_flush())
    assert riot.stats.too_many == {}
    assert riot.stats.answered >= 0.85 * PER_SECOND * SECONDS


async def test_an_emptied_redis_causes_no_429(own_servers: EmbeddedServers) -> None:
    riot = await _run(own_servers, lambda client: client.flushall())
    assert riot.stats.too_many == {}
    assert riot.stats.answered >= 0.4 * PER_SECOND * SECONDS


async def test_a_killed_redis_causes_no_429(own_servers: EmbeddedServers) -> None:
    """While it is away no call is made."""

    async def kill(_client: Redis) -> None:
        own_servers.kill("redis")
        own_servers.restart("redis")  # in the main thread, as servers want it

    riot = await _run(own_servers, kill)
    assert riot.stats.too_many == {}
    assert riot.stats.answered >= 0.5 * PER_SECOND * SECONDS
