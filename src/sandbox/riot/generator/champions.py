"""The champions a generated game is played with."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a champion fights: decides items, damage types and sturdiness."""

    FIGHTER = "fighter"
    TANK = "tank"
    MAGE = "mage"
    ASSASSIN = "assassin"
    MARKSMAN = "marksman"
    ENCHANTER = "enchanter"
    ENGAGE = "engage"


@dataclass(frozen=True, slots=True)
class Champion:
    """A champion as match-v5 names it (`championId`, `championName`)."""

    id: int
    name: str
    style: Style
    health: int
    resource: int

    @property
    def spell_prefix(self) -> str:
        """The lower-case stem of its spell names in damage lists."""
        return self.name.lower()


def _champions(style: Style, *rows: tuple[int, str, int, int]) -> tuple[Champion, ...]:
    return tuple(Champion(number, name, style, health, resource) for number, name, health, resource in rows)


_TOP = (
    *_champions(
        Style.FIGHTER,
        (266, "Aatrox", 650, 0),
        (164, "Camille", 650, 339),
        (122, "Darius", 652, 263),
        (114, "Fiora", 620, 300),
        (86, "Garen", 690, 0),
        (39, "Irelia", 630, 350),
        (24, "Jax", 650, 339),
        (58, "Renekton", 660, 100),
        (875, "Sett", 670, 0),
        (92, "Riven", 630, 0),
        (799, "Ambessa", 630, 200),
    ),
    *_champions(
        Style.TANK,
        (897, "KSante", 625, 320),
        (54, "Malphite", 665, 280),
        (516, "Ornn", 660, 341),
        (98, "Shen", 610, 400),
    ),
    *_champions(Style.MAGE, (82, "Mordekaiser", 645, 100), (85, "Kennen", 580, 200), (17, "Teemo", 615, 334)),
)
_JUNGLE = (
    *_champions(
        Style.FIGHTER,
        (120, "Hecarim", 625, 280),
        (59, "JarvanIV", 640, 300),
        (64, "LeeSin", 645, 200),
        (11, "MasterYi", 640, 251),
        (254, "Vi", 655, 295),
        (234, "Viego", 630, 0),
        (5, "XinZhao", 620, 274),
        (62, "MonkeyKing", 610, 330),
    ),
    *_champions(Style.ASSASSIN, (141, "Kayn", 655, 410), (121, "Khazix", 643, 327)),
    *_champions(
        Style.MAGE,
        (131, "Diana", 640, 375),
        (245, "Ekko", 655, 280),
        (60, "Elise", 620, 324),
        (876, "Lillia", 605, 410),
        (76, "Nidalee", 610, 295),
        (9, "FiddleSticks", 650, 500),
    ),
    *_champions(Style.TANK, (32, "Amumu", 685, 285), (113, "Sejuani", 630, 400), (154, "Zac", 685, 0)),
)
_MIDDLE = (
    *_champions(
        Style.MAGE,
        (103, "Ahri", 590, 418),
        (34, "Anivia", 550, 495),
        (268, "Azir", 575, 320),
        (69, "Cassiopeia", 630, 400),
        (910, "Hwei", 580, 480),
        (7, "Leblanc", 598, 400),
        (127, "Lissandra", 620, 475),
        (61, "Orianna", 565, 418),
        (517, "Sylas", 600, 400),
        (134, "Syndra", 583, 480),
        (112, "Viktor", 600, 405),
        (45, "Veigar", 580, 490),
        (1, "Annie", 560, 418),
        (84, "Akali", 600, 200),
        (105, "Fizz", 640, 317),
        (55, "Katarina", 672, 0),
    ),
    *_champions(Style.ASSASSIN, (238, "Zed", 654, 200)),
    *_champions(Style.FIGHTER, (157, "Yasuo", 590, 100), (777, "Yone", 620, 500)),
    *_champions(Style.TANK, (3, "Galio", 600, 410)),
)
_BOTTOM = _champions(
    Style.MARKSMAN,
    (523, "Aphelios", 600, 348),
    (22, "Ashe", 610, 280),
    (51, "Caitlyn", 580, 315),
    (81, "Ezreal", 600, 375),
    (202, "Jhin", 655, 300),
    (222, "Jinx", 630, 260),
    (145, "Kaisa", 640, 345),
    (96, "KogMaw", 635, 325),
    (236, "Lucian", 641, 320),
    (21, "MissFortune", 625, 300),
    (360, "Samira", 630, 349),
    (15, "Sivir", 600, 340),
    (18, "Tristana", 640, 300),
    (110, "Varus", 600, 320),
    (67, "Vayne", 550, 232),
    (498, "Xayah", 630, 340),
    (221, "Zeri", 600, 250),
)
_UTILITY = (
    *_champions(
        Style.ENGAGE,
        (12, "Alistar", 685, 350),
        (53, "Blitzcrank", 600, 267),
        (201, "Braum", 610, 311),
        (89, "Leona", 646, 302),
        (111, "Nautilus", 646, 400),
        (555, "Pyke", 670, 415),
        (497, "Rakan", 610, 315),
        (526, "Rell", 620, 320),
        (412, "Thresh", 620, 274),
    ),
    *_champions(
        Style.ENCHANTER,
        (432, "Bard", 630, 350),
        (40, "Janna", 570, 360),
        (43, "Karma", 630, 374),
        (117, "Lulu", 565, 350),
        (902, "Milio", 560, 365),
        (25, "Morgana", 630, 340),
        (267, "Nami", 560, 365),
        (147, "Seraphine", 570, 360),
        (16, "Soraka", 605, 425),
        (26, "Zilean", 574, 452),
    ),
)

POSITIONS = ("TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY")

BY_POSITION: dict[str, tuple[Champion, ...]] = {
    "TOP": _TOP,
    "JUNGLE": _JUNGLE,
    "MIDDLE": _MIDDLE,
    "BOTTOM": _BOTTOM,
    "UTILITY": _UTILITY,
}

EVERY: tuple[Champion, ...] = _TOP + _JUNGLE + _MIDDLE + _BOTTOM + _UTILITY
BY_NAME: dict[str, Champion] = {champion.name: champion for champion in EVERY}
