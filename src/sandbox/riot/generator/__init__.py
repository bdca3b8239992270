"""Generates matches with their timelines: the same seed always gives the same documents."""

import random
from typing import Any, NamedTuple

from src.sandbox.riot.generator.abyss import AbyssGame
from src.sandbox.riot.generator.arena import ArenaGame
from src.sandbox.riot.generator.match_document import match_document
from src.sandbox.riot.generator.plan import GamePlan
from src.sandbox.riot.generator.queues import QUEUES, Course, Queue
from src.sandbox.riot.generator.rift import RiftGame
from src.sandbox.riot.generator.seats import draft
from src.sandbox.riot.generator.simulation import Simulation
from src.sandbox.riot.generator.timeline_document import timeline_document

__all__ = ["QUEUES", "GamePlan", "MatchPair", "Queue", "generate"]


class MatchPair(NamedTuple):
    """The two documents match-v5 has about one game."""

    match: dict[str, Any]
    timeline: dict[str, Any]


def generate(plan: GamePlan) -> MatchPair:
    """Play the planned game and write it down."""
    rng = random.Random(plan.seed)  # noqa: S311 - reproducible on purpose
    sim = _simulation(plan, rng)
    sim.play()
    return MatchPair(match_document(plan, sim), timeline_document(plan, sim))


def _simulation(plan: GamePlan, rng: random.Random) -> Simulation:
    seats = draft(plan.queue, plan.roster, rng)
    if plan.queue.course is Course.ARENA:
        return ArenaGame(plan.queue, seats, rng)
    if plan.queue.course is Course.ABYSS:
        return AbyssGame(plan.queue, seats, rng)
    return RiftGame(plan.queue, seats, rng, season=plan.season, remake=plan.remake)
