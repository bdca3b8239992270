"""The budget of one process, in simulated time (what all budgets do is in the contract suite)."""

import asyncio
import random

import pytest

from src.core.domain.job import Lane
from src.core.errors import RateLimited
from tests.fakes.riot_budget import FakeRiotBudget
from tests.fakes.riot_windows import RiotWindows

MATCH = "match-v5.match"


async def _calls(budget: FakeRiotBudget, riot: RiotWindows, dice: random.Random, seconds: float, idle: float) -> None:
    """One caller after another; the fake's clock moves while they wait and while Riot thinks."""
    end = budget.now + seconds
    while budget.now < end:
        permit = await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=60)
        budget.now += dice.uniform(0.001, 0.1)
        status, headers = riot.arrive(MATCH)
        await asyncio.sleep(0)
        budget.now += dice.uniform(0.001, 0.1)
        await budget.report(permit, status=status, headers=headers)
        budget.now += dice.expovariate(1 / idle) if idle else 0.0


@pytest.mark.parametrize("idle", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("callers", [1, 6])
async def test_no_call_is_refused(callers: int, idle: float) -> None:
    budget, dice = FakeRiotBudget(), random.Random(callers)
    riot = RiotWindows(app={1: 5, 10: 30}, method={4: 16}, clock=lambda: budget.now)
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(_calls(budget, riot, dice, 60, idle))
    assert riot.refused == 0
    assert riot.answered > 0


async def test_a_call_that_is_never_reported_gives_its_place_back() -> None:
    budget = FakeRiotBudget()
    await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=0)
    with pytest.raises(RateLimited):
        await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=20)
    await budget.acquire("americas", MATCH, Lane.INTERACTIVE, patience=20)
