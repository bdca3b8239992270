"""Where on Summoner's Rift a position lies.

The map (map 11) is a square from 0 to 14,870 both ways, blue's corner at the origin, the top lane along the left and
the upper edge. Turned by 180 degrees about its middle, (x, y) to (14,870 - x, 14,870 - y), it is itself with the sides
swapped; so are the places, exactly: what is said of top and of blue holds, turned, for bot and red.

In this order, all bounds included, with d = y - x (0 or more in the upper left half) and s = x + y - 14,870 (below 0
on blue's side):

1. base: within 3,200 of (1,650, 1,650), where the nexus stands. The inhibitor towers are in it.
2. pit: within 950 of the baron's (5,005, 10,465), and so of the dragon's (9,865, 4,405). Dragons and grubs die up to
   that far away from its middle.
3. mid lane: d from -1,200 to 1,200. Top lane, where d is above that: within 2,000 of the left or the upper edge, or
   beyond the chord d = 9,300 that rounds the corner.
4. upper river: s from -1,600 to 1,000, for it bends towards blue; so the lower one from -1,000 to 1,600.
5. jungle: the rest, one of four by the signs of d and s.

The bounds lie where players seldom are, and have been measured on the frames and deaths of 79 real games. There is no
edge: what lies outside the square has the place whose rule it fulfils.
"""

from typing import Final

from src.core.domain.facts.model import Place

SIZE: Final = 14_870
_BASE: Final = (1_650, 1_650, 3_200)  # x and y of the middle, and the radius
_PIT: Final = (5_005, 10_465, 950)
_MID_LANE: Final = 1_200
_SIDE_LANE: Final = 2_000
_CORNER: Final = 9_300
_BLUE_BANK, _RED_BANK = -1_600, 1_000

_TURNED: Final = {
    Place.BLUE_BASE: Place.RED_BASE,
    Place.RED_BASE: Place.BLUE_BASE,
    Place.BARON_PIT: Place.DRAGON_PIT,
    Place.MID_LANE: Place.MID_LANE,
    Place.TOP_LANE: Place.BOT_LANE,
    Place.RIVER_TOP: Place.RIVER_BOT,
    Place.BLUE_TOP_JUNGLE: Place.RED_BOT_JUNGLE,
    Place.RED_TOP_JUNGLE: Place.BLUE_BOT_JUNGLE,
}
"""The places of the upper left half, and what lies there when the map is turned."""


def place_of(x: int, y: int) -> Place:
    """The place of a position in map units."""
    return _upper(x, y) if y >= x else _TURNED[_upper(SIZE - x, SIZE - y)]


def _upper(x: int, y: int) -> Place:
    """The place of a position in the upper left half."""
    if _is_in(_BASE, x, y):
        return Place.BLUE_BASE
    if _is_in(_BASE, SIZE - x, SIZE - y):
        return Place.RED_BASE
    if _is_in(_PIT, x, y):
        return Place.BARON_PIT
    if y - x <= _MID_LANE:
        return Place.MID_LANE
    if x <= _SIDE_LANE or y >= SIZE - _SIDE_LANE or y - x >= _CORNER:
        return Place.TOP_LANE
    return _river_or_jungle(x + y - SIZE)


def _river_or_jungle(towards_red: int) -> Place:
    if _BLUE_BANK <= towards_red <= _RED_BANK:
        return Place.RIVER_TOP
    return Place.BLUE_TOP_JUNGLE if towards_red < 0 else Place.RED_TOP_JUNGLE


def _is_in(circle: tuple[int, int, int], x: int, y: int) -> bool:
    middle_x, middle_y, radius = circle
    return (x - middle_x) ** 2 + (y - middle_y) ** 2 <= radius**2
