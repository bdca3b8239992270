"""Generated games to look at, played once per run."""

import random

import pytest

from src.sandbox.riot.generator import QUEUES, GamePlan, MatchPair, Queue, generate
from src.sandbox.riot.generator.people import stranger

CREATED_MS = 1_778_000_000_000  # May 2026
SEEDS = 24


def plan_for(queue: Queue, seed: int, *, remake: bool = False, created_ms: int = CREATED_MS) -> GamePlan:
    """A game of strangers in this queue."""
    rng = random.Random(f"roster {seed}")
    people = 5 if queue.bots else queue.players
    return GamePlan(
        match_id=f"NA1_{5_000_000_000 + 1_000 * queue.id + 2 * seed + remake}",
        queue=queue,
        created_ms=created_ms + seed * 3_600_000,
        roster=tuple(stranger(rng, "NA1") for _ in range(people)),
        seed=f"test {seed}",
        remake=remake,
    )


@pytest.fixture(scope="session")
def rift_pairs() -> list[MatchPair]:
    """Ranked games, one per seed."""
    return [generate(plan_for(QUEUES[420], seed)) for seed in range(SEEDS)]


@pytest.fixture(scope="session")
def pair_of_queue() -> dict[int, MatchPair]:
    """One game of every queue, by queue id."""
    return {number: generate(plan_for(queue, 100)) for number, queue in QUEUES.items()}


@pytest.fixture(scope="session")
def remake_pair() -> MatchPair:
    """A game that was called off because somebody never came."""
    return generate(plan_for(QUEUES[420], 7, remake=True))
