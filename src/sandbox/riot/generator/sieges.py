"""Plates, towers, inhibitors and the nexus, in the order the map allows."""

import math
from typing import Any, NamedTuple

from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.rift_map import (
    BASE,
    INHIBITOR,
    INNER,
    LANE_OF,
    LANE_ORDER,
    LANES,
    NEXUS_TURRETS,
    OUTER,
    STRUCTURES,
    enemy_of,
)
from src.sandbox.riot.generator.rift_state import RiftState
from src.sandbox.riot.generator.seats import BLUE, RED

_MINUTE = 60_000
_PLATES = 5
_PLATES_FALL_MS = 14 * _MINUTE
_PLATE_GOLD = 125
_INHIBITOR_RESPAWN_MS = 5 * _MINUTE
_GOLD = {OUTER: (250, 50), INNER: (425, 50), BASE: (375, 50), INHIBITOR: (50, 50), "NEXUS_TURRET": (0, 50)}
# Chance per minute that an even attacker takes the next structure of a lane, by kind: (until minute, rate).
_RATES = {
    OUTER: ((8, 0.0), (11, 0.006), (14, 0.03), (20, 0.13), (99, 0.24)),
    INNER: ((14, 0.0), (20, 0.03), (26, 0.07), (99, 0.15)),
    BASE: ((17, 0.0), (22, 0.015), (28, 0.05), (99, 0.12)),
    INHIBITOR: ((17, 0.0), (99, 0.6)),
}
_NEXUS_RATE = 0.3


class _Structure(NamedTuple):
    defender: int
    lane: str
    kind: str
    place: Point


class Sieges:
    """Which structures stand, and who pushes."""

    def __init__(self, game: RiftState) -> None:
        self._game = game
        self._fallen: dict[tuple[int, str], int] = {(team, lane): 0 for team in (BLUE, RED) for lane in LANES}
        self._inhibitor_back_ms: dict[tuple[int, str], int] = {}
        self._nexus_turrets = {BLUE: 2, RED: 2}
        self._plates: dict[tuple[int, str], int] = dict.fromkeys(self._fallen, _PLATES)
        self._cooldown_ms = {BLUE: 0, RED: 0}
        self.first_tower_taken = False

    def step(self) -> None:
        """Maybe a plate or a structure falls on either side."""
        game = self._game
        if game.now < 3 * _MINUTE:
            return
        for attacker in (BLUE, RED):
            defender = enemy_of(attacker)
            if game.now < _PLATES_FALL_MS:
                self._chip(attacker, defender)
            if game.now < self._cooldown_ms[attacker] or game.ended_ms:
                continue
            force = self._force(attacker)
            if self._open_nexus(defender):
                if game.in_command(attacker) and game.chance(_NEXUS_RATE * force / 12):
                    self._strike_nexus(attacker, defender)
                continue
            self._push(attacker, defender, force)

    def _push(self, attacker: int, defender: int, force: float) -> None:
        game = self._game
        minute = game.now / _MINUTE
        for lane in LANES:
            index = self._next(defender, lane)
            if index is None:
                continue
            kind = LANE_ORDER[index]
            rate = next(rate for until, rate in _RATES[kind] if minute * game.queue.pace < until)
            if game.chance(rate * force / 12):
                self._fell(attacker, defender, lane, index)
                return

    def _force(self, attacker: int) -> float:
        game = self._game
        force = math.exp(5.0 * game.lead(attacker))
        if game.initiative(attacker):
            force *= 4.5
        elif game.initiative(enemy_of(attacker)):
            force *= 0.15
        if game.baron_until[attacker] > game.now:
            force *= 2.2
        # Games end: after half an hour nobody can hold a base for ever.
        return force * math.pow(max(1.0, (game.now / _MINUTE - 26) / 5), 1.5)

    def _next(self, defender: int, lane: str) -> int | None:
        fallen = self._fallen[defender, lane]
        if fallen < len(LANE_ORDER):
            return fallen
        if self._inhibitor_back_ms.get((defender, lane), 0) <= self._game.now:
            return LANE_ORDER.index(INHIBITOR)
        return None

    def _open_nexus(self, defender: int) -> bool:
        return any(self._inhibitor_back_ms.get((defender, lane), 0) > self._game.now for lane in LANES)

    def _chip(self, attacker: int, defender: int) -> None:
        game = self._game
        for lane in LANES:
            plates = self._plates[defender, lane]
            if self._fallen[defender, lane] or plates <= 1:
                continue
            if game.chance(0.115 * math.exp(3 * game.lead(attacker)) / 12):
                self._break_plate(game.moment(), attacker, defender, lane)

    def _break_plate(self, at_ms: int, attacker: int, defender: int, lane: str) -> None:
        takers = self._present(attacker, lane, at_ms)
        self._plates[defender, lane] -= 1
        x, y = STRUCTURES[defender, lane, OUTER]
        killer = takers[0] if takers else None
        self._game.record(
            "TURRET_PLATE_DESTROYED",
            at_ms,
            killerId=killer.pid if killer else 0,
            laneType=lane,
            position={"x": x, "y": y},
            teamId=defender,
        )
        for fighter in takers:
            fighter.gold += _PLATE_GOLD / len(takers)
            fighter.tally("turretPlatesTaken")

    def _fell(self, attacker: int, defender: int, lane: str, index: int) -> None:
        game = self._game
        at_ms = game.moment()
        kind = LANE_ORDER[index]
        takers = self._present(attacker, lane, at_ms)
        if kind == OUTER:
            while at_ms < _PLATES_FALL_MS and self._plates[defender, lane]:
                self._break_plate(at_ms, attacker, defender, lane)
        if kind == INHIBITOR:
            self._inhibitor_back_ms[defender, lane] = at_ms + _INHIBITOR_RESPAWN_MS
        self._fallen[defender, lane] = max(self._fallen[defender, lane], index + 1)
        self._write(at_ms, _Structure(defender, lane, kind, STRUCTURES[defender, lane, kind]), takers)
        self._cooldown_ms[attacker] = at_ms + (9_000 if game.initiative(attacker) else 25_000)

    def _strike_nexus(self, attacker: int, defender: int) -> None:
        game = self._game
        at_ms = game.moment()
        takers = self._present(attacker, "MID_LANE", at_ms)
        if self._nexus_turrets[defender]:
            self._nexus_turrets[defender] -= 1
            place = NEXUS_TURRETS[defender][self._nexus_turrets[defender]]
            self._write(at_ms, _Structure(defender, "MID_LANE", "NEXUS_TURRET", place), takers)
            self._cooldown_ms[attacker] = at_ms + 4_000
            game.fight_won(attacker)
            return
        game.end(attacker, lambda: self._nexus_falls(takers))

    def _nexus_falls(self, takers: list[Fighter]) -> None:
        self._game.nexus_fell = True
        for place, fighter in enumerate(takers):
            fighter.tally("nexusTakedowns")
            fighter.tally("nexusKills", int(not place))

    def _present(self, attacker: int, lane: str, at_ms: int) -> list[Fighter]:
        """Who of the attackers hits the structure; the first one gets the last hit."""
        game, rng = self._game, self._game.rng
        late = game.now > _PLATES_FALL_MS
        takers = [
            fighter
            for fighter in game.team(attacker)
            if fighter.alive(at_ms)
            and game.chance(0.5 if late else 0.85 if LANE_OF.get(fighter.seat.position) == lane else 0.12)
        ]
        takers.sort(key=lambda fighter: rng.random() + (fighter.seat.position == "UTILITY"))
        return takers

    def _write(self, at_ms: int, structure: _Structure, takers: list[Fighter]) -> None:
        game = self._game
        defender, lane, kind, place = structure
        killer = takers[0] if takers and not game.chance(0.08) else None
        assisting = takers[1:] if killer else takers
        fields: dict[str, Any] = {}
        if assisting:
            fields["assistingParticipantIds"] = sorted(assistant.pid for assistant in assisting)
        tower = kind != INHIBITOR
        fields |= {
            "bounty": 0,
            "buildingType": "TOWER_BUILDING" if tower else "INHIBITOR_BUILDING",
            "killerId": killer.pid if killer else 0,
            "laneType": lane,
            "position": {"x": place[0], "y": place[1]},
            "teamId": defender,
        }
        if tower:
            fields["towerType"] = kind
        game.record("BUILDING_KILL", at_ms, **fields)
        if tower and not self.first_tower_taken:
            self.first_tower_taken = True
            if killer:
                killer.tally("firstTowerKill")
            for assistant in assisting:
                assistant.tally("firstTowerAssist")
        self._pay(kind, enemy_of(defender), takers)

    def _pay(self, kind: str, attacker: int, takers: list[Fighter]) -> None:
        local, everyone = _GOLD[kind]
        for fighter in self._game.team(attacker):
            fighter.gold += everyone
        for fighter in takers:
            fighter.gold += local / len(takers)
            damage = self._game.rng.randrange(500, 2_600) // len(takers)
            fighter.to_buildings += damage
            fighter.to_others.add(damage, 0, 0)
