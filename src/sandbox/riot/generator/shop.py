"""Buying items along a build: components first, then what they make."""

from collections import Counter
from functools import partial

from src.sandbox.riot.generator.champions import Style
from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.items import (
    BOOTS,
    CONTROL_WARD,
    FARSIGHT,
    GUARDIANS,
    HEALTH_POTION,
    ITEMS,
    JUNGLE_COMPANIONS,
    LEGENDARIES,
    LEGENDARY_IDS,
    ORACLE_LENS,
    STARTERS,
    STEALTH_WARD,
    WORLD_ATLAS,
    WORLD_ATLAS_UPGRADES,
)
from src.sandbox.riot.generator.simulation import Simulation

_SLOTS = 6
_LATE_MS = 9 * 60_000
_SELL_SHARE = 0.4
_REGRET_CHANCE = 0.1
_LONG_SWORD = 1036
_CONTROL_WARD_CHANCE = {"UTILITY": 0.9, "JUNGLE": 0.4, "MIDDLE": 0.3}


class Shop:
    """Spends the fighters' gold and writes the item events."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._plans: dict[int, list[int]] = {}

    def open(self, *, guardians: bool = False, consumables: bool = True) -> None:
        """Starting items for everybody, bought in the first half minute."""
        sim = self._sim
        for fighter in sim.fighters:
            style = fighter.seat.champion.style
            legendaries = list(LEGENDARIES[style])
            head, tail = legendaries[:2], legendaries[2:]
            sim.rng.shuffle(tail)
            self._plans[fighter.pid] = [head[0], sim.rng.choice(BOOTS[style]), head[1], *tail]
            at_ms = sim.rng.randrange(2_000, 40_000) if not guardians else sim.rng.randrange(950, 4_800)
            sim.later(at_ms, partial(self._start, fighter, guardians=guardians, extras=consumables))

    def visit(self, fighter: Fighter, at_ms: int) -> None:
        """Buy what the purse allows; call it when the fighter is in base."""
        fighter.last_shop_ms = at_ms
        self._swap_trinket(fighter, at_ms)
        for _ in range(5):
            if not self._buy_next(fighter, at_ms):
                break
        if fighter.seat.position:
            self._control_ward(fighter, at_ms)
        if self._sim.chance(_REGRET_CHANCE):
            self._regret(fighter, at_ms)

    def upgrade_support_item(self, fighter: Fighter, at_ms: int) -> None:
        """World Atlas turns into its next stage once it has earned enough."""
        for (item, threshold), before in zip(
            WORLD_ATLAS_UPGRADES, (WORLD_ATLAS, WORLD_ATLAS_UPGRADES[0][0]), strict=True
        ):
            if before in fighter.inventory and fighter.support_gold >= threshold:
                self._destroy(fighter, before, at_ms)
                fighter.inventory.append(item)

    def consume(self, fighter: Fighter, item: int, at_ms: int) -> None:
        """Use up a potion or a ward."""
        self._destroy(fighter, item, at_ms)

    def _start(self, fighter: Fighter, at_ms: int, *, guardians: bool, extras: bool) -> None:
        style, position = fighter.seat.champion.style, fighter.seat.position
        if guardians:
            first = GUARDIANS[style]
        elif position == "JUNGLE":
            first = self._sim.rng.choice(JUNGLE_COMPANIONS)
        else:
            first = WORLD_ATLAS if position == "UTILITY" else STARTERS[style]
        self._pay(fighter, first, at_ms)
        if extras and self._purse(fighter) >= ITEMS[HEALTH_POTION].price:
            self._pay(fighter, HEALTH_POTION, at_ms + 150)
            fighter.consumables += 1
        if position:
            fighter.trinket = STEALTH_WARD
            self._write(fighter, "ITEM_PURCHASED", STEALTH_WARD, at_ms + 300)
            fighter.bought += 1

    def _buy_next(self, fighter: Fighter, at_ms: int) -> bool:
        plan = self._plans[fighter.pid]
        while plan and plan[0] in fighter.inventory:
            plan.pop(0)
        if not plan:
            return False
        return self._advance(fighter, plan[0], at_ms)

    def _advance(self, fighter: Fighter, wanted: int, at_ms: int) -> bool:
        """Buy `wanted` or, failing that, the best affordable part of it."""
        item = ITEMS[wanted]
        held = _parts_held(fighter, item.parts)
        price = item.price - sum(ITEMS[part].price for part in held)
        if self._purse(fighter) >= price and self._make_room(fighter, len(held), at_ms):
            for part in held:
                self._destroy(fighter, part, at_ms)
            self._pay(fighter, wanted, at_ms, price=price)
            if wanted in LEGENDARY_IDS:
                fighter.legendaries.append(wanted)
            return True
        missing = Counter(item.parts) - Counter(held)
        parts = sorted(missing.elements(), key=lambda part: -ITEMS[part].price)
        return any(self._advance(fighter, part, at_ms) for part in parts)

    def _make_room(self, fighter: Fighter, freed: int, at_ms: int) -> bool:
        if len(fighter.inventory) - freed < _SLOTS:
            return True
        starters = {HEALTH_POTION, *STARTERS.values(), *GUARDIANS.values(), *JUNGLE_COMPANIONS}
        for item in fighter.inventory:
            if item in starters:
                fighter.inventory.remove(item)
                self._write(fighter, "ITEM_SOLD", item, at_ms)
                fighter.spent -= int(ITEMS[item].price * _SELL_SHARE)
                return True
        return False

    def _control_ward(self, fighter: Fighter, at_ms: int) -> None:
        wanted = _CONTROL_WARD_CHANCE.get(fighter.seat.position, 0.16)
        room = len(fighter.inventory) < _SLOTS and CONTROL_WARD not in fighter.inventory
        if room and self._purse(fighter) >= ITEMS[CONTROL_WARD].price and self._sim.chance(wanted):
            self._pay(fighter, CONTROL_WARD, at_ms)
            fighter.control_wards_bought += 1

    def _regret(self, fighter: Fighter, at_ms: int) -> None:
        """Buy something and take it back: two events that change nothing."""
        price = ITEMS[_LONG_SWORD].price
        if self._purse(fighter) < price or len(fighter.inventory) >= _SLOTS:
            return
        self._write(fighter, "ITEM_PURCHASED", _LONG_SWORD, at_ms)
        self._sim.record("ITEM_UNDO", at_ms, afterId=0, beforeId=_LONG_SWORD, goldGain=price, participantId=fighter.pid)

    def _swap_trinket(self, fighter: Fighter, at_ms: int) -> None:
        if fighter.trinket != STEALTH_WARD or at_ms < _LATE_MS or not self._sim.chance(0.4):
            return
        lens = fighter.seat.position in {"JUNGLE", "UTILITY"} or fighter.seat.champion.style is Style.ASSASSIN
        self._write(fighter, "ITEM_DESTROYED", STEALTH_WARD, at_ms)
        fighter.trinket = ORACLE_LENS if lens else FARSIGHT
        self._write(fighter, "ITEM_PURCHASED", fighter.trinket, at_ms)
        fighter.bought += 1

    def _purse(self, fighter: Fighter) -> int:
        return fighter.total_gold - fighter.spent

    def _pay(self, fighter: Fighter, item: int, at_ms: int, *, price: int | None = None) -> None:
        fighter.spent += ITEMS[item].price if price is None else price
        fighter.inventory.append(item)
        fighter.bought += 1
        self._write(fighter, "ITEM_PURCHASED", item, at_ms)

    def _destroy(self, fighter: Fighter, item: int, at_ms: int) -> None:
        fighter.inventory.remove(item)
        self._write(fighter, "ITEM_DESTROYED", item, at_ms)

    def _write(self, fighter: Fighter, kind: str, item: int, at_ms: int) -> None:
        self._sim.record(kind, at_ms, itemId=item, participantId=fighter.pid)


def _parts_held(fighter: Fighter, parts: tuple[int, ...]) -> list[int]:
    return list((Counter(fighter.inventory) & Counter(parts)).elements())
