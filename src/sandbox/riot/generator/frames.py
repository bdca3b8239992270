"""The per-minute snapshot of a participant, as `participantFrames` has it."""

import random
from typing import Any

from src.sandbox.riot.generator.champions import Style
from src.sandbox.riot.generator.fighter import Fighter

_BASE_ATTACK = 58
_ATTACK_PER_LEVEL = 3.1
_HEALTH_PER_LEVEL = 104
_STURDY = frozenset({Style.FIGHTER, Style.TANK, Style.ENGAGE})


def growth(level: int) -> float:
    """How many of the 17 level-ups' worth of stats a champion has: the game's own curve.

    >>> growth(1), growth(18)
    (0.0, 17.0)
    """
    return (level - 1) * (0.7025 + 0.0175 * (level - 1))


def max_health(fighter: Fighter) -> int:
    """Health of the champion at its level with its items."""
    return int(fighter.seat.champion.health + _HEALTH_PER_LEVEL * growth(fighter.level) + fighter.bonus("health"))


def participant_frame(fighter: Fighter, now_ms: int, rng: random.Random) -> dict[str, Any]:
    """One `ParticipantFrameDto`: gold and damage cumulative, `currentGold` what is not spent."""
    champions, others, taken = fighter.to_champions, fighter.to_others, fighter.taken
    x, y = fighter.position
    return {
        "championStats": _champion_stats(fighter, now_ms, rng),
        "currentGold": max(0, fighter.total_gold - fighter.spent),
        "damageStats": {
            "magicDamageDone": champions.magic + others.magic,
            "magicDamageDoneToChampions": champions.magic,
            "magicDamageTaken": taken.magic,
            "physicalDamageDone": champions.physical + others.physical,
            "physicalDamageDoneToChampions": champions.physical,
            "physicalDamageTaken": taken.physical,
            "totalDamageDone": champions.total + others.total,
            "totalDamageDoneToChampions": champions.total,
            "totalDamageTaken": taken.total,
            "trueDamageDone": champions.true + others.true,
            "trueDamageDoneToChampions": champions.true,
            "trueDamageTaken": taken.true,
        },
        "goldPerSecond": 0,
        "jungleMinionsKilled": fighter.jungle_cs,
        "level": fighter.level,
        "minionsKilled": fighter.lane_cs,
        "participantId": fighter.pid,
        "position": {"x": x, "y": y},
        "timeEnemySpentControlled": fighter.controlled_ms,
        "totalGold": fighter.total_gold,
        "xp": int(fighter.experience),
    }


def _champion_stats(fighter: Fighter, now_ms: int, rng: random.Random) -> dict[str, int]:
    grown = growth(fighter.level)
    champion = fighter.seat.champion
    sturdy = champion.style in _STURDY
    health = max_health(fighter)
    resource = int(champion.resource + 42 * grown) if champion.resource > 200 else champion.resource  # noqa: PLR2004
    full = now_ms == 0
    alive = fighter.alive(now_ms)
    return {
        "abilityHaste": fighter.bonus("haste"),
        "abilityPower": fighter.bonus("power"),
        "armor": int((36 if sturdy else 24) + 4.6 * grown) + fighter.bonus("armor"),
        "armorPen": 0,
        "armorPenPercent": 0,
        "attackDamage": int(_BASE_ATTACK + _ATTACK_PER_LEVEL * grown) + fighter.bonus("attack"),
        "attackSpeed": int(100 + 2.6 * grown) + fighter.bonus("speed"),
        "bonusArmorPenPercent": 0,
        "bonusMagicPenPercent": 0,
        "ccReduction": 0,
        "cooldownReduction": 0,
        "health": health if full else int(health * rng.uniform(0.35, 1.0)) if alive else 0,
        "healthMax": health,
        "healthRegen": int(14 + 1.4 * grown),
        "lifesteal": 0,
        "magicPen": 0,
        "magicPenPercent": 0,
        "magicResist": int((32 if sturdy else 30) + (2.05 if sturdy else 1.3) * grown) + fighter.bonus("resist"),
        "movementSpeed": 335 + fighter.bonus("move"),
        "omnivamp": 0,
        "physicalVamp": 0,
        "power": resource if full else int(resource * rng.uniform(0.2, 1.0)),
        "powerMax": resource,
        "powerRegen": int(16 + 1.1 * grown) if resource else 0,
        "spellVamp": 0,
    }
