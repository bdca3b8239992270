"""What is done with rows of matches before a model is fitted on them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.at_minute import GamesAtMinutes
from tools.win_probability.missing import LikeRows, Typical, completed, keep
from tools.win_probability.rows import COLUMN, FOLDS, Rows, together
from tools.win_probability.sources import Shares


def rows(games: list[str], minutes: list[float], **leads: list[float]) -> Rows:
    """Rows that know the features given and no other."""
    count = len(games)
    difference = np.full((count, len(FEATURES)), np.nan)
    for name, values in leads.items():
        difference[:, COLUMN[name]] = values
    return Rows.of(
        np.array(games),
        "14.20",
        np.array(minutes),
        total_gold=np.full(count, 50_000.0),
        difference=difference,
        blue_won=np.ones(count),
    )


def shares_of(lengths: list[float]) -> Shares:
    """A game of each length, at 20, 40, 60 and 80 % of it."""
    games = [f"game {number:04}" for number, _ in enumerate(lengths) for _ in range(4)]
    minutes, percent = np.repeat(lengths, 4), np.tile([20.0, 40.0, 60.0, 80.0], len(lengths))
    moments = np.ceil(minutes * percent / 100)
    return Shares(rows(games, list(moments), gold=list(moments)), percent, minutes)


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
    filled = completed(rows(["a", "b"], [15.0, 15.0], gold=[1000.0, -2000.0], kills=[0.0, 0.0]), LikeRows(like))
    assert filled.feature("xp") == pytest.approx([500, -1000], rel=0.01)
    assert np.isnan(filled.feature("barons")).all()


def test_dragons_and_heralds_are_told_apart_as_the_like_games_have_them() -> None:
    draw = np.random.default_rng(6)
    dragons = draw.integers(-2, 3, 3000).astype(float)
    count = len(dragons)
    names, zeros = [str(number) for number in range(count)], [0.0] * count
    like = rows(names, [15.0] * count, gold=zeros, dragons=list(dragons), heralds=list(dragons / 2))
    asked = replace(rows(["a"], [15.0], gold=[0.0]), both_kinds=np.array([3.0]))
    filled = completed(asked, LikeRows(like))
    assert filled.feature("dragons") == pytest.approx([2], rel=0.01)
    assert filled.feature("heralds") == pytest.approx([1], rel=0.01)


def test_what_is_kept_of_real_games_expects_what_they_would(tmp_path: Path) -> None:
    draw = np.random.default_rng(11)
    gold = draw.normal(0, 3000, 2000)
    known = {name: list(gold * draw.random() + draw.normal(0, 1, 2000)) for name in FEATURES}
    like = rows([str(number) for number in range(2000)], [15.0] * 2000, **known)
    keep(like, tmp_path / "typical.json")
    kept = Typical.kept(tmp_path / "typical.json")
    asked = rows(["a", "b"], [15.0, 15.0], gold=[1000.0, -2000.0])
    assert completed(asked, kept).difference == pytest.approx(
        completed(asked, LikeRows(like)).difference, rel=0.02, abs=1
    )


def test_rows_of_one_table_keep_its_own_columns_and_rows_of_several_have_none() -> None:
    one = replace(rows(["a"], [10.0]), own=np.ones((1, 3)))
    other = replace(rows(["b"], [10.0]), own=np.ones((1, 2)))
    assert together((one, one)).own.shape == (2, 3)
    assert together((one, other)).own.shape == (2, 0)


def test_at_a_minute_every_game_that_lasted_longer_counts_once() -> None:
    """Those without a moment near it count through games of about their length."""
    lengths = list(np.random.default_rng(7).uniform(15, 45, 3000))
    games = shares_of(lengths)
    nothing = games.rows.where(np.zeros(len(games.rows), dtype=bool))
    at_minutes = GamesAtMinutes.of(games, nothing, nothing)
    for minute in (6.0, 10.0, 20.0, 30.0):
        there = at_minutes.at(minute)
        assert there.weight.sum() == pytest.approx(sum(length > minute for length in lengths))
        assert there.weight.min() >= 1 - 1e-9
        assert len(set(there.game)) == len(there)
        assert set(there.minute) == {minute}
        assert np.abs(there.feature("gold") - minute).max() <= (3 if minute >= 28 else 2)
