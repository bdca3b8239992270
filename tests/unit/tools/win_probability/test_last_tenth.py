from dataclasses import replace

import numpy as np
import pytest

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.last_tenth import last_tenth
from tools.win_probability.rows import COLUMN, Rows
from tools.win_probability.sources import LongGames, Shares


def _rows(game: list[str], minute: list[float], lead: list[float], won: list[float]) -> Rows:
    count = len(game)
    difference = np.zeros((count, len(FEATURES)))
    difference[:, COLUMN["gold"]] = lead
    return Rows.of(
        np.array(game),
        "14.20",
        np.array(minute),
        total_gold=4000.0 * np.array(minute),
        difference=difference,
        blue_won=np.array(won),
    )


def _games() -> tuple[Shares, LongGames]:
    """Winners get 100 gold ahead a minute, and in the last tenth of a game 50 more."""
    draw = np.random.default_rng(10)
    lengths = draw.uniform(20, 40, 2000)
    won = draw.integers(0, 2, 2000).astype(float)
    names = [f"game {number:04}" for number in range(2000)]
    percent = np.tile([20.0, 40.0, 60.0, 80.0], 2000)
    moments = percent / 100 * np.repeat(lengths, 4)
    shares = _rows(
        list(np.repeat(names, 4)),
        list(moments),
        list(100 * moments * (2 * np.repeat(won, 4) - 1)),
        list(np.repeat(won, 4)),
    )
    ends = np.flatnonzero((lengths > 27) & (lengths < 30))
    lead = (2700 + 50 * (27 - 0.9 * lengths[ends])) * (2 * won[ends] - 1)
    long_games = _rows([names[place] for place in ends], [27.0] * len(ends), list(lead), list(won[ends]))
    return Shares(shares, percent, np.repeat(lengths, 4)), LongGames(long_games, lengths[ends])


def test_a_game_gets_to_its_end_as_those_did_that_are_known_there() -> None:
    shares, long_games = _games()
    laid = last_tenth(shares, long_games, 1)
    length = dict(zip(shares.rows.game, shares.minutes, strict=True))
    minutes = np.array([length[game] for game in laid.game])
    assert ((laid.minute >= 0.9 * minutes) & (laid.minute < minutes)).all()
    lead = laid.feature("gold") * (2 * laid.blue_won - 1)
    wanted = 100 * laid.minute + 50 * (laid.minute - 0.9 * minutes)
    assert lead.mean() == pytest.approx(wanted.mean(), rel=0.02)
    assert np.corrcoef(lead, wanted)[0, 1] > 0.95


def test_every_whole_minute_of_the_last_tenth_has_every_game_once() -> None:
    shares, long_games = _games()
    laid = last_tenth(shares, long_games, 1)
    assert laid.laid.all()
    assert len(set(zip(laid.game, laid.minute, strict=True))) == len(laid)
    lengths = shares.minutes[::4]
    assert (laid.minute == 30).sum() == ((lengths > 30) & (lengths < 30 / 0.9)).sum()


def test_no_game_of_a_fold_left_out_shows_the_way() -> None:
    """Whatever became of those games, what is laid is the same."""
    shares, long_games = _games()
    out = long_games.rows.fold() == 2
    strange = long_games.rows.difference.copy()
    strange[out] += 9000.0
    changed = LongGames(replace(long_games.rows, difference=strange), long_games.minutes)
    mine, theirs = (last_tenth(shares, games, 1, without=2) for games in (long_games, changed))
    assert mine.difference == pytest.approx(theirs.difference)
    assert last_tenth(shares, changed, 1).difference != pytest.approx(mine.difference)
