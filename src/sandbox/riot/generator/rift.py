"""A game on Summoner's Rift: lanes, jungle, fights, monsters and towers until a nexus falls."""

import random
from functools import partial

from src.sandbox.riot.generator import rift_map
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.income import LaneIncome
from src.sandbox.riot.generator.items import WORLD_ATLAS
from src.sandbox.riot.generator.monsters import Monsters
from src.sandbox.riot.generator.queues import Queue
from src.sandbox.riot.generator.rift_map import LANE_OF, enemy_of
from src.sandbox.riot.generator.rift_state import RiftState
from src.sandbox.riot.generator.seats import BLUE, RED, Seat
from src.sandbox.riot.generator.sieges import Sieges
from src.sandbox.riot.generator.skirmishes import Skirmishes
from src.sandbox.riot.generator.vision import Vision

_ROAM_MS = 18 * 60_000
_RECALL_EVERY_MS = 200_000
_RECALL_GOLD = 1_000
_HURRY_GOLD = 9_000
_SURRENDER_FROM_MS = 15 * 60_000 + 5_000
_HOPELESS = 0.13
_NOBODYS_EVENTS_CHANCE = 0.3


class RiftGame(RiftState):
    """One five against five game; in a `remake` somebody never connects and it is called off in its fourth minute."""

    def __init__(
        self, queue: Queue, seats: list[Seat], rng: random.Random, *, season: int, remake: bool = False
    ) -> None:
        super().__init__(queue, seats, rng, season=season)
        self.remake = remake
        if remake:
            self.absent = rng.choice(self.fighters)
        self._income = LaneIncome(self)
        self._skirmishes = Skirmishes(self)
        self._monsters = Monsters(self, self._skirmishes.brawl)
        self._sieges = Sieges(self)
        self._vision = Vision(self)
        self._remake_at = rng.randrange(185, 215) * 1000

    def prepare(self) -> None:
        """Starting items and the first skill point."""
        self.shop.open()
        if self.chance(_NOBODYS_EVENTS_CHANCE):
            # Riot's timelines often begin with events of a participant 0.
            self.record("SKILL_LEVEL_UP", 0, levelUpType="NORMAL", participantId=0, skillSlot=4)
            self.record("ITEM_PURCHASED", 0, itemId=WORLD_ATLAS, participantId=0)
        for fighter in self.fighters:
            at_ms = self.rng.randrange(10_000, 58_000)
            self.later(at_ms, partial(self.skill_up, fighter, 1))

    def step(self) -> None:
        """Income, errands, then whatever the teams do to each other."""
        for fighter in self.fighters:
            self._income.step(fighter)
            self._recall(fighter)
        self._vision.step()
        if self.remake:
            if self.now >= self._remake_at:
                self.finish(self._leaders())
            return
        self._skirmishes.step()
        self._monsters.step()
        self._sieges.step()
        self._maybe_surrender()

    def whereabouts(self, fighter: Fighter) -> Point:
        """In the fountain when dead or shopping, else where the role belongs at this time."""
        rng = self.rng
        if not fighter.alive(self.now) or fighter is self.absent or self.now < 15_000:  # noqa: PLR2004
            return rift_map.scatter(rift_map.FOUNTAINS[fighter.team], 200, rng)
        if fighter.errand is not None and self.now < fighter.busy_until_ms:
            return rift_map.scatter(fighter.errand, 350, rng)
        position = fighter.seat.position
        if position == "JUNGLE":
            side = fighter.team if self.chance(0.8 + self.lead(enemy_of(fighter.team))) else enemy_of(fighter.team)
            return rift_map.scatter(rift_map.camp(side, rng), 450, rng)
        lane = LANE_OF[position]
        if self.now > _ROAM_MS and self.chance(0.55):
            lane = rng.choice(rift_map.LANES)
        push = 0.5 + 0.35 * self.lead() + rng.uniform(-0.1, 0.1)
        behind = 0.02 if fighter.team == BLUE else -0.02
        return rift_map.scatter(rift_map.along_lane(lane, push - behind), 320, rng)

    def _recall(self, fighter: Fighter) -> None:
        """Shop on respawn, or walk home when there is something worth buying."""
        if fighter is self.absent:
            return
        if not fighter.alive(self.now):
            if fighter.last_shop_ms < fighter.dead_until_ms - 60_000 and self.chance(0.3):
                self.shop.visit(fighter, self.moment())
            return
        waited = self.now - fighter.last_shop_ms
        if waited < _RECALL_EVERY_MS or self.now < fighter.busy_until_ms:
            return
        purse = fighter.total_gold - fighter.spent
        if purse > _RECALL_GOLD and self.chance(purse / _HURRY_GOLD):
            fighter.errand = rift_map.FOUNTAINS[fighter.team]
            fighter.busy_until_ms = self.now + 20_000
            self.shop.visit(fighter, self.moment())

    def _leaders(self) -> int:
        return BLUE if self.lead() >= 0 else RED

    def _maybe_surrender(self) -> None:
        if self.now < _SURRENDER_FROM_MS or self.queue.bots or self.now % 60_000:
            return
        behind = abs(self.lead())
        if behind > _HOPELESS and self.in_command(self._leaders()) and self.chance((behind - 0.1) * 2.0):
            self.end(self._leaders(), self._give_up)

    def _give_up(self) -> None:
        self.surrendered = True
