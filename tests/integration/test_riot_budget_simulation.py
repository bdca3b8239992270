"""The budget's scripts against a model of Riot, in simulated time: minutes of traffic pass in a second.

Only the clock of the scripts is replaced; the rest is the adapter and a real Redis.
"""

import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis

from src.adapters.riot_budget import RedisRiotBudget
from src.adapters.riot_budget.adapter import _lua
from src.core.domain.job import Lane
from src.core.ports.riot_budget import Permit
from tests.fakes.riot_windows import RiotWindows

CLOCK = "local function clock()"
SIMULATED_CLOCK = (
    "local function clock() return tonumber(redis.call('GET', 'simulated time')) end\nlocal function _wall()"
)
Latency = tuple[float, float]
IDLE_CALLERS = {"busy": 0.0, "steady": 0.3, "sparse": 2.0}  # mean seconds between a caller's calls


@dataclass
class Simulation:
    """Callers that call again and again, and now and then get no answer or die on the way."""

    redis: Redis
    budget: RedisRiotBudget
    riot: RiotWindows
    dice: random.Random
    latency: Latency
    idle: float
    lanes: tuple[Lane, ...] = (Lane.INTERACTIVE,)
    trouble: float = 0.0  # share of calls that get no answer, and of those that die
    now: float = 1000.0
    numbers: Any = field(default_factory=itertools.count)
    events: list[tuple[float, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)

    async def run(self, callers: int, seconds: float) -> None:
        for caller in range(callers):
            self._later(self.dice.uniform(0, 0.5), partial(self._begin, caller))
        end = self.now + seconds
        while self.events[0][0] < end:
            self.now, _, event = heapq.heappop(self.events)
            await self.redis.set("simulated time", repr(self.now))
            await event()

    def _later(self, seconds: float, event: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self.events, (self.now + seconds, next(self.numbers), event))

    async def _begin(self, caller: int) -> None:
        method = "rare" if caller % 3 == 0 else "frequent"
        await self._ask(caller, Permit(str(next(self.numbers)), "americas", method))

    async def _ask(self, caller: int, permit: Permit) -> None:
        wait, unknown = await self.budget._ask(permit, self.lanes[caller % len(self.lanes)])
        if wait or unknown:
            pause = max(min(wait, 2.0), 0.03 if unknown else 0.0) + self.dice.uniform(0, 0.005)
            return self._later(pause, lambda: self._ask(caller, permit))
        latency = self.dice.uniform(*self.latency) * (10 if self.dice.random() < 0.02 else 1)
        before = latency * self.dice.random()
        if self.dice.random() < self.trouble:  # the process dies; the call may have gone out
            if self.dice.random() < 0.5:
                self._later(before, lambda: self._arrive(caller, permit, None))
            return self._later(1.0, lambda: self._begin(caller))
        self._later(before, lambda: self._arrive(caller, permit, latency - before))
        return None

    async def _arrive(self, caller: int, permit: Permit, remaining: float | None) -> None:
        status, headers = self.riot.arrive(permit.method)
        if remaining is not None:
            silent = self.dice.random() < self.trouble
            self._later(remaining, lambda: self._end(caller, permit, None if silent else status, headers))

    async def _end(self, caller: int, permit: Permit, status: int | None, headers: dict[str, str]) -> None:
        await self.budget.report(permit, status=status, headers=headers if status else {})
        self._later(self.dice.expovariate(1 / self.idle) if self.idle else 0.0, lambda: self._begin(caller))


def _dice(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def budget(redis_url: str) -> AsyncIterator[RedisRiotBudget]:
    budget = RedisRiotBudget(url=redis_url, api_key="simulated")
    for name in ("acquire", "report"):
        source = _lua(name)
        assert source.count(CLOCK) == 1
        setattr(budget, f"_{name}", budget._redis.register_script(source.replace(CLOCK, SIMULATED_CLOCK)))
    yield budget
    await budget.close()


@pytest.mark.parametrize("seed", range(5))
async def test_no_call_is_refused_whatever_the_traffic(redis: Redis, budget: RedisRiotBudget, seed: int) -> None:
    dice = _dice(seed)
    latency: Latency = dice.choice([(0.001, 0.01), (0.01, 0.1), (0.05, 0.5), (0.2, 1.5)])
    simulation = Simulation(
        redis,
        budget,
        RiotWindows(
            app={1: dice.randint(2, 30), dice.choice([3, 5, 10]): dice.randint(10, 80)},
            method={dice.choice([1, 2, 4, 7]): dice.randint(3, 60)},
            clock=lambda: simulation.now,
        ),
        dice,
        latency,
        dice.choice(list(IDLE_CALLERS.values())),
        dice.choice([(Lane.INTERACTIVE,), (Lane.BACKGROUND,), (Lane.INTERACTIVE, Lane.BACKGROUND)]),
        trouble=dice.choice([0.0, 0.03]),
    )
    await simulation.run(callers=dice.choice([1, 4, 12, 30]), seconds=10)
    assert simulation.riot.answered > 0
    assert simulation.riot.refused == 0


@pytest.mark.parametrize("app", [{1: 20, 4: 60}, {4: 40}])
async def test_of_what_is_allowed_nine_tenths_are_used(
    redis: Redis, budget: RedisRiotBudget, app: dict[int, int]
) -> None:
    riot = RiotWindows(app=app, method={5: 1000}, clock=lambda: simulation.now)
    simulation = Simulation(redis, budget, riot, _dice(1), (0.01, 0.1), idle=0.0)
    await simulation.run(callers=24, seconds=12)
    assert riot.refused == 0
    assert riot.answered >= 0.9 * min(calls * 12 / seconds for seconds, calls in app.items())


async def test_the_allowance_is_found_again_after_a_flush(redis: Redis, budget: RedisRiotBudget) -> None:
    """Riot's windows are then in the middle; the counts in its answers tell where. The call that finds out may fail."""
    riot = RiotWindows(app={1: 20}, method={5: 1000}, clock=lambda: simulation.now)
    simulation = Simulation(redis, budget, riot, _dice(2), (0.01, 0.1), idle=0.0)
    await simulation.run(callers=12, seconds=3.5)
    await redis.flushall()
    riot.answered = 0
    simulation.events.clear()
    await simulation.run(callers=12, seconds=6)
    assert riot.refused <= 1
    assert riot.answered >= 0.8 * 6 * 20  # a 429 costs a window
