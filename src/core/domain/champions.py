"""What people call a champion: documents carry Data Dragon's keys."""

import re
from typing import Final

_NAMES: Final = {
    "Belveth": "Bel'Veth", "Chogath": "Cho'Gath", "DrMundo": "Dr. Mundo", "FiddleSticks": "Fiddlesticks",
    "JarvanIV": "Jarvan IV", "Kaisa": "Kai'Sa", "Khazix": "Kha'Zix", "KogMaw": "Kog'Maw", "KSante": "K'Sante",
    "Leblanc": "LeBlanc", "MonkeyKing": "Wukong", "Nunu": "Nunu & Willump", "RekSai": "Rek'Sai",
    "Renata": "Renata Glasc", "Velkoz": "Vel'Koz",
}  # fmt: skip

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


def champion_name(key: str) -> str:
    """The name on the champion's card; a key that Chimera has not met is split into its words.

    >>> champion_name("MonkeyKing"), champion_name("MissFortune"), champion_name("Strawberry_Jinx")
    ('Wukong', 'Miss Fortune', 'Jinx')
    """
    bare = key.removeprefix("Strawberry_")  # Swarm has its own copies of champions
    return _NAMES.get(bare) or _WORD_START.sub(" ", bare)
