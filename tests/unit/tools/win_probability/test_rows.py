"""What is done with rows of matches before a model is fitted on them."""

from dataclasses import replace

import numpy as np
import pytest

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.at_minute import GamesAtMinutes
from tools.win_probability.missing import completed
from tools.win_probability.rows import COLUMN, FOLDS, Rows, together
from tools.win_probability.sources import Ricefarmer


def rows(games: list[str], minutes: list[float], **leads: list[float]) -> Rows:
    """Rows that know the features given and no other."""
    count = len(games)
    difference = np.full((count, len(FEATURES)), np.nan)
    for name, values in leads.items():
        difference[:, COLUMN[name]] = values
    return Rows(
        game=np.array(games),
        patch=np.full(count, "14.20"),
        minute=np.array(minutes),
        total_gold=np.full(count, 50_000.0),
        difference=difference,
        both_kinds=np.full(count, np.nan),
        blue_won=np.ones(count),
        weight=np.ones(count),
    )


def shares_of(lengths: list[float]) -> Ricefarmer:
    """A game of each length, at 20, 40, 60 and 80 % of it; none in the table of long games."""
    games = [f"game {number:04}" for number, _ in enumerate(lengths) for _ in range(4)]
    minutes, percent = np.repeat(lengths, 4), np.tile([20.0, 40.0, 60.0, 80.0], len(lengths))
    moments = np.ceil(minutes * percent / 100)
    shares = rows(games, list(moments), gold=list(moments))
    return Ricefarmer(shares, percent, minutes, shares.where(np.zeros(len(games), dtype=bool)), np.zeros(0))


def test_all_rows_of_a_match_are_in_one_fold_whatever_the_source() -> None:
    names = [f"NA1_{number}" for number in range(200)]
    fold = rows(names, [10.0] * 200).fold()
    again = together((rows(names[:50], [20.0] * 50), rows(names, [5.0] * 200))).fold()
    assert list(again[:50]) == list(fold[:50])
    assert list(again[50:]) == list(fold)
    assert set(fold) == set(range(FOLDS))


def test_what_a_source_does_not_know_is_expected_from_what_it_does() -> None:
    draw = np.random.default_rng(5)
    gold = list(draw.normal(0, 3000, 2000))
    names = [str(number) for number in range(2000)]
    like = rows(names, [15.0] * 2000, gold=gold, xp=[0.5 * value for value in gold], kills=[0.0] * 2000)
    filled = completed(rows(["a", "b"], [15.0, 15.0], gold=[1000.0, -2000.0], kills=[0.0, 0.0]), like)
    assert filled.feature("xp") == pytest.approx([500, -1000], rel=0.01)
    assert np.isnan(filled.feature("barons")).all()


def test_dragons_and_heralds_are_told_apart_as_the_like_games_have_them() -> None:
    draw = np.random.default_rng(6)
    dragons = draw.integers(-2, 3, 3000).astype(float)
    count = len(dragons)
    names, zeros = [str(number) for number in range(count)], [0.0] * count
    like = rows(names, [15.0] * count, gold=zeros, dragons=list(dragons), heralds=list(dragons / 2))
    asked = replace(rows(["a"], [15.0], gold=[0.0]), both_kinds=np.array([3.0]))
    filled = completed(asked, like)
    assert filled.feature("dragons") == pytest.approx([2], rel=0.01)
    assert filled.feature("heralds") == pytest.approx([1], rel=0.01)


def test_at_a_minute_every_game_that_lasted_longer_counts_once() -> None:
    """Those without a moment near it count through games of about their length."""
    lengths = list(np.random.default_rng(7).uniform(15, 45, 3000))
    games = shares_of(lengths)
    nothing = games.shares.where(np.zeros(len(games.shares), dtype=bool))
    at_minutes = GamesAtMinutes.of(games, nothing)
    for minute in (6.0, 10.0, 20.0, 30.0):
        there = at_minutes.at(minute)
        assert there.weight.sum() == pytest.approx(sum(length > minute for length in lengths))
        assert there.weight.min() >= 1 - 1e-9
        assert len(set(there.game)) == len(there)
        assert set(there.minute) == {minute}
        assert np.abs(there.feature("gold") - minute).max() <= (3 if minute >= 28 else 2)
