"""What stands for what."""

import numpy as np
import pytest

from src.adapters.charts.legend import legend_rows
from src.adapters.charts.shapes import SHAPES
from src.adapters.charts.sheet import WIDTH_PX
from src.adapters.charts.signs import Sign, own_sign, signs_of, taken_sign
from src.core.domain.analysis import OwnMoment, Part, Taken, TimedTaking
from src.core.domain.objectives import TOWERS, Objective
from tests.fakes.analyses import an_analysis


def of(objective: Objective, *, is_soul: bool = False) -> Sign:
    return taken_sign(Taken(objective=objective, is_own=True, is_soul=is_soul))


EVERY = tuple(
    dict.fromkeys([*map(of, Objective), of(Objective.DRAGON, is_soul=True), *(own_sign(part) for part in Part)])
)


def test_signs_differ_without_their_colour() -> None:
    assert len({(sign.shape, sign.letter) for sign in EVERY}) == len({sign.name for sign in EVERY}) == len(EVERY)


@pytest.mark.parametrize("sign", EVERY, ids=lambda sign: sign.name)
def test_a_signs_shape_is_about_as_large_as_it_says(sign: Sign) -> None:
    corners = np.asarray(SHAPES[sign.shape].vertices, dtype=float)
    assert np.abs(corners).max() == pytest.approx(1, abs=0.15)


def test_only_what_chimera_has_not_met_shares_a_sign_and_a_tower_is_a_tower() -> None:
    met = set(Objective) - TOWERS - {Objective.MONSTER, Objective.BUILDING}
    assert len({of(objective) for objective in met}) == len(met)
    assert of(Objective.TOWER) is of(Objective.NEXUS_TOWER)
    assert of(Objective.MONSTER) is of(Objective.BUILDING)


def test_the_legend_explains_what_appears_each_once_and_nothing_else() -> None:
    dragon, soul = (Taken(objective=Objective.DRAGON, is_own=True, is_soul=is_soul) for is_soul in (False, True))
    analysis = an_analysis(
        takings=tuple(TimedTaking(time_s=300.0 * n, taken=taken) for n, taken in enumerate((dragon, dragon, soul))),
        own_moments=(OwnMoment(time_s=400.0, part=Part.DIED),),
    )
    assert [sign.name for sign in signs_of(analysis)] == ["dragon", "soul", "death"]


def test_a_number_has_a_wider_gap_after_it_than_a_sign_alone() -> None:
    """It must not read as the number of the sign to its right."""
    tower = of(Objective.TOWER)
    gaps = [tower.width_px(count) - 2 * tower.radius - tower.beside_px(count) for count in (1, 2)]
    assert gaps[1] > 2 * gaps[0]


@pytest.mark.parametrize("count", range(len(EVERY) + 1))
def test_the_legend_has_all_signs_and_fits(count: int) -> None:
    rows = legend_rows(EVERY[:count])
    assert [sign for row in rows for sign, _x in row] == list(EVERY[:count])
    assert len(rows) <= 2
    assert all(x + sign.radius < WIDTH_PX for row in rows for sign, x in row)
