import numpy as np
import pytest

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.given import given
from tools.win_probability.rows import COLUMN, Rows
from tools.win_probability.trials import Trial, Tried

COUNT = 1500


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Games that gold and wards decide, and nothing else does."""
    draw = np.random.default_rng(12)
    gold, wards = draw.normal(0, 2000, COUNT), draw.normal(0, 10, COUNT)
    difference = np.zeros((COUNT, len(FEATURES)))
    difference[:, COLUMN["gold"]] = gold
    difference[:, COLUMN["barons"]] = np.sign(gold)
    chance = 1 / (1 + np.exp(-(gold / 2000 + wards / 10)))
    return Rows.of(
        np.arange(COUNT).astype(str),
        "15.1",
        np.full(COUNT, 10.0),
        total_gold=np.full(COUNT, 33_000.0),
        difference=difference,
        blue_won=(draw.random(COUNT) < chance).astype(float),
        own=np.column_stack((gold, wards)),
    )


@pytest.fixture(scope="module")
def trial(rows: Rows) -> Trial:
    """Of a model that knows the gold rightly."""
    gold = rows.feature("gold")
    return Trial.of(Tried.of(10, "kaggle10", rows, 1 / (1 + np.exp(-0.86 * gold / 2000))))


def test_own_columns_are_those_of_the_table_and_no_feature(trial: Trial) -> None:
    """Wards are no feature; a regression that has them foresees these games better."""
    assert trial.own_columns["log_loss"] < trial.gold_only["log_loss"] - 0.03


def test_a_model_of_gold_is_as_good_as_a_regression_on_gold(trial: Trial) -> None:
    assert trial.model["log_loss"].value == pytest.approx(trial.gold_only["log_loss"], abs=0.005)
    assert trial.model["debiased"].value == pytest.approx(0, abs=0.02)


def test_a_number_lies_within_its_interval(trial: Trial) -> None:
    for one in trial.model.values():
        assert one.low < one.value < one.high


def test_who_has_a_baron_more_is_told_from_the_leaders_side(rows: Rows) -> None:
    """Whoever leads in gold has one here: the model says 80 % of that side, whichever it is."""
    (one,) = given(27, rows, np.where(rows.feature("gold") > 0, 0.8, 0.2))
    assert (one.feature, one.games) == ("barons", COUNT)
    assert one.said == pytest.approx(0.8)
    assert one.won == pytest.approx(np.mean((rows.feature("gold") > 0) == (rows.blue_won == 1)))
