from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.facts.model import Place
from src.core.domain.facts.places import SIZE, place_of
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.real_games import real_games

SIDES = {"blue": "red", "red": "blue", "top": "bot", "bot": "top", "baron": "dragon", "dragon": "baron"}

anywhere = st.integers(-2_000, SIZE + 2_000)


def turned(place: Place) -> Place:
    """What a place is called by who sits on the other side of the table."""
    return Place("_".join(SIDES.get(word, word) for word in place.value.split("_")))


@given(anywhere, anywhere)
def test_the_map_turned_about_its_middle_is_the_map_with_sides_swapped(x: int, y: int) -> None:
    assert place_of(SIZE - x, SIZE - y) is turned(place_of(x, y))


@pytest.mark.parametrize("x", [-1, 0, 1650, 4850, 4851, 6235, 7434, 7435, 7436, 8635, 10019, 10020, 14870, 14871])
def test_turning_holds_on_both_diagonals(x: int) -> None:
    assert place_of(SIZE - x, SIZE - x) is turned(place_of(x, x))
    assert place_of(SIZE - x, x) is turned(place_of(x, SIZE - x))


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (0, 0, Place.BLUE_BASE), (1748, 2270, Place.BLUE_BASE), (4281, 1253, Place.BLUE_BASE),
        (3651, 3696, Place.BLUE_BASE), (1169, 4287, Place.BLUE_BASE),
        (14870, 14870, Place.RED_BASE), (13624, 10572, Place.RED_BASE), (10481, 13650, Place.RED_BASE),
        (981, 10441, Place.TOP_LANE), (4318, 13875, Place.TOP_LANE), (1512, 6699, Place.TOP_LANE),
        (7943, 13411, Place.TOP_LANE), (2300, 12500, Place.TOP_LANE), (0, 14870, Place.TOP_LANE),
        (10504, 1029, Place.BOT_LANE), (13866, 4505, Place.BOT_LANE), (6919, 1483, Place.BOT_LANE),
        (5846, 6396, Place.MID_LANE), (8955, 8510, Place.MID_LANE), (5048, 4812, Place.MID_LANE),
        (5007, 10471, Place.BARON_PIT), (9866, 4414, Place.DRAGON_PIT),
        (4400, 9600, Place.RIVER_TOP), (10500, 5170, Place.RIVER_BOT),
        (3820, 7990, Place.BLUE_TOP_JUNGLE), (2110, 8450, Place.BLUE_TOP_JUNGLE), (3800, 6500, Place.BLUE_TOP_JUNGLE),
        (7770, 4010, Place.BLUE_BOT_JUNGLE), (8480, 2700, Place.BLUE_BOT_JUNGLE), (6900, 5460, Place.BLUE_BOT_JUNGLE),
        (7100, 10900, Place.RED_TOP_JUNGLE), (11050, 6880, Place.RED_BOT_JUNGLE),
    ],
)  # fmt: skip
def test_towers_pits_crabs_and_camps_are_where_players_say_they_are(x: int, y: int, place: Place) -> None:
    assert place_of(x, y) is place


@pytest.mark.parametrize(
    ("inside", "outside", "place"),
    [
        ((1650, 4850), (1650, 4851), Place.BLUE_BASE),
        ((5005, 9515), (5005, 9514), Place.BARON_PIT),
        ((6835, 8035), (6834, 8035), Place.MID_LANE),
        ((2000, 9000), (2001, 9000), Place.TOP_LANE),
        ((8000, 12870), (8000, 12869), Place.TOP_LANE),
        ((2700, 12000), (2701, 12000), Place.TOP_LANE),
        ((4270, 9000), (4269, 9000), Place.RIVER_TOP),
        ((6870, 9000), (6871, 9000), Place.RIVER_TOP),
    ],
)
def test_a_bound_is_part_of_the_place(inside: tuple[int, int], outside: tuple[int, int], place: Place) -> None:
    assert place_of(*inside) is place
    assert place_of(*outside) is not place


def test_every_place_is_somewhere() -> None:
    assert {place_of(x, y) for x in range(0, SIZE, 50) for y in range(0, SIZE, 50)} == set(Place)


@needs_real_documents
def test_in_real_games_laners_are_in_their_lanes_junglers_in_the_jungle() -> None:
    """From minute 3 to 8. Nobody always is: they walk there, help others and go shopping."""
    seen: Counter[tuple[str, str]] = Counter()
    for game in real_games():
        for person in game.match.participants:
            spots = game.detail.positions[person.participant_id][3:9] if person.position and game.is_five_a_side else ()
            seen.update((person.position or "", place_of(spot.x, spot.y).value) for spot in spots if spot)

    def share(position: str, *words: str) -> float:
        of_position = {place: n for (who, place), n in seen.items() if who == position}
        return sum(n for place, n in of_position.items() if any(w in place for w in words)) / sum(of_position.values())

    assert share("TOP", "top_lane") > 0.8
    assert share("MIDDLE", "mid_lane") > 0.7
    assert share("BOTTOM", "bot_lane") > 0.8
    assert share("UTILITY", "bot_lane") > 0.7
    assert share("JUNGLE", "jungle", "river", "pit") > 0.75


@needs_real_documents
def test_in_real_games_dragons_die_in_their_pit_and_towers_stand_in_their_lane() -> None:
    lanes = {"TOP_LANE": Place.TOP_LANE, "MID_LANE": Place.MID_LANE, "BOT_LANE": Place.BOT_LANE}
    bases = {100: Place.BLUE_BASE, 200: Place.RED_BASE}
    for game in (game for game in real_games() if game.is_five_a_side):
        for monster, spot in zip(game.timeline.monsters, game.detail.monster_spots, strict=True):
            if spot and monster.monster in {"DRAGON", "BARON_NASHOR", "HORDE"}:
                pit = Place.DRAGON_PIT if monster.monster == "DRAGON" else Place.BARON_PIT
                assert place_of(spot.x, spot.y) is pit
        for building, spot in zip(game.timeline.buildings, game.detail.building_spots, strict=True):
            is_outside = building.tower in {"OUTER_TURRET", "INNER_TURRET"}
            home = lanes[building.lane or ""] if is_outside else bases[building.lost_by_team_id]
            assert spot is None or place_of(spot.x, spot.y) is home
