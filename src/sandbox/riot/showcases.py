"""Games worth looking at: half an hour, turned around more than once, and the main player in the thick of it.

They are seeds, found by playing some thousands; a change of the generator makes other games of them.
"""

from typing import Final

# A week of days, six games each, none of them twice. The partner is in the main player's team in the first of three.
SHOWCASES: Final = (
    ("15420", "12489", "15134", "10657", "15290", "11037"),
    ("12462", "10352", "11109", "14179", "15221", "10016"),
    ("15264", "13071", "11698", "15253", "12110", "10772"),
    ("4271", "2613", "2317", "12607", "2146", "15279"),
    ("11971", "15560", "12626", "11634", "3929", "11439"),
    ("11227", "15320", "12740", "12390", "14171", "10406"),
    ("2772", "12592", "12448", "14545", "12963", "12070"),
)


def showcase(day: int, slot: int) -> str:
    """The seed of the game for a slot of a day: within a week, no other day has it.

    >>> showcase(3, 0), showcase(10, 6), showcase(4, 0)
    ('showcase 4271', 'showcase 4271', 'showcase 11971')
    """
    games = SHOWCASES[day % len(SHOWCASES)]
    return f"showcase {games[slot % len(games)]}"
