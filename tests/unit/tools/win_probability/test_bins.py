import numpy as np
import pytest

from src.core.domain.win_probability.state import FEATURES, Prediction
from tools.win_probability.bins import Bin, binned
from tools.win_probability.rows import Rows


def _rows(games: list[str], won: list[float]) -> Rows:
    count = len(games)
    return Rows.of(
        np.array(games),
        "15.1",
        np.full(count, 10.0),
        total_gold=np.full(count, 30_000.0),
        difference=np.zeros((count, len(FEATURES))),
        blue_won=np.array(won),
    )


def _told(probability: float, count: int) -> Prediction:
    blue = np.full(count, probability)
    return Prediction(blue=blue, low=blue - 0.1, high=blue + 0.02)


def test_the_farther_bound_does_not_stretch_the_nearer_one() -> None:
    """Bounds from 60 to 72 %, and games without number."""
    assert Bin(1e9, 0.7, 0.61, 0.6, 0.72).is_held
    assert not Bin(1e9, 0.7, 0.79, 0.6, 0.72).is_held
    assert not Bin(1e9, 0.7, 0.59, 0.6, 0.72).is_held


def test_chance_widens_the_bounds() -> None:
    """Of 100 games at 70 %, chance moves the share by 7.5 points nine times out of ten."""
    assert Bin(100, 0.7, 0.77, 0.7, 0.7).is_held
    assert not Bin(100, 0.7, 0.78, 0.7, 0.7).is_held


def test_a_bin_has_the_share_of_games_won_and_the_mean_bounds() -> None:
    won = [1.0] * 30 + [0.0] * 20
    (one,) = binned(_rows([str(n) for n in range(50)], won), np.full(50, 0.63), _told(0.63, 50))
    assert (one.games, one.frequency) == (50, 0.6)
    assert (one.low, one.probability, one.high) == pytest.approx((0.53, 0.63, 0.65))


def test_all_rows_of_a_match_are_worth_one_game() -> None:
    """Fifty rows of ten matches are no bin of forty games."""
    rows = _rows([str(n % 10) for n in range(50)], [1.0] * 50)
    assert not list(binned(rows, np.full(50, 0.63), _told(0.63, 50)))
    (one,) = binned(rows, np.full(50, 0.63), _told(0.63, 50), least=10)
    assert one.games == pytest.approx(10)
