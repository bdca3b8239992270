"""Gold, experience and damage that come without a fight: minions, camps, poke."""

from src.sandbox.riot.generator.combat import hurt, split
from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.items import HEALTH_POTION
from src.sandbox.riot.generator.rift_state import RiftState
from src.sandbox.riot.generator.simulation import STEP_MS

_MINUTE = 60_000
_FIRST_MINIONS_MS = 95_000
# Per minute of presence in [0-5), [5-10), [10-15), [15-20), later: tuned to ranked games of 15.x.
_LANE_CS = {
    "TOP": (8.3, 8.2, 8.6, 8.4, 7.4),
    "JUNGLE": (0.1, 0.35, 0.8, 1.4, 1.6),
    "MIDDLE": (9.2, 8.7, 9.3, 9.2, 8.2),
    "BOTTOM": (8.9, 8.9, 9.4, 9.4, 8.8),
    "UTILITY": (1.7, 1.5, 1.3, 0.9, 0.8),
}
_JUNGLE_CS = {"JUNGLE": (8.7, 6.8, 6.9, 7.0, 6.6), "TOP": (0.0, 0.03, 0.02, 0.1, 0.2)}
_NO_JUNGLE = (0.0, 0.0, 0.0, 0.08, 0.2)
_EXPERIENCE = {
    "TOP": (540, 495, 505, 520, 600),
    "JUNGLE": (415, 365, 430, 510, 610),
    "MIDDLE": (560, 480, 500, 525, 620),
    "BOTTOM": (375, 365, 385, 450, 560),
    "UTILITY": (330, 250, 265, 310, 400),
}
_POKE = {
    "TOP": (230, 280, 260, 270, 300),
    "JUNGLE": (60, 100, 150, 220, 260),
    "MIDDLE": (230, 240, 330, 400, 470),
    "BOTTOM": (200, 190, 250, 280, 330),
    "UTILITY": (130, 100, 90, 90, 90),
}
_FARM_DAMAGE = {"TOP": 5_000, "JUNGLE": 9_500, "MIDDLE": 5_100, "BOTTOM": 5_400, "UTILITY": 620}
_FARM_TAKEN = {"TOP": 230, "JUNGLE": 620, "MIDDLE": 130, "BOTTOM": 110, "UTILITY": 90}
_MINION_GOLD = (19.0, 20.0, 22.5, 26.0, 28.0)
_POTION_CHANCE = 0.03
_MONSTER_GOLD, _SUPPORT_GOLD = 23.5, 56.0


class LaneIncome:
    """What a fighter earns in a step for being where the role belongs."""

    def __init__(self, game: RiftState) -> None:
        self._game = game

    def step(self, fighter: Fighter) -> None:
        """Five seconds of passive gold and, when alive and not away, of farming."""
        game = self._game
        game.passive_income(fighter, STEP_MS / 1000)
        if fighter is game.absent or not fighter.alive(game.now) or game.now < _FIRST_MINIONS_MS:
            return
        position = fighter.seat.position
        phase = min(4, game.now // (5 * _MINUTE))
        minutes = STEP_MS / _MINUTE * game.queue.pace
        away = 0.5 if game.now < fighter.busy_until_ms else 1.0
        skill = max(0.35, 1 + 0.08 * fighter.seat.form + 0.25 * (fighter.gold / game.opponent(fighter).gold - 1))
        share = minutes * away * skill
        self._farm(fighter, share, phase)
        game.learn(fighter, _EXPERIENCE[position][phase] * minutes * away * (0.5 + 0.5 * skill), game.moment())
        if HEALTH_POTION in fighter.inventory and game.chance(_POTION_CHANCE):
            game.shop.consume(fighter, HEALTH_POTION, game.moment())
        if position == "UTILITY":
            self._support_item(fighter, share)
        self._poke(fighter, _POKE[position][phase] * share)

    def _farm(self, fighter: Fighter, share: float, phase: int) -> None:
        position = fighter.seat.position
        fighter.cs_debt += _LANE_CS[position][phase] * share * self._game.rng.uniform(0.4, 1.6)
        fighter.jungle_debt += _JUNGLE_CS.get(position, _NO_JUNGLE)[phase] * share
        minions = int(fighter.cs_debt)
        fighter.cs_debt -= minions
        # Camps come in threes and fours, not one monster at a time.
        monsters = int(fighter.jungle_debt) if fighter.jungle_debt >= 3 or position != "JUNGLE" else 0  # noqa: PLR2004
        fighter.jungle_debt -= monsters
        fighter.lane_cs += minions
        fighter.jungle_cs += monsters
        fighter.gold += minions * _MINION_GOLD[phase] + monsters * _MONSTER_GOLD
        damage = int(_FARM_DAMAGE[position] * share * (0.45 + 0.11 * phase * 2))
        fighter.to_others.add(*split(damage, fighter.seat.champion.style))
        fighter.taken.add(int(_FARM_TAKEN[position] * share * 0.8), int(_FARM_TAKEN[position] * share * 0.2), 0)

    def _support_item(self, fighter: Fighter, share: float) -> None:
        gold = _SUPPORT_GOLD * share
        fighter.support_gold += gold
        if fighter.support_gold < 1_100:  # noqa: PLR2004
            fighter.gold += gold
            self._game.shop.upgrade_support_item(fighter, self._game.moment())
        else:
            fighter.gold += gold * 0.4

    def _poke(self, fighter: Fighter, amount: float) -> None:
        """Damage between champions that kills nobody."""
        game = self._game
        rng = game.rng
        target = game.opponent(fighter)
        if game.now > 14 * _MINUTE or not target.alive(game.now):
            target = rng.choice([other for other in game.fighters if other.team != fighter.team])
        if target.alive(game.now) and game.chance(0.4):
            hurt(fighter, target, int(amount / 0.4 * rng.uniform(0.5, 1.5)))
            fighter.controlled_ms += rng.randrange(0, 900)
