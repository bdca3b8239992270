"""The budget in a real Redis: several processes' worth of callers, and what can happen to Redis meanwhile."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from src.adapters.riot_budget import RedisRiotBudget
from src.adapters.riot_budget.tuning import BudgetTuning
from src.bootstrap.servers import EmbeddedServers
from src.core.domain.job import Lane
from src.core.errors import RateLimited, StorageUnavailable, Unavailable
from src.core.ports.riot_budget import Permit
from tests.fakes.riot_windows import RiotWindows

MATCH = "match-v5.match"
KEY = "RGAPI-a-secret"
LIMITS = {"X-App-Rate-Limit": "20:1", "X-App-Rate-Limit-Count": "1:1"} | {
    "X-Method-Rate-Limit": "90:1", "X-Method-Rate-Limit-Count": "1:1"
}  # fmt: skip


@asynccontextmanager
async def _budgets(
    url: str, number: int = 4, tuning: BudgetTuning | None = None
) -> AsyncIterator[list[RedisRiotBudget]]:
    """As many processes have: nothing in common but Redis and the key."""
    async with AsyncExitStack() as stack:
        budgets = [RedisRiotBudget(url=url, api_key=KEY, tuning=tuning) for _ in range(number)]
        for budget in budgets:
            stack.push_async_callback(budget.close)
        yield budgets


async def _call_until(end: float, budget: RedisRiotBudget, riot: RiotWindows, lane: Lane) -> None:
    while (left := end - time.monotonic()) > 0:
        try:
            permit = await budget.acquire("americas", MATCH, lane, patience=left)
        except RateLimited:
            return
        status, headers = await riot.call()
        await budget.report(permit, status=status, headers=headers)


async def _run(
    url: str, seconds: float, *, lane: Lane = Lane.INTERACTIVE, midway: Callable[[], Awaitable[object]] | None = None
) -> RiotWindows:
    """Four budgets with eight callers each, at Riot's 20 calls in 1 s."""
    riot = RiotWindows(app={1: 20}, method={10: 1000})
    end = time.monotonic() + seconds
    async with _budgets(url) as budgets, asyncio.TaskGroup() as group:
        for budget in budgets * 8:
            group.create_task(_call_until(end, budget, riot, lane))
        if midway is not None:
            await asyncio.sleep(seconds / 2)
            await midway()
    return riot


async def test_four_processes_use_what_is_allowed_and_no_more(redis_url: str) -> None:
    riot = await _run(redis_url, 4.0)
    assert riot.refused == 0
    assert riot.answered >= 0.9 * 4 * 20


async def test_flushed_scripts_are_loaded_again(redis_url: str) -> None:
    async with aclosing(Redis.from_url(redis_url)) as client:
        riot = await _run(redis_url, 1.5, midway=client.script_flush)
    assert riot.refused == 0
    assert riot.answered >= 0.9 * 2 * 20


async def test_a_flushed_redis_learns_again(redis_url: str) -> None:
    async with aclosing(Redis.from_url(redis_url)) as client:
        riot = await _run(redis_url, 5.0, midway=client.flushall)
    assert riot.refused == 0
    assert riot.answered >= 2 * 20


async def test_somebody_who_waits_passes_a_backfill(redis_url: str) -> None:
    riot = RiotWindows(app={1: 20}, method={10: 1000})
    end = time.monotonic() + 1.8
    waits = []
    async with _budgets(redis_url) as budgets, asyncio.TaskGroup() as group:
        for budget in budgets * 8:
            group.create_task(_call_until(end, budget, riot, Lane.BACKGROUND))
        await asyncio.sleep(0.5)
        while time.monotonic() < end - 0.3:
            asked = time.monotonic()
            permit = await budgets[0].acquire("americas", MATCH, Lane.INTERACTIVE, patience=5)
            waits.append(time.monotonic() - asked)
            status, headers = await riot.call()
            await budgets[0].report(permit, status=status, headers=headers)
            await asyncio.sleep(0.4)
    assert riot.refused == 0
    assert sorted(waits)[len(waits) // 2] < 0.1


async def test_a_lost_probe_is_repeated(redis_url: str) -> None:
    tuning = BudgetTuning(probe_after=0.2)
    async with _budgets(redis_url, 1, tuning) as [budget]:
        await budget.acquire("americas", MATCH, Lane.BACKGROUND, patience=0)
        with pytest.raises(RateLimited):
            await budget.acquire("americas", MATCH, Lane.BACKGROUND, patience=0)
        await budget.acquire("americas", MATCH, Lane.BACKGROUND, patience=2)


async def test_places_of_calls_that_are_never_reported_come_back(redis_url: str) -> None:
    tuning = BudgetTuning(lost_after=0.3)
    async with _budgets(redis_url, 1, tuning) as [budget]:
        probe = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await budget.report(probe, status=200, headers=LIMITS | {"X-App-Rate-Limit": "2:1"})
        await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        for _ in range(2):
            await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=4)


async def test_asking_twice_for_one_permit_takes_one_place(redis_url: str) -> None:
    """So a client whose connection broke after the script had run may ask again."""
    async with _budgets(redis_url, 1) as [budget]:
        probe = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await budget.report(probe, status=200, headers=LIMITS | {"X-App-Rate-Limit": "4:60"})
        await budget.seconds_for("americas", {MATCH: 1}, Lane.INTERACTIVE)  # it has been told by then
        run, asked = budget._run, []

        async def run_twice(script: Any, keys: Sequence[str], arguments: Sequence[bytes]) -> bytes:
            asked.append(await run(script, keys, arguments))
            return await run(script, keys, arguments)

        budget._run = run_twice  # type: ignore[method-assign]
        for _ in range(3):
            await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        assert len(asked) == 3
        with pytest.raises(RateLimited):
            await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)


async def test_a_turn_that_nobody_waits_for_any_more_goes_back(redis_url: str) -> None:
    async with _budgets(redis_url, 1) as [budget]:
        probe = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await budget.report(probe, status=200, headers=LIMITS | {"X-App-Rate-Limit": "4:60"})
        waiting = [asyncio.create_task(budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=5)) for _ in "123"]
        await asyncio.sleep(0)  # they ask
        for call in waiting:
            call.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for _ in range(3):
            await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=5)


async def test_ends_that_an_absent_redis_could_not_hear_of_are_told_later(var: Path) -> None:
    with EmbeddedServers(var, durable=False) as servers:
        url = servers.addresses.broker_url or ""
        async with _budgets(url, 1) as [budget]:
            probe = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
            servers.kill("redis")
            await budget.report(probe, status=200, headers=LIMITS | {"X-App-Rate-Limit": "4:60"})
            await asyncio.sleep(0.1)
            servers.restart("redis")
            await asyncio.sleep(1.2)
            assert await budget.seconds_for("americas", {MATCH: 1}, Lane.INTERACTIVE) == 0


async def test_a_redis_that_hung_costs_what_it_hung(var: Path) -> None:
    """What it granted when nobody waited for it any more is given back, and does not count as on its way for 30 s."""
    with EmbeddedServers(var, durable=False) as servers:
        url, pid = servers.addresses.broker_url or "", servers.addresses.pids["redis"]
        async with _budgets(url, 1, BudgetTuning(answer_timeout=0.3)) as [budget]:
            probe = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
            await budget.report(probe, status=200, headers=LIMITS | {"X-App-Rate-Limit": "5:60"})
            await budget.seconds_for("americas", {MATCH: 1}, Lane.INTERACTIVE)
            os.kill(pid, signal.SIGSTOP)
            try:
                lost = [budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=5) for _ in range(4)]
                results = await asyncio.gather(*lost, return_exceptions=True)
            finally:
                os.kill(pid, signal.SIGCONT)
            assert {type(result) for result in results} == {StorageUnavailable}
            await asyncio.sleep(2.5)
            for _ in range(4):
                await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=1)


async def test_redis_holds_no_key_and_forgets(redis_url: str) -> None:
    async with _budgets(redis_url, 1) as [budget], aclosing(Redis.from_url(redis_url)) as client:
        permit = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await budget.report(permit, status=200, headers=LIMITS)
        await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        names = [name.decode() async for name in client.scan_iter()]
        assert len(names) == 5  # the epoch; of app and method the windows and the calls on their way
        assert len({name[name.index("{") : name.index("}")] for name in names}) == 1
        for name in names:
            assert name.startswith("chimera:budget:")
            assert KEY not in name
            assert 0 < await client.ttl(name) <= 4000


async def test_keys_have_budgets_of_their_own(redis_url: str) -> None:
    async with _budgets(redis_url, 1) as [budget]:
        other = RedisRiotBudget(url=redis_url, api_key="RGAPI-another")
        await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await other.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        await other.close()


@pytest.fixture
def deaf_server() -> Iterator[str]:
    """A server that lets everybody in and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.mark.parametrize("server", ["closed_port", "deaf_server"])
async def test_without_redis_no_call_is_made_and_nobody_hangs(request: pytest.FixtureRequest, server: str) -> None:
    tuning = BudgetTuning(answer_timeout=0.3)
    async with _budgets(request.getfixturevalue(server), 1, tuning) as [budget]:
        started = time.monotonic()
        with pytest.raises(Unavailable, match="budget"):
            await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=60)
        await budget.report(Permit("x", "americas", MATCH), status=200, headers={})
        assert time.monotonic() - started < 2


async def test_a_redis_that_refuses_scripts_is_unavailable(redis_url: str) -> None:
    async with aclosing(Redis.from_url(redis_url)) as client:
        await client.config_set("maxmemory", "1")
        try:
            async with _budgets(redis_url, 1) as [budget]:
                with pytest.raises(Unavailable):
                    await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=1)
        finally:
            await client.config_set("maxmemory", "0")


async def test_cut_connections_are_replaced(redis_url: str) -> None:
    async with _budgets(redis_url, 1) as [budget], aclosing(Redis.from_url(redis_url)) as client:
        permit = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
        with suppress(Exception):
            await client.client_kill_filter(_type="normal", skipme=True)
        await budget.report(permit, status=200, headers=LIMITS)
        await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
