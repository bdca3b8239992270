"""The Arena: small teams fight in rounds until one is left."""

import math
import random
from functools import partial

from src.sandbox.riot.generator.combat import KillBook
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.queues import Queue
from src.sandbox.riot.generator.seats import BLUE, RED, Seat
from src.sandbox.riot.generator.shop import Shop
from src.sandbox.riot.generator.simulation import Simulation

_ROUND_MS = 70_000
_FIRST_ROUND_MS = 60_000
_ROUND_GOLD = 1_000
_ROUND_EXPERIENCE = 1_550
_START_LIVES = 100
_SPOTS: tuple[Point, ...] = ((2_900, 14_400), (11_900, 14_400), (2_900, 2_700), (11_900, 2_700))
_AUGMENTS = tuple(range(1, 230))
_AUGMENT_ROUNDS = (1, 4, 7, 10)


class ArenaGame(Simulation):
    """Teams of two or three; each round pairs them off, the losers lose lives."""

    start_level = 3

    def __init__(self, queue: Queue, seats: list[Seat], rng: random.Random) -> None:
        super().__init__(queue, seats, rng)
        self._book = KillBook(self)
        self._shop = Shop(self)
        self._lives = {seat.subteam: _START_LIVES for seat in seats}
        self._placements: dict[int, int] = {}
        self._augments: dict[int, list[int]] = {seat.participant_id: [] for seat in seats}
        self._round = 0
        self._next_round_ms = _FIRST_ROUND_MS

    def prepare(self) -> None:
        """Level 3, and money for a first item."""
        super().prepare()
        for fighter in self.fighters:
            self.skill_up(fighter, 1, self.moment())
        self._shop.open(guardians=True, consumables=False)

    def side_of(self, fighter: Fighter) -> list[Fighter]:
        """The subteam."""
        return [other for other in self.fighters if other.seat.subteam == fighter.seat.subteam]

    def step(self) -> None:
        """Start a round when it is time."""
        if self.now < self._next_round_ms:
            return
        self._round += 1
        self._next_round_ms = self.now + _ROUND_MS
        for fighter in self.fighters:
            if fighter.seat.subteam not in self._placements:
                self._between_rounds(fighter)
        self._pair_off()

    def whereabouts(self, fighter: Fighter) -> Point:
        """On the island where the subteam fights this round."""
        x, y = _SPOTS[(fighter.seat.subteam + self._round) % len(_SPOTS)]
        return x + self.rng.randint(-900, 900), y + self.rng.randint(-400, 400)

    def placement(self, fighter: Fighter) -> int:
        """1 for the last team standing."""
        return self._placements[fighter.seat.subteam]

    def augments(self, fighter: Fighter) -> list[int]:
        """The augments chosen, padded to six."""
        chosen = self._augments[fighter.pid]
        return chosen + [0] * (6 - len(chosen))

    def won(self, fighter: Fighter) -> bool:
        """The better half wins."""
        return self.placement(fighter) <= len(self._lives) // 2

    def shown_team(self, fighter: Fighter) -> int:
        """100 for the better half; it means nothing here."""
        return BLUE if self.won(fighter) else RED

    def _between_rounds(self, fighter: Fighter) -> None:
        fighter.gold += _ROUND_GOLD
        fighter.dead_until_ms = min(fighter.dead_until_ms, self.now)
        self.learn(fighter, _ROUND_EXPERIENCE, self.moment())
        self._shop.visit(fighter, self.moment())
        if self._round in _AUGMENT_ROUNDS:
            self._augments[fighter.pid].append(self.rng.choice(_AUGMENTS))

    def _standing(self) -> list[int]:
        return [subteam for subteam in self._lives if subteam not in self._placements]

    def _pair_off(self) -> None:
        teams = self._standing()
        self.rng.shuffle(teams)
        for first, second in zip(teams[::2], teams[1::2], strict=False):
            self._duel(first, second)
        settle_ms = self.now + _ROUND_MS - 15_000
        self.later(settle_ms, lambda _: self._settle())

    def _members(self, subteam: int) -> list[Fighter]:
        return [fighter for fighter in self.fighters if fighter.seat.subteam == subteam]

    def _duel(self, first: int, second: int) -> None:
        rng = self.rng
        power = [
            sum((3_000 + fighter.gold) * math.exp(0.1 * fighter.seat.form) for fighter in self._members(team))
            for team in (first, second)
        ]
        edge = 3.0 * math.log(power[0] / power[1])
        winner, loser = (first, second) if self.favours(edge) else (second, first)
        victims = self._members(loser) + [fighter for fighter in self._members(winner)[1:] if self.chance(0.3)]
        rng.shuffle(victims)
        at_ms = self.now + rng.randrange(12_000, 30_000)
        place = self.whereabouts(victims[0])
        for victim in victims:
            foe = winner if victim.seat.subteam == loser else loser
            self.later(at_ms, partial(self._strike, victim, foe, place))
            at_ms += rng.randrange(1_500, 9_000)
        self._lives[loser] -= rng.randint(6, 10) + 2 * self._round

    def _strike(self, victim: Fighter, foe: int, place: Point, at_ms: int) -> None:
        ready = [fighter for fighter in self._members(foe) if fighter.alive(at_ms)]
        if not ready or not victim.alive(at_ms):
            return
        killer = self.rng.choice(ready)
        self._book.kill(at_ms, killer, victim, [fighter for fighter in ready if fighter is not killer], place)

    def _settle(self) -> None:
        """Teams without lives are out, worst first; the last one wins."""
        standing = self._standing()
        out = sorted((team for team in standing if self._lives[team] <= 0), key=lambda team: self._lives[team])
        for team in out:
            if len(self._standing()) > 1:
                self._placements[team] = len(self._standing())
        if len(self._standing()) == 1:
            self._placements[self._standing()[0]] = 1
            self.finish(BLUE)
