import numpy as np
import pytest

from src.core.domain.win_probability.model import predict
from src.core.domain.win_probability.state import FEATURES, GameStates
from tools.win_probability.in_part import predicted


def test_of_a_game_that_is_known_in_full_it_says_what_the_model_says() -> None:
    difference = {name: float(place) for place, name in enumerate(FEATURES)} | {"gold": 1800.0, "xp": 900.0}
    states = GameStates("15.1", np.array([1200.0]), np.array([75_000.0]), np.array([list(difference.values())]))
    assert predicted("15.1", 20, 75_000, **difference).blue == pytest.approx(predict(states).blue)


@pytest.mark.parametrize("minute", [5, 10, 15, 20, 27, 35])
def test_a_lead_in_gold_comes_with_what_goes_with_it(minute: int) -> None:
    """It is worth more than the same lead with nothing else."""
    nothing = dict.fromkeys(FEATURES[1:], 0.0)
    total = 3_800 * minute
    alone = predicted("15.1", minute, total, gold=2000, **nothing).blue
    assert predicted("15.1", minute, total, gold=2000).blue > alone + 0.02


def test_it_takes_games_by_the_column() -> None:
    told = predicted("15.1", 10, [31_000, 33_000], gold=[1500, -1500], kills=[2, -2]).blue
    assert told.shape == (2,)
    assert told[1] < 0.5 < told[0]


@pytest.mark.parametrize("wrong", [{"kills": [1, np.nan]}, {"gold": [0, np.inf]}, {"minute": [10, np.nan]}])
def test_a_number_that_is_none_is_refused(wrong: dict[str, list[float]]) -> None:
    """A column with one of them would count as not known, for every game."""
    given: dict[str, float | list[float]] = {"minute": 10, "gold": 1000, "kills": 2, **wrong}
    with pytest.raises(ValueError, match="finite"):
        predicted("15.1", total_gold=31_000, **given)
    with pytest.raises(ValueError, match="finite"):
        predicted("15.1", 10, np.nan, gold=1000)


def test_what_is_no_feature_is_refused_and_so_is_a_game_without_gold() -> None:
    with pytest.raises(TypeError, match="wards"):
        predicted("15.1", 10, 31_000, gold=0, wards=3)
    with pytest.raises(TypeError, match="gold"):
        predicted("15.1", 10, 31_000, kills=1)
