from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from src.core.domain.win_probability.model import FITTED
from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.fit import Fitted
from tools.win_probability.missing import LikeRows
from tools.win_probability.population import COUNTS, Folded, Population
from tools.win_probability.rows import COLUMN, Rows
from tools.win_probability.sources import LongGames, Shares
from tools.win_probability.trials import out_of_fold_models

HELD, OTHER = 0, 1
LATE: Final = 27.0
"""Minute of the table of long games."""


def _rows(game: list[str], minute: list[float], won: list[float]) -> Rows:
    """The side that wins is ahead, more and more, by no more than can be told from chance."""
    count = len(game)
    difference = np.zeros((count, len(FEATURES)))
    noise = np.random.default_rng(16).normal(0, 60, count)
    difference[:, COLUMN["gold"]] = np.array(minute) * (60 * (2 * np.array(won) - 1) + noise)
    return Rows.of(
        np.array(game),
        "14.20",
        np.array(minute),
        total_gold=3500.0 * np.array(minute),
        difference=difference,
        blue_won=np.array(won),
    )


@pytest.fixture(scope="module")
def population() -> Population:
    """Games of the table of shares, some of them in that of long games, and a few of every other source."""
    draw = np.random.default_rng(17)
    lengths, won = draw.uniform(20, 55, 900), draw.integers(0, 2, 900).astype(float)
    names = [f"game {number:04}" for number in range(900)]
    percent = np.tile([20.0, 40.0, 60.0, 80.0], 900)
    moments = percent / 100 * np.repeat(lengths, 4)
    shares = Shares(
        _rows(list(np.repeat(names, 4)), list(moments), list(np.repeat(won, 4))), percent, np.repeat(lengths, 4)
    )
    on = np.flatnonzero(lengths > LATE)
    long_games = LongGames(_rows([names[one] for one in on], [LATE] * len(on), list(won[on])), lengths[on])
    few = _rows([f"other {number}" for number in range(100)], [10.0] * 100, list(won[:100]))
    found = {name: few for name in COUNTS if name not in {"ricefarmer", "between"}}
    return Population(found | {"ricefarmer27": long_games.rows}, shares, long_games, LikeRows(few), ())


def _with_other_outcomes(rows: Rows) -> Rows:
    held = rows.fold() == HELD
    return replace(rows, blue_won=np.where(held, 1 - rows.blue_won, rows.blue_won))


def test_who_won_a_held_game_is_nothing_to_the_model_that_judges_it(population: Population) -> None:
    """With the outcomes of its fold turned round its prediction stays; that of a model of other folds does not."""
    shares, long_games = population.shares, population.long_games
    assert shares is not None
    assert long_games is not None
    turned = replace(
        population,
        found={name: _with_other_outcomes(rows) for name, rows in population.found.items()},
        shares=replace(shares, rows=_with_other_outcomes(shares.rows)),
        long_games=replace(long_games, rows=_with_other_outcomes(long_games.rows)),
    )
    start = Fitted(FITTED.side, FITTED.gain, FITTED.weights)
    asked = population.found["ricefarmer27"]
    asked = asked.where(asked.fold() == HELD)
    mine, theirs = (
        out_of_fold_models(Folded(one, (one.put(HELD), one.put(OTHER))), start) for one in (population, turned)
    )
    assert theirs[HELD].predicted(asked) == pytest.approx(mine[HELD].predicted(asked), abs=1e-9)
    assert np.abs(theirs[OTHER].predicted(asked) - mine[OTHER].predicted(asked)).max() > 0.01
