"""The budget against a model of Riot, in virtual time: minutes of traffic pass in a second.

Only the clocks are replaced, the loop's and that of the scripts; the rest is the adapter and a real Redis.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from src.adapters.riot_budget import RedisRiotBudget
from src.adapters.riot_budget.adapter import _lua
from src.core.domain.job import Lane
from src.core.errors import CircuitOpen, RateLimited, Unavailable
from tests.fakes.riot_windows import RiotWindows
from tests.fakes.virtual_time import VirtualTimeLoop

CLOCK = "local function clock()"
SIMULATED_CLOCK = "local function clock() return tonumber(ARGV[#ARGV]) end\nlocal function _wall()"
IDLE_CALLERS = {"busy": 0.0, "steady": 0.3, "sparse": 2.0}  # mean seconds between a caller's calls


class SimulatedBudget(RedisRiotBudget):
    """The budget of one process; Redis is told the virtual time instead of asking its own clock."""

    def __init__(self, url: str, dice: random.Random, *, takes: float = 0.0) -> None:
        super().__init__(url=url, api_key="simulated", jitter=dice.random)
        self._takes = takes
        for name in ("exchange", "allowance"):
            source = _lua(name)
            assert source.count(CLOCK) == 1
            script = self._redis.register_script(source.replace(CLOCK, SIMULATED_CLOCK))
            setattr(self, f"_{name}_script", script)

    async def _run(self, script: Any, keys: Sequence[str], arguments: Sequence[bytes]) -> bytes:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        await asyncio.sleep(self._takes / 2)
        with loop.real_input():
            answer = await super()._run(script, keys, [*arguments, repr(loop.time()).encode()])
        await asyncio.sleep(self._takes / 2)
        return answer


@dataclass
class Simulation:
    """Callers of several processes that call again and again, and now and then get no answer or die on the way."""

    url: str
    riot: RiotWindows
    dice: random.Random
    latency: tuple[float, float]
    processes: int = 1
    trouble: float = 0.0  # share of calls that get no answer, and of those that die
    redis_takes: float = 0.0  # seconds there and back
    waits: list[float] = field(default_factory=list)  # of interactive calls
    calls_of: Counter[int] = field(default_factory=Counter)  # by caller's process

    async def run(
        self,
        seconds: float,
        *,
        callers: int = 0,
        lanes: tuple[Lane, ...] = (Lane.INTERACTIVE,),
        idle: float = 0.0,
        people: float = 0.0,
        midway: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`callers` call as soon as they can (or after `idle` seconds); `people` more calls a second are for people."""
        async with AsyncExitStack() as stack:
            budgets = [SimulatedBudget(self.url, self.dice, takes=self.redis_takes) for _ in range(self.processes)]
            for budget in budgets:
                stack.push_async_callback(budget.close)
            end = asyncio.get_running_loop().time() + seconds
            async with asyncio.TaskGroup() as group:
                for caller in range(callers):
                    budget, lane = budgets[caller % len(budgets)], lanes[caller % len(lanes)]
                    group.create_task(self._call_on(budget, lane, caller, idle, end))
                if people:
                    group.create_task(self._people(group, budgets, people, end))
                if midway is not None:
                    await asyncio.sleep(seconds / 2)
                    await _really(midway())

    async def _call_on(self, budget: RedisRiotBudget, lane: Lane, caller: int, idle: float, end: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.dice.uniform(0, 0.5))
        while (left := end - loop.time()) > 0:
            try:
                await self._call(budget, lane, "rare" if caller % 3 == 0 else "frequent", patience=left)
                self.calls_of[caller % self.processes] += 1
            except (RateLimited, CircuitOpen) as refusal:
                await asyncio.sleep(refusal.retry_after or 0.1)
            except Unavailable:
                await asyncio.sleep(0.3)
            if idle:
                await asyncio.sleep(self.dice.expovariate(1 / idle))

    async def _people(self, group: asyncio.TaskGroup, budgets: list[SimulatedBudget], rate: float, end: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(2)  # until the limits are known
        while loop.time() < end:
            await asyncio.sleep(self.dice.expovariate(rate))
            group.create_task(self._person(self.dice.choice(budgets)))

    async def _person(self, budget: RedisRiotBudget) -> None:
        asked = asyncio.get_running_loop().time()
        with suppress(RateLimited):
            waited = await self._call(budget, Lane.INTERACTIVE, "frequent", patience=30)
            self.waits.append(waited - asked)

    async def _call(self, budget: RedisRiotBudget, lane: Lane, method: str, *, patience: float) -> float:
        """One call; answers when it was let go."""
        permit = await budget.acquire("americas", method, lane, patience=patience)
        let_go = asyncio.get_running_loop().time()
        latency = self.dice.uniform(*self.latency) * (10 if self.dice.random() < 0.01 else 1)
        before = latency * self.dice.random()
        dies, is_silent = self.dice.random() < self.trouble, self.dice.random() < self.trouble
        if dies and self.dice.random() < 0.5:
            return let_go  # before it got out
        await asyncio.sleep(before)
        status, headers = self.riot.arrive(permit.method)
        if not dies:
            await asyncio.sleep(latency - before)
            await budget.report(permit, status=None if is_silent else status, headers={} if is_silent else headers)
        return let_go


async def _really(work: Awaitable[object]) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    with loop.real_input():
        await work


def _in_virtual_time(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(work)


def _riot(app: dict[int, int], method: dict[int, int]) -> RiotWindows:
    return RiotWindows(app=app, method=method, clock=lambda: asyncio.get_running_loop().time())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    app=st.fixed_dictionaries(
        {1: st.integers(2, 30)}, optional={seconds: st.integers(10, 80) for seconds in (3, 5, 10)}
    ),
    method=st.dictionaries(st.sampled_from([1, 2, 4, 7]), st.integers(3, 60), min_size=1, max_size=2),
    latency=st.sampled_from([(0.001, 0.01), (0.01, 0.1), (0.05, 0.25), (0.05, 0.5), (0.2, 1.5)]),
    trouble=st.sampled_from([0.0, 0.0, 0.03]),
    processes=st.sampled_from([1, 4, 8]),
    callers=st.sampled_from([1, 4, 12, 30]),
    lanes=st.sampled_from([(Lane.INTERACTIVE,), (Lane.BACKGROUND,), (Lane.INTERACTIVE, Lane.BACKGROUND)]),
    idle=st.sampled_from(list(IDLE_CALLERS.values())),
    seed=st.integers(0, 2**32),
)
def test_no_call_is_refused_whatever_the_limits_and_the_traffic(  # noqa: PLR0917 - what there is to vary
    redis_url: str,
    app: dict[int, int],
    method: dict[int, int],
    latency: tuple[float, float],
    trouble: float,
    processes: int,
    callers: int,
    lanes: tuple[Lane, ...],
    idle: float,
    seed: int,
) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    riot = _riot(app, method)
    simulation = Simulation(redis_url, riot, random.Random(seed), latency, processes=processes, trouble=trouble)
    _in_virtual_time(simulation.run(20, callers=callers, lanes=lanes, idle=idle))
    assert riot.answered > 0
    assert riot.refused == 0


@pytest.mark.parametrize("processes", [1, 4, 8])
def test_of_a_development_key_all_is_used_and_people_do_not_wait(redis_url: str, processes: int) -> None:
    """Under a backfill that takes what it can get, with answers that take 50-250 ms."""
    _all_is_used(redis_url, {1: 20, 120: 100}, people=0.08, seconds=480, processes=processes, share=0.95)


@pytest.mark.parametrize(("processes", "seconds"), [(1, 30), (4, 100), (8, 30)])
def test_of_a_production_key_all_is_used_and_people_do_not_wait(redis_url: str, processes: int, seconds: float) -> None:
    """Nor after many windows, when nobody has seen one open for long."""
    _all_is_used(redis_url, {10: 500, 600: 30000}, people=5.0, seconds=seconds, processes=processes)


def _all_is_used(
    url: str, app: dict[int, int], *, people: float, seconds: float, processes: int, share: float = 0.99
) -> None:
    """`people` make half as many calls a second as are theirs at the least; that `share` of them hardly waits."""
    riot = _riot(app, {10: 2000})
    simulation = Simulation(url, riot, random.Random(processes), (0.05, 0.25), processes=processes, redis_takes=0.001)
    _in_virtual_time(simulation.run(seconds, callers=48, lanes=(Lane.BACKGROUND,), people=people))
    allowed = min(calls * seconds / length for length, calls in app.items())
    assert riot.refused == 0
    assert riot.answered >= 0.98 * allowed
    assert sorted(simulation.waits)[int(share * len(simulation.waits))] <= 0.05


@pytest.mark.parametrize("app", [{1: 20, 4: 60}, {4: 40}, {10: 500}])
def test_a_backfill_alone_borrows_what_people_do_not_take(redis_url: str, app: dict[int, int]) -> None:
    riot = _riot(app, {5: 1000})
    simulation = Simulation(redis_url, riot, random.Random(1), (0.01, 0.1), processes=2)
    _in_virtual_time(simulation.run(40, callers=48, lanes=(Lane.BACKGROUND,)))
    assert riot.refused == 0
    assert riot.answered >= 0.9 * min(calls * 40 / length for length, calls in app.items())


@pytest.mark.parametrize("processes", [1, 2, 8])
@pytest.mark.parametrize("app", [{10: 100}, {1: 20, 5: 60}])
@pytest.mark.parametrize("seed", range(2))
def test_an_emptied_redis_costs_a_moment_and_no_429(
    redis_url: str, processes: int, app: dict[int, int], seed: int
) -> None:
    """At any moment, with Riot's windows in the middle or used up: what is known is told anew."""
    dice = random.Random(f"{processes} {app} {seed}")
    riot = _riot(app, {5: 1000})
    simulation = Simulation(redis_url, riot, dice, (0.05, 0.25), processes=processes)
    seconds = dice.uniform(16, 50)

    async def flush() -> None:
        client = Redis.from_url(redis_url)
        await client.flushall()
        await client.aclose()

    _in_virtual_time(simulation.run(seconds, callers=24, midway=flush))
    assert riot.refused == 0
    assert riot.answered >= 0.65 * min(calls * seconds / length for length, calls in app.items())


def test_a_redis_that_falls_back_behind_causes_no_429(redis_url: str) -> None:
    """Restored from a copy, or failed over to a replica that lags: it keeps its epoch and has forgotten the rest."""
    riot = _riot({10: 100}, {5: 1000})
    simulation = Simulation(redis_url, riot, random.Random(5), (0.05, 0.25), processes=4)
    copies: dict[Any, Any] = {}

    async def copy() -> None:
        async with Redis.from_url(redis_url) as client:
            for name in await client.keys():
                copies[name] = await client.dump(name)

    async def put_back() -> None:
        async with Redis.from_url(redis_url) as client:
            await client.flushall()
            for name, content in copies.items():
                await client.restore(name, 0, content)

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(simulation.run(40, callers=24, midway=put_back))
            await asyncio.sleep(17)
            await _really(copy())

    _in_virtual_time(both())
    assert copies
    assert riot.refused == 0
    assert riot.answered >= 0.7 * 400


@pytest.mark.parametrize("lane", [Lane.INTERACTIVE, Lane.BACKGROUND])
def test_methods_and_processes_take_turns(redis_url: str, lane: Lane) -> None:
    """Where each exchange with Redis takes a while, nobody's lines come last for ever."""
    riot = _riot({1: 20}, {10: 2000})
    simulation = Simulation(redis_url, riot, random.Random(3), (0.05, 0.25), processes=4, redis_takes=0.02)
    _in_virtual_time(simulation.run(30, callers=36, lanes=(lane,)))
    # A third of the callers makes the rare ones.
    assert riot.arrived["rare"] >= 0.6 * riot.arrived["frequent"] / 2
    assert min(simulation.calls_of.values()) >= 0.4 * max(simulation.calls_of.values())


@pytest.mark.parametrize("how", ["died", "was cancelled"])
def test_a_call_that_did_not_end_properly_leaves_people_their_room(redis_url: str, how: str) -> None:
    """Later on, too, background calls get a fifth of a fresh window at once, and not all of it."""

    async def work() -> None:
        loop = asyncio.get_running_loop()
        riot, budget = _riot({120: 100}, {10: 2000}), SimulatedBudget(redis_url, random.Random(1))
        one = Simulation(redis_url, riot, random.Random(1), (0.05, 0.06))
        await one._call(budget, Lane.BACKGROUND, "frequent", patience=5)
        await asyncio.sleep(300)
        waiting = asyncio.create_task(budget.acquire("americas", "frequent", Lane.BACKGROUND, patience=5))
        if how == "was cancelled":
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(300)
        taken, end = 0, loop.time() + 0.5
        with suppress(RateLimited):
            while loop.time() < end:
                await budget.acquire("americas", "frequent", Lane.BACKGROUND, patience=0)
                taken += 1
        assert 15 <= taken <= 21
        await budget.close()

    _in_virtual_time(work())
