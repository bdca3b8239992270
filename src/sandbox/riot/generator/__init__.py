"""Generates matches with their timelines: the same seed always gives the same documents."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from .abyss import AbyssGame
from .arena import ArenaGame
from .match_document import match_document
from .plan import GamePlan
from .queues import QUEUES, Course, Queue
from .rift import RiftGame
from .seats import draft
from .timeline_document import timeline_document

if TYPE_CHECKING:
    from .simulation import Simulation

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
