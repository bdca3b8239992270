"""The places of Summoner's Rift once more, each half said outright instead of turning one into the other."""

from typing import Final

from tests.acceptance.facts_again.game import Point, squared_distance

SIDE: Final = 14870
CIRCLES: Final = (
    ("blue_base", (1650, 1650), 3200),
    ("red_base", (SIDE - 1650, SIDE - 1650), 3200),
    ("baron_pit", (5005, 10465), 950),
    ("dragon_pit", (SIDE - 5005, SIDE - 10465), 950),
)


def place(point: Point) -> str:
    for name, centre, radius in CIRCLES:
        if squared_distance(point, centre) <= radius**2:
            return name
    x, y = point
    above_mid, towards_red = y - x, x + y - SIDE
    if abs(above_mid) <= 1200:
        return "mid_lane"
    if above_mid > 0:
        if x <= 2000 or y >= SIDE - 2000 or above_mid >= 9300:
            return "top_lane"
        return _river_or_jungle("top", towards_red, (-1600, 1000))
    if y <= 2000 or x >= SIDE - 2000 or above_mid <= -9300:
        return "bot_lane"
    return _river_or_jungle("bot", towards_red, (-1000, 1600))


def _river_or_jungle(half: str, towards_red: int, banks: tuple[int, int]) -> str:
    if banks[0] <= towards_red <= banks[1]:
        return f"river_{half}"
    return f"{'red' if towards_red > 0 else 'blue'}_{half}_jungle"
