"""The profile icons that every League of Legends account owns from its first day."""

from types import MappingProxyType
from typing import Final

STARTER_ICONS: Final = MappingProxyType({
    0: "Blue Minion Bruiser Icon", 1: "Blue Minion Hammer Time Icon", 2: "Blue Cannon Minion Icon",
    3: "Blue Minion Caster Icon", 4: "Blue Mountain Icon", 5: "Blue Super Minion Icon", 6: "Ole Paw Icon",
    7: "Debonair Rose Icon", 8: "Ancient Golem Icon", 9: "Daggers Icon", 10: "Winged Sword Icon",
    11: "Lizard Elder Icon", 12: "Fully Stacked Mejai's Icon", 13: "Red Cannon Minion Icon",
    14: "Red Siege Minion Icon", 15: "Red Bruiser Minion Icon", 16: "Red Caster Minion Icon",
    17: "Red Super Minion Icon", 18: "Mix Mix Icon", 19: "Targon Icon", 20: "Shurima Icon", 21: "Tree of Life Icon",
    22: "Revive Icon", 23: "Lil' Sprout Icon", 24: "Spike Shield Icon", 25: "Level One Critter Icon",
    26: "Level Two Critter Icon", 27: "Wraith Icon", 28: "Tibbers Icon",
})  # fmt: skip
"""Profile icon ids and what the client's icon picker calls them in English, which is also what it searches.

Titles: the client's `summoner-icons.json`, as CommunityDragon publishes it (rcp-be-lol-game-data, v1), which says of
these that they are unlocked by creating an account. Pictures: Data Dragon, `img/profileicon/{id}.png`.
"""
