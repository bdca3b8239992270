"""Marks in a row: in order, near their time, none over another."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.adapters.charts.placing import MOST_ASIDE_PX, Mark, arranged, bundled, spread
from src.adapters.charts.signs import DEATH, INHIBITOR, KILL, SOUL, TOWER, Sign, taken_sign
from src.core.domain.analysis import Taken
from src.core.domain.objectives import Objective

ROOM = (100.0, 980.0)


def sign(objective: Objective) -> Sign:
    return taken_sign(Taken(objective=objective, is_own=True, is_soul=False))


GRUBS, DRAGON, BARON = sign(Objective.GRUBS), sign(Objective.DRAGON), sign(Objective.BARON)
ANY_MARKS = st.lists(
    st.builds(Mark, st.sampled_from([GRUBS, DRAGON, BARON, TOWER, INHIBITOR, SOUL]), st.floats(*ROOM)), max_size=60
)


def told(marks: list[Mark]) -> list[tuple[str, float, int]]:
    return [(mark.sign.name, mark.x, mark.count) for mark in marks]


def test_three_grubs_taken_close_together_are_one_mark_in_their_middle() -> None:
    assert told(bundled([Mark(GRUBS, x) for x in (300, 306, 312)])) == [("grubs", 306, 3)]


def test_grubs_of_two_camps_are_two_marks() -> None:
    assert told(bundled([Mark(GRUBS, x) for x in (300, 304, 420, 426)])) == [("grubs", 302, 2), ("grubs", 423, 2)]


def test_a_rush_of_towers_is_not_one_mark_however_long_it_lasts() -> None:
    """Each lies close to the one before it, but the last ones far from the first."""
    assert [mark.count for mark in bundled([Mark(TOWER, 300.0 + 12 * n) for n in range(6)])] == [3, 3]


def test_another_sign_in_between_does_not_part_towers() -> None:
    marks = bundled([Mark(TOWER, 300), Mark(INHIBITOR, 305), Mark(TOWER, 314)])
    assert told(marks) == [("inhibitor", 305, 1), ("tower", 307, 2)]


@pytest.mark.parametrize("of", [DRAGON, BARON, KILL, DEATH], ids=lambda sign: sign.name)
def test_what_each_one_counts_of_moves_aside_to_stay_apart(of: Sign) -> None:
    left, right = arranged([Mark(of, 500), Mark(of, 502)], ROOM)
    assert right.x - left.x == pytest.approx(of.width_px(1))
    assert (left.x + right.x) / 2 == pytest.approx(501)


def test_what_has_room_stays_where_it_is() -> None:
    marks = [Mark(DRAGON, 200), Mark(BARON, 300), Mark(DRAGON, 400)]
    assert arranged(marks, ROOM) == marks


def test_a_mark_at_the_edge_is_whole() -> None:
    (only,) = arranged([Mark(BARON, ROOM[1])], ROOM)
    assert only.x == ROOM[1] - only.width / 2


def test_where_many_would_move_too_far_the_nearest_of_a_kind_become_one() -> None:
    """Six kills in a second: each beside the other they would tell of minutes."""
    marks = arranged([*(Mark(KILL, 500.0 + n) for n in range(6)), Mark(KILL, 200)], ROOM)
    assert told(marks[:1]) == [("kill", 200, 1)]
    assert sum(mark.count for mark in marks[1:]) == 6
    assert max(mark.count for mark in marks) > 1
    assert all(abs(mark.x - 502.5) <= MOST_ASIDE_PX + 5 for mark in marks[1:])


def test_towers_make_room_for_what_matters_more() -> None:
    crowd = [Mark(DRAGON, 500), Mark(DRAGON, 530)] + [Mark(TOWER, x) for x in (470, 500, 530)]
    placed = arranged(crowd, ROOM)
    assert Counter(mark.sign.name for mark in placed) == {"dragon": 2, "tower": 2}


def test_what_happened_at_different_times_is_not_one_mark_for_lack_of_room_beside_another() -> None:
    placed = arranged([Mark(GRUBS, ROOM[0]), Mark(DRAGON, ROOM[0]), Mark(GRUBS, ROOM[0] + 98)], ROOM)
    assert [mark.sign.name for mark in placed] == ["grubs", "dragon", "grubs"]


def test_nothing_is_nowhere() -> None:
    assert arranged([], ROOM) == spread([], ROOM) == []


@given(ANY_MARKS)
def test_none_covers_another_none_is_lost_and_all_are_in_the_room(marks: list[Mark]) -> None:
    placed = arranged(marks, ROOM)
    for left, right in pairwise(placed):
        assert right.x - left.x >= (left.width + right.width) / 2 - 1e-6
    for mark in placed:
        assert ROOM[0] - 1e-6 <= mark.x - mark.width / 2
        assert mark.x + mark.width / 2 <= ROOM[1] + 1e-6
    counts: Counter[str] = Counter()
    for mark in placed:
        counts[mark.sign.name] += mark.count
    assert counts == Counter(mark.sign.name for mark in marks)
