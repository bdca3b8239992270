"""A game on one lane: ARAM on the Howling Abyss, and modes nobody knows yet."""

import math
import random
from functools import partial

from src.sandbox.riot.generator.combat import KillBook, hurt, split
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.queues import Queue
from src.sandbox.riot.generator.seats import BLUE, RED, Seat
from src.sandbox.riot.generator.shop import Shop
from src.sandbox.riot.generator.simulation import STEP_MS, Simulation

_MINUTE = 60_000
_FOUNTAINS: dict[int, Point] = {BLUE: (900, 1_000), RED: (11_850, 11_950)}
_TOWERS: dict[int, tuple[tuple[str, Point], ...]] = {
    BLUE: (
        ("INNER_TURRET", (5_448, 6_169)),
        ("BASE_TURRET", (3_809, 3_829)),
        ("INHIBITOR", (3_114, 3_101)),
        ("NEXUS_TURRET", (2_493, 2_101)),
        ("NEXUS_TURRET", (2_036, 2_552)),
    ),
    RED: (
        ("INNER_TURRET", (7_879, 6_556)),
        ("BASE_TURRET", (9_106, 8_909)),
        ("INHIBITOR", (9_718, 9_648)),
        ("NEXUS_TURRET", (10_692, 10_180)),
        ("NEXUS_TURRET", (10_295, 10_702)),
    ),
}
_FIRST_FIGHT_MS = 45_000
_FIGHTS_PER_MINUTE = 3.6
_SIEGE_FROM_MS = 5 * _MINUTE
_PASSIVE_PER_SECOND = 3.1


class AbyssGame(Simulation):
    """Five against five on a single lane, without jungle, wards or recalls."""

    start_gold = 1_400.0
    start_level = 3
    passive_from_ms = 30_000

    def __init__(self, queue: Queue, seats: list[Seat], rng: random.Random) -> None:
        super().__init__(queue, seats, rng)
        self._book = KillBook(self)
        self._shop = Shop(self)
        self._fallen = {BLUE: 0, RED: 0}
        self._push: tuple[int, int] = (0, 0)
        self._quiet_until_ms = 0

    def prepare(self) -> None:
        """Level 3 and a guardian item."""
        super().prepare()
        for fighter in self.fighters:
            self.skill_up(fighter, 1, self.moment())
        self._shop.open(guardians=True, consumables=False)

    def step(self) -> None:
        """Everybody farms and pokes; every twenty seconds or so a fight."""
        for fighter in self.fighters:
            self._income(fighter)
            if not fighter.alive(self.now) and fighter.last_shop_ms < fighter.dead_until_ms - _MINUTE // 2:
                self._shop.visit(fighter, self.moment())
        if self.now >= max(_FIRST_FIGHT_MS, self._quiet_until_ms) and self.chance(_FIGHTS_PER_MINUTE / 12):
            self._fight()
        self._siege()

    def whereabouts(self, fighter: Fighter) -> Point:
        """Around the front line, or in the fountain when dead."""
        if not fighter.alive(self.now) or self.now == 0:
            x, y = _FOUNTAINS[fighter.team]
            return x + self.rng.randint(-150, 150), y + self.rng.randint(-150, 150)
        front = 0.5 + 0.07 * (self._fallen[RED] - self._fallen[BLUE]) + (-0.03 if fighter.team == BLUE else 0.03)
        centre = int(900 + 11_000 * front)
        return centre + self.rng.randint(-600, 600), centre + self.rng.randint(-600, 600)

    def _income(self, fighter: Fighter) -> None:
        seconds = STEP_MS / 1000
        if self.now >= self.passive_from_ms:
            fighter.gold += _PASSIVE_PER_SECOND * seconds
        if not fighter.alive(self.now) or self.now < _FIRST_FIGHT_MS:
            return
        minutes = STEP_MS / _MINUTE
        fighter.cs_debt += self.rng.uniform(0, 7) * minutes
        minions = int(fighter.cs_debt)
        fighter.cs_debt -= minions
        fighter.lane_cs += minions
        fighter.gold += 20 * minions
        fighter.to_others.add(*split(int(1_500 * minutes), fighter.seat.champion.style))
        self.learn(fighter, 640 * minutes, self.moment())
        target = self.rng.choice([other for other in self.fighters if other.team != fighter.team])
        if target.alive(self.now):
            hurt(fighter, target, int(self.rng.uniform(60, 300) * minutes))

    def _strength(self, side: list[Fighter]) -> float:
        return sum((3_000 + fighter.gold) * math.exp(0.06 * fighter.seat.form) for fighter in side)

    def _fight(self) -> None:
        rng = self.rng
        sides = {team: [fighter for fighter in self.team(team) if fighter.alive(self.now)] for team in (BLUE, RED)}
        if not sides[BLUE] or not sides[RED]:
            return
        edge = 3.0 * math.log(self._strength(sides[BLUE]) / self._strength(sides[RED]))
        winner = BLUE if self.favours(edge) else RED
        fallen = [
            fighter for team in (BLUE, RED) for fighter in sides[team] if self.chance(0.18 if team == winner else 0.48)
        ]
        rng.shuffle(fallen)
        at_ms = self.now + rng.randrange(1_000, 4_000)
        for victim in fallen:
            self.later(at_ms, partial(self._strike, victim))
            at_ms += rng.randrange(500, 4_000)
        self._quiet_until_ms = at_ms + 4_000
        self._push = (winner, at_ms + 30_000)

    def _strike(self, victim: Fighter, at_ms: int) -> None:
        ready = [fighter for fighter in self.fighters if fighter.team != victim.team and fighter.alive(at_ms)]
        if not victim.alive(at_ms) or not ready:
            return
        killer = self.rng.choices(ready, [fighter.gold for fighter in ready])[0]
        assisting = [fighter for fighter in ready if fighter is not killer and self.chance(0.7)]
        self._book.kill(at_ms, killer, victim, assisting, self.whereabouts(victim))

    def _siege(self) -> None:
        attacker, until = self._push
        if self.now < _SIEGE_FROM_MS or self.now > until or self.ended_ms:
            return
        defender = RED if attacker == BLUE else BLUE
        defenders = sum(fighter.alive(self.now) for fighter in self.team(defender))
        takers = [fighter for fighter in self.team(attacker) if fighter.alive(self.now)]
        late = max(1.0, (self.now / _MINUTE - 9) / 3)
        if not takers or not self.chance(0.022 * late * max(0.3, len(takers) - defenders)):
            return
        if self._fallen[defender] == len(_TOWERS[defender]):
            takers[0].tally("nexusKills")
            self.nexus_fell = True
            self.finish(attacker)
            return
        kind, (x, y) = _TOWERS[defender][self._fallen[defender]]
        self._fallen[defender] += 1
        self._fell(kind, (x, y), defender, takers)

    def _fell(self, kind: str, place: Point, defender: int, takers: list[Fighter]) -> None:
        killer, assisting = takers[0], [fighter for fighter in takers[1:] if self.chance(0.7)]
        fields: dict[str, object] = {}
        if assisting:
            fields["assistingParticipantIds"] = [assistant.pid for assistant in assisting]
        tower = kind != "INHIBITOR"
        fields |= {
            "bounty": 0,
            "buildingType": "TOWER_BUILDING" if tower else "INHIBITOR_BUILDING",
            "killerId": killer.pid,
            "laneType": "MID_LANE",
            "position": {"x": place[0], "y": place[1]},
            "teamId": defender,
        }
        if tower:
            fields["towerType"] = kind
        self.record("BUILDING_KILL", self.moment(), **fields)
        for fighter in takers:
            fighter.gold += 100
            fighter.to_buildings += 600
            fighter.to_others.add(600, 0, 0)
