"""Where things are on Summoner's Rift, in the map units of match-v5 (0 to about 14,900)."""

import random

from src.sandbox.riot.generator.fighter import Point
from src.sandbox.riot.generator.seats import BLUE, RED

SIZE = 14_870
LANES = ("TOP_LANE", "MID_LANE", "BOT_LANE")
LANE_OF = {"TOP": "TOP_LANE", "MIDDLE": "MID_LANE", "BOTTOM": "BOT_LANE", "UTILITY": "BOT_LANE"}
FOUNTAINS: dict[int, Point] = {BLUE: (560, 580), RED: (14_330, 14_380)}
DRAGON_PIT: Point = (9_837, 4_397)
BARON_PIT: Point = (5_007, 10_471)
ATAKHAN_PIT: Point = (11_723, 3_511)

OUTER, INNER, BASE, INHIBITOR = "OUTER_TURRET", "INNER_TURRET", "BASE_TURRET", "INHIBITOR"
LANE_ORDER = (OUTER, INNER, BASE, INHIBITOR)
"""The order in which a lane's structures can fall."""

STRUCTURES: dict[tuple[int, str, str], Point] = {
    (BLUE, "TOP_LANE", OUTER): (981, 10_441),
    (BLUE, "TOP_LANE", INNER): (1_512, 6_699),
    (BLUE, "TOP_LANE", BASE): (1_169, 4_287),
    (BLUE, "TOP_LANE", INHIBITOR): (1_171, 3_571),
    (BLUE, "MID_LANE", OUTER): (5_846, 6_396),
    (BLUE, "MID_LANE", INNER): (5_048, 4_812),
    (BLUE, "MID_LANE", BASE): (3_651, 3_696),
    (BLUE, "MID_LANE", INHIBITOR): (3_203, 3_208),
    (BLUE, "BOT_LANE", OUTER): (10_504, 1_029),
    (BLUE, "BOT_LANE", INNER): (6_919, 1_483),
    (BLUE, "BOT_LANE", BASE): (4_281, 1_253),
    (BLUE, "BOT_LANE", INHIBITOR): (3_452, 1_236),
    (RED, "TOP_LANE", OUTER): (4_318, 13_875),
    (RED, "TOP_LANE", INNER): (7_943, 13_411),
    (RED, "TOP_LANE", BASE): (10_481, 13_650),
    (RED, "TOP_LANE", INHIBITOR): (11_261, 13_676),
    (RED, "MID_LANE", OUTER): (8_955, 8_510),
    (RED, "MID_LANE", INNER): (9_767, 10_113),
    (RED, "MID_LANE", BASE): (11_134, 11_207),
    (RED, "MID_LANE", INHIBITOR): (11_598, 11_667),
    (RED, "BOT_LANE", OUTER): (13_866, 4_505),
    (RED, "BOT_LANE", INNER): (13_327, 8_226),
    (RED, "BOT_LANE", BASE): (13_624, 10_572),
    (RED, "BOT_LANE", INHIBITOR): (13_604, 11_316),
}
NEXUS_TURRETS: dict[int, tuple[Point, Point]] = {
    BLUE: ((1_748, 2_270), (2_177, 1_807)),
    RED: ((13_052, 12_612), (12_611, 13_084)),
}

_CAMPS: tuple[Point, ...] = (
    *((3_800, 7_900), (2_150, 8_400), (3_800, 6_500)),
    *((6_950, 5_450), (7_770, 4_000), (8_450, 2_700)),
)
_LANE_PATHS: dict[str, tuple[Point, ...]] = {
    "TOP_LANE": ((1_170, 4_300), (1_250, 10_400), (2_400, 12_700), (4_300, 13_850), (10_500, 13_650)),
    "MID_LANE": ((3_650, 3_700), (7_430, 7_430), (11_130, 11_200)),
    "BOT_LANE": ((4_280, 1_250), (10_500, 1_050), (12_600, 2_300), (13_850, 4_500), (13_620, 10_570)),
}


def scatter(point: Point, radius: int, rng: random.Random) -> Point:
    """A place up to `radius` away on either axis, kept on the map."""
    x, y = point
    return (
        min(SIZE, max(100, x + rng.randint(-radius, radius))),
        min(SIZE, max(100, y + rng.randint(-radius, radius))),
    )


def along_lane(lane: str, share: float) -> Point:
    """The point at `share` (0 at blue's base turret, 1 at red's) of a lane.

    >>> along_lane("MID_LANE", 0.5)
    (7430, 7430)
    """
    path = _LANE_PATHS[lane]
    position = min(0.999, max(0.0, share)) * (len(path) - 1)
    index = int(position)
    (x0, y0), (x1, y1) = path[index], path[index + 1]
    part = position - index
    return int(x0 + (x1 - x0) * part), int(y0 + (y1 - y0) * part)


def mirrored(point: Point) -> Point:
    """The same place on the other team's side."""
    return SIZE - point[0], SIZE - point[1]


def camp(team_id: int, rng: random.Random) -> Point:
    """A jungle camp of this team."""
    place = rng.choice(_CAMPS)
    return place if team_id == BLUE else mirrored(place)


def enemy_of(team_id: int) -> int:
    """The other team."""
    return RED if team_id == BLUE else BLUE
