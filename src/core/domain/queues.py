"""What people call a queue, and whom they play there, from Riot's queue list."""

from typing import Final

_NAMES: Final = {
    0: "Custom game",
    400: "Normal (Draft Pick)", 420: "Ranked Solo/Duo", 430: "Normal (Blind Pick)", 440: "Ranked Flex",
    450: "ARAM", 480: "Swiftplay", 490: "Quickplay",
    700: "Clash", 720: "ARAM Clash",
    830: "Co-op vs. AI (Intro)", 840: "Co-op vs. AI (Beginner)", 850: "Co-op vs. AI (Intermediate)",
    870: "Co-op vs. AI (Intro)", 880: "Co-op vs. AI (Beginner)", 890: "Co-op vs. AI (Intermediate)",
    900: "ARURF", 920: "Legend of the Poro King", 940: "Nexus Siege", 950: "Doom Bots (Voting)", 960: "Doom Bots",
    1010: "Snow ARURF", 1020: "One for All", 1200: "Nexus Blitz", 1300: "Nexus Blitz", 1400: "Ultimate Spellbook",
    1700: "Arena", 1710: "Arena", 1750: "Arena",
    1810: "Swarm (solo)", 1820: "Swarm (duo)", 1830: "Swarm (trio)", 1840: "Swarm (quad)",
    1900: "Pick URF", 2000: "Tutorial 1", 2010: "Tutorial 2", 2020: "Tutorial 3",
}  # fmt: skip

# Modes that keep their name while their queue ids come and go.
_MODES: Final = {"CHERRY": "Arena", "ARAM": "ARAM", "STRAWBERRY": "Swarm", "URF": "URF", "ARURF": "ARURF"}

# Co-op vs. AI, Doom Bots, Swarm and the tutorial.
_AGAINST_THE_GAME: Final = frozenset({830, 840, 850, 870, 880, 890, 950, 960, *range(1810, 1841, 10), 2000, 2010, 2020})
_MODES_AGAINST_THE_GAME: Final = frozenset({"STRAWBERRY"})


def is_against_people(queue_id: int, mode: str = "") -> bool:
    """False of a queue whose opponents are the game's own: winning there says nothing of how somebody plays.

    >>> is_against_people(420, "CLASSIC"), is_against_people(870, "CLASSIC"), is_against_people(1850, "STRAWBERRY")
    (True, False, False)
    """
    return queue_id not in _AGAINST_THE_GAME and mode not in _MODES_AGAINST_THE_GAME


def queue_name(queue_id: int, mode: str = "") -> str:
    """The queue's name; for one that Chimera has not met, what is known of it.

    >>> queue_name(420, "CLASSIC")
    'Ranked Solo/Duo'
    >>> queue_name(1799, "CHERRY")
    'Arena (queue 1799)'
    >>> queue_name(4242)
    'queue 4242'
    """
    if queue_id in _NAMES:
        return _NAMES[queue_id]
    return f"{_MODES[mode]} (queue {queue_id})" if mode in _MODES else f"queue {queue_id}"
