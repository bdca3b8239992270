"""Who fights whom, when, and who walks away."""

import math
from functools import partial

from src.sandbox.riot.generator import rift_map
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.rift_map import LANE_OF, enemy_of
from src.sandbox.riot.generator.rift_state import RiftState
from src.sandbox.riot.generator.seats import BLUE, RED

_MINUTE = 60_000
# Fights per minute in [0-2), [2-5), [5-10), [10-15), [15-20), [20-25), later.
_FIGHTS = ((2, 0.15), (5, 1.3), (10, 1.6), (15, 1.45), (20, 1.0), (25, 1.1), (99, 1.2))
_TEAMFIGHTS_FROM_MS = 14 * _MINUTE
_SCUFFLES_FROM_MS = 8 * _MINUTE
_STRENGTH_SLOPE = 3.4
_LANE_WEIGHTS = (("TOP", 27), ("MIDDLE", 30), ("BOTTOM", 43))
_KILL_WEIGHT = {"TOP": 1.0, "JUNGLE": 1.1, "MIDDLE": 1.2, "BOTTOM": 1.25, "UTILITY": 0.24}
_EXECUTION_CHANCE = 0.012
_HELPS = {"TOP": -0.1, "UTILITY": 0.12}
_ROAMS = {"JUNGLE": 0.38, "UTILITY": 0.14, "MIDDLE": 0.09}


class Skirmishes:
    """Starts fights at a rate that grows from lane duels to team fights."""

    def __init__(self, game: RiftState) -> None:
        self._game = game
        self._busy_until_ms = 0

    def step(self) -> None:
        """Maybe start a fight."""
        game = self._game
        if game.now < self._busy_until_ms:
            return
        minute = game.now / _MINUTE
        rate = next(rate for until, rate in _FIGHTS if minute < until) * math.sqrt(game.queue.pace)
        if not game.chance(rate / 12):
            return
        if game.now < _SCUFFLES_FROM_MS or (game.now < _TEAMFIGHTS_FROM_MS and game.chance(0.9)):
            self._lane_fight()
        else:
            self.brawl(rift_map.scatter(rift_map.along_lane(game.rng.choice(rift_map.LANES), 0.5), 1_800, game.rng))
        if game.chance(_EXECUTION_CHANCE):
            self._execution()

    def brawl(self, place: Point) -> None:
        """A fight, or the hunt for somebody alone, that whoever is near joins."""
        game = self._game
        pick = game.chance(0.4)
        present = [
            fighter
            for fighter in game.fighters
            if fighter.alive(game.now)
            and game.chance((0.45 if pick else 0.78) + _HELPS.get(fighter.seat.position, 0.0))
        ]
        self._fight(present, place)

    def _lane_fight(self) -> None:
        game, rng = self._game, self._game.rng
        lane = rng.choices([name for name, _ in _LANE_WEIGHTS], [weight for _, weight in _LANE_WEIGHTS])[0]
        present: list[Fighter] = []
        for fighter in game.fighters:
            position = fighter.seat.position
            at_home = LANE_OF.get(position) == LANE_OF[lane]
            chance = 0.93 if at_home else _ROAMS.get(position, 0.06)
            if fighter.alive(game.now) and game.chance(chance):
                present.append(fighter)
        push = 0.5 + rng.uniform(-0.12, 0.12)
        self._fight(present, rift_map.scatter(rift_map.along_lane(LANE_OF[lane], push), 600, rng))

    def _fight(self, present: list[Fighter], place: Point) -> None:
        """Decide a winner, then let people die over the next seconds."""
        game, rng = self._game, self._game.rng
        sides = {team: [fighter for fighter in present if fighter.team == team] for team in (BLUE, RED)}
        if not sides[BLUE] or not sides[RED]:
            return
        advantage = math.log(_strength(sides[BLUE]) / _strength(sides[RED]))
        winner = BLUE if game.favours(_STRENGTH_SLOPE * advantage) else RED
        loser = enemy_of(winner)
        fallen = [fighter for fighter in sides[loser] if game.chance(0.56)]
        if not fallen and game.chance(0.75):
            fallen = [rng.choice(sides[loser])]
        survivor = rng.choice(sides[winner])
        fallen += [fighter for fighter in sides[winner] if fighter is not survivor and game.chance(0.3)]
        rng.shuffle(fallen)
        at_ms = game.now + rng.randrange(1_000, 5_000)
        for fighter in present:
            fighter.errand, fighter.busy_until_ms = place, game.now + 25_000
        for victim in fallen:
            spot = rift_map.scatter(place, 500, rng)
            game.later(at_ms, partial(self._strike, victim, sides[enemy_of(victim.team)], spot))
            at_ms += rng.randrange(600, 5_500)
        self._busy_until_ms = at_ms + 5_000
        losses = sum(1 if fighter.team == loser else -1 for fighter in fallen)
        ahead = winner if losses > 0 else loser if losses < 0 else None
        for team in sides:
            if team != ahead:
                game.hold(team, self._busy_until_ms)
        if ahead is not None:
            game.later(at_ms + 500, lambda _: game.fight_won(ahead))

    def _strike(self, victim: Fighter, enemies: list[Fighter], place: Point, at_ms: int) -> None:
        game, rng = self._game, self._game.rng
        ready = [fighter for fighter in enemies if fighter.alive(at_ms)]
        if not victim.alive(at_ms) or not ready:
            return
        weights = [
            _KILL_WEIGHT.get(fighter.seat.position, 1.0) * math.exp(0.4 * fighter.seat.form) * fighter.gold
            for fighter in ready
        ]
        killer = rng.choices(ready, weights)[0]
        assisting = [
            fighter
            for fighter in ready
            if fighter is not killer and game.chance(0.95 if fighter.seat.position == "UTILITY" else 0.8)
        ]
        game.book.kill(at_ms, killer, victim, assisting, place)

    def _execution(self) -> None:
        game = self._game
        victim = game.rng.choice(game.fighters)
        if victim.alive(game.now):
            tower = rift_map.STRUCTURES[
                (enemy_of(victim.team), LANE_OF.get(victim.seat.position, "MID_LANE"), "INNER_TURRET")
            ]
            game.later(
                game.now + 3_000,
                lambda at_ms: game.book.kill(at_ms, None, victim, [], tower) if victim.alive(at_ms) else None,
            )


def _strength(side: list[Fighter]) -> float:
    return sum((2_500 + fighter.gold) * math.exp(0.07 * fighter.seat.form) for fighter in side)
