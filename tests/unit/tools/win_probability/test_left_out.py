import numpy as np
import pytest

from src.core.domain.win_probability.regression import KNOT_MINUTES, TERMS, Regression
from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.baseline import Calibration, calibration
from tools.win_probability.fit import Fitted
from tools.win_probability.left_out import PHASES, LeftOut, between, held, side_spread, unseen_spread
from tools.win_probability.rows import COLUMN, Rows

SHAPE = (len(KNOT_MINUTES), len(TERMS))
GOLD = np.zeros(SHAPE)
GOLD[:, 0] = 0.15
FITTED = Fitted(0.0, 1.0, GOLD)


def _rows(true_weight: float, count: int = 4000) -> Rows:
    """Games at minute 10 in which a lead is worth more or less than the model has it."""
    draw = np.random.default_rng(13)
    difference = np.zeros((count, len(FEATURES)))
    difference[:, COLUMN["gold"]] = draw.normal(0, 3000, count)
    chance = 1 / (1 + np.exp(-true_weight * difference[:, COLUMN["gold"]] / 330))
    return Rows.of(
        np.arange(count).astype(str),
        "10.15",
        np.full(count, 10.0),
        total_gold=np.full(count, 33_000.0),
        difference=difference,
        blue_won=(draw.random(count) < chance).astype(float),
    )


def _one(population: str, phase: str, slope: float, error: float) -> LeftOut:
    return LeftOut(population, phase, _rows(0.15, 50), FITTED, Calibration(slope, error, 0.0, 0.1))


def test_estimates_that_differ_by_no_more_than_their_errors_have_no_spread() -> None:
    assert between([1.1, 0.9, 1.0], [0.1, 0.1, 0.1], 1.0) == 0


def test_the_spread_of_exact_estimates_is_their_standard_deviation_around_the_centre() -> None:
    assert between([1.2, 0.8, 1.2, 0.8], [1e-6] * 4, 1.0) == pytest.approx(0.2, rel=1e-4)


def test_the_spread_of_many_estimates_is_what_made_them() -> None:
    draw = np.random.default_rng(14)
    error = draw.uniform(0.05, 0.3, 3000)
    estimates = 1 + 0.2 * draw.normal(size=3000) + error * draw.normal(size=3000)
    assert between(list(estimates), list(error), 1.0) == pytest.approx(0.2, rel=0.1)


def test_a_phase_of_few_slopes_has_the_spread_of_all_or_its_exactest_ones() -> None:
    first, *_, last = PHASES
    found = [_one(str(n), first, slope, 1e-6) for n, slope in enumerate((0.9, 1.1, 0.9, 1.1, 0.9, 1.1))]
    alone = unseen_spread(found)
    assert alone == pytest.approx(np.full(len(KNOT_MINUTES), 0.1))
    spread = unseen_spread([*found, _one("pro", last, 0.6, 1e-6), _one("real", last, 3.0, 0.9)])
    assert spread[0] == pytest.approx(0.1)
    assert 0.1 < spread[KNOT_MINUTES.index(15)] < 0.4
    assert spread[-1] == pytest.approx(0.4)


def test_sides_that_nothing_is_to_be_added_to_have_no_spread() -> None:
    assert side_spread([_one("a", "to 12", 1.0, 0.1), _one("b", "to 12", 1.0, 0.1)]) == 0


def test_logits_that_are_too_small_are_to_be_multiplied() -> None:
    rows = _rows(0.3)
    told = calibration(FITTED.logit(rows), rows)
    assert told.slope == pytest.approx(2, abs=3 * told.slope_error)
    assert told.slope_error < 0.1


def test_bounds_hold_populations_like_the_model_and_not_one_that_is_unlike() -> None:
    model = Regression(0.0, 1.0, GOLD, np.zeros((1, *SHAPE)), np.zeros(SHAPE), np.full(SHAPE[0], 0.1), 0.01)
    like, unlike = (
        LeftOut(name, "to 12", rows, FITTED, calibration(FITTED.logit(rows), rows))
        for name, rows in (("like", _rows(0.15)), ("unlike", _rows(0.3)))
    )
    first, second = held([like, unlike], model)
    assert sum(one.is_held for one in first.bins) >= len(first.bins) - 1
    assert sum(one.is_held for one in second.bins) < len(second.bins) / 2
