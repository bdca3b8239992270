import numpy as np
import pytest

from tools.win_probability.baseline import regression
from tools.win_probability.measures import Scores, auc, ece, ece_by_chance

ONES = np.ones(4)


def test_the_auc_counts_pairs_in_the_right_order_and_half_of_the_ties() -> None:
    won = np.array([1.0, 1.0, 0.0, 0.0])
    assert auc(np.array([0.9, 0.8, 0.2, 0.1]), won, ONES) == pytest.approx(1)
    assert auc(np.array([0.1, 0.2, 0.8, 0.9]), won, ONES) == pytest.approx(0)
    assert auc(np.array([0.9, 0.5, 0.5, 0.1]), won, ONES) == pytest.approx(3.5 / 4)
    assert np.isnan(auc(np.array([0.9, 0.8]), np.ones(2), np.ones(2)))


def test_a_weight_is_as_many_rows() -> None:
    probability, won = np.array([0.3, 0.6, 0.6, 0.9]), np.array([0.0, 1.0, 1.0, 0.0])
    folded = Scores.of(probability[[0, 1, 3]], won[[0, 1, 3]], np.array([1.0, 2.0, 1.0]))
    assert folded == Scores.of(probability, won, ONES)


def test_the_ece_is_the_mean_distance_of_the_bins() -> None:
    """Three games at 0.15, one of which is won, and one lost at 0.95."""
    probability, won = np.array([0.15, 0.15, 0.15, 0.95]), np.array([1.0, 0.0, 0.0, 0.0])
    assert ece(probability, won, ONES) == pytest.approx((abs(1 - 0.45) + 0.95) / 4)


def test_what_a_perfect_model_shows_by_chance_is_about_what_one_does_show() -> None:
    draw = np.random.default_rng(3)
    probability = draw.random(2000)
    shown = [ece(probability, (draw.random(2000) < probability).astype(float), np.ones(2000)) for _ in range(50)]
    assert ece_by_chance(probability, np.ones(2000), draw) == pytest.approx(np.mean(shown), rel=0.15)


def test_a_regression_finds_the_slopes_that_made_the_games() -> None:
    draw = np.random.default_rng(4)
    seen = draw.normal(size=(20_000, 2)) * np.array([1.0, 100.0])
    won = (draw.random(20_000) < 1 / (1 + np.exp(-(0.3 + seen @ np.array([1.5, -0.01]))))).astype(float)
    assert regression(seen, won, np.ones(20_000)) == pytest.approx([0.3, 1.5, -0.01], rel=0.12)
