"""Wards placed and cleared."""

from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.items import CONTROL_WARD, FARSIGHT, ORACLE_LENS, STEALTH_WARD, WORLD_ATLAS_UPGRADES
from src.sandbox.riot.generator.rift_state import RiftState

_FIRST_WARD_MS = 50_000
_PLACED_PER_MINUTE = {"TOP": 0.31, "JUNGLE": 0.34, "MIDDLE": 0.31, "BOTTOM": 0.29, "UTILITY": 0.32}
_SUPPORT_WARDS_PER_MINUTE = 1.1
_KILLED_PER_MINUTE = {"TOP": 0.07, "JUNGLE": 0.14, "MIDDLE": 0.08, "BOTTOM": 0.1, "UTILITY": 0.3}
_UNDEFINED_PER_MINUTE = 0.24
_NOBODYS_SHARE = 0.03
_SUPPORT_ITEMS = frozenset(item for item, _ in WORLD_ATLAS_UPGRADES)
_WARD_KINDS = ("SIGHT_WARD", "CONTROL_WARD", "YELLOW_TRINKET", "BLUE_TRINKET")


class Vision:
    """Writes ward events and counts them the way the match document does."""

    def __init__(self, game: RiftState) -> None:
        self._game = game

    def step(self) -> None:
        """Five seconds of warding by everybody who is alive."""
        game = self._game
        if game.now < _FIRST_WARD_MS:
            return
        for fighter in game.fighters:
            if not fighter.alive(game.now) or fighter is game.absent:
                continue
            position = fighter.seat.position
            if game.chance(_PLACED_PER_MINUTE[position] / 12) and fighter.trinket != ORACLE_LENS:
                self._place(
                    fighter, {STEALTH_WARD: "YELLOW_TRINKET", FARSIGHT: "BLUE_TRINKET"}.get(fighter.trinket, "")
                )
            if game.chance(_SUPPORT_WARDS_PER_MINUTE / 12) and not _SUPPORT_ITEMS.isdisjoint(fighter.inventory):
                self._place(fighter, "SIGHT_WARD")
            if CONTROL_WARD in fighter.inventory and game.chance(0.1):
                self._place(fighter, "CONTROL_WARD")
            if game.chance(_KILLED_PER_MINUTE[position] / 12):
                self._clear(fighter)
            if game.chance(_UNDEFINED_PER_MINUTE / 12):
                creator = 0 if game.chance(_NOBODYS_SHARE) else fighter.pid
                game.record("WARD_PLACED", game.moment(), creatorId=creator, wardType="UNDEFINED")

    def _place(self, fighter: Fighter, kind: str) -> None:
        if not kind:
            return
        at_ms = self._game.moment()
        self._game.record("WARD_PLACED", at_ms, creatorId=fighter.pid, wardType=kind)
        fighter.tally("wardsPlaced")
        if kind == "CONTROL_WARD":
            fighter.tally("controlWardsPlaced")
            self._game.shop.consume(fighter, CONTROL_WARD, at_ms)
        elif kind in {"SIGHT_WARD", "YELLOW_TRINKET"}:
            fighter.tally("stealthWardsPlaced")

    def _clear(self, fighter: Fighter) -> None:
        at_ms = self._game.moment()
        kind = self._game.rng.choices(_WARD_KINDS, (36, 32, 19, 13))[0]
        self._game.record("WARD_KILL", at_ms, killerId=fighter.pid, wardType=kind)
        fighter.tally("wardsKilled")
        if at_ms < 20 * 60_000:
            fighter.tally("wardTakedownsBefore20M")
