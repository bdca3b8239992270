"""Experience, levels, death timers and champion growth, as the live game has them."""

from bisect import bisect_right

MAX_LEVEL = 18
EXPERIENCE_FOR_LEVEL = (
    *(0, 280, 660, 1140, 1720, 2400, 3180, 4060, 5040),
    *(6120, 7300, 8580, 9960, 11440, 13020, 14700, 16480, 18360),
)
"""Total experience at which level `index + 1` is reached."""

_KILL_EXPERIENCE = (
    *(42, 114, 144, 174, 204, 234, 308, 392, 486),
    *(590, 640, 690, 740, 790, 840, 890, 940, 990),
)
_DEATH_SECONDS = (10, 10, 12, 12, 14, 16, 20, 25, 28, 32.5, 35, 37.5, 40, 42.5, 45, 47.5, 50, 52.5)
_ULTIMATE_LEVELS = frozenset({6, 11, 16})


def level_at(experience: float) -> int:
    """The level that `experience` amounts to, 1 to 18.

    >>> level_at(279), level_at(280), level_at(1e6)
    (1, 2, 18)
    """
    return bisect_right(EXPERIENCE_FOR_LEVEL, experience)


def kill_experience(victim_level: int) -> int:
    """Experience for killing a champion of this level, before it is shared."""
    return _KILL_EXPERIENCE[victim_level - 1]


def death_timer_ms(level: int, at_ms: int) -> int:
    """How long a champion stays dead, in ms; it grows after minute 15."""
    late = min(0.5, max(0.0, at_ms / 60_000 - 15) * 0.013)
    return int(_DEATH_SECONDS[level - 1] * (1 + late) * 1000)


def skill_for_level(level: int, first: int, second: int) -> int:
    """The ability (1-4: Q, W, E, R) put up at `level` by somebody who maxes `first`, then `second`.

    Abilities 1-3 take five points each and 4 three, as the game allows.
    """
    third = 6 - first - second
    if level in _ULTIMATE_LEVELS:
        return 4
    order = (
        first,
        second,
        third,
        first,
        first,
        first,
        second,
        first,
        second,
        second,
        second,
        third,
        third,
        third,
        third,
    )
    before = sum(1 for ultimate in _ULTIMATE_LEVELS if ultimate < level)
    return order[level - before - 1]
