"""Whether the last tenth that is laid is as it should be: at minute 27, where a table has it as it was."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability.at_minute import GamesAtMinutes
from tools.win_probability.baseline import regression
from tools.win_probability.last_tenth import last_tenth
from tools.win_probability.population import Population
from tools.win_probability.rows import FOLDS, Rows, together

_MINUTE, _SOON = 27.0, 3.0
_SEED: Final = 23


@dataclass(frozen=True, slots=True)
class Laying:
    """Slopes of the logit on the gold lead, per 100 % of all gold, at minute 27.

    `exact`: in the table of long games; `laid`: in the games put together from the table of shares, each game laid as
    those of other folds went; `left`: the same without their last tenth. `soon`: which part of the games that are on
    then is over three minutes later.
    """

    exact: float
    laid: float
    left: float
    soon: float


def laying(population: Population) -> Laying:
    """Of a population that has both tables of the games of 2024."""
    shares, long_games = population.shares, population.long_games
    if shares is None or long_games is None:
        raise ValueError("the games of 2024 are not there")
    nothing = shares.rows.where(np.zeros(len(shares.rows), dtype=bool))
    parts = []
    for fold in range(FOLDS):
        rows = GamesAtMinutes.of(shares, nothing, last_tenth(shares, long_games, _SEED, fold)).at(_MINUTE)
        parts.append(rows.where(rows.fold() == fold))
    lengths = long_games.minutes[long_games.rows.minute == _MINUTE]
    return Laying(
        exact=_slope(long_games.rows.at(_MINUTE)),
        laid=_slope(together(parts)),
        left=_slope(GamesAtMinutes.of(shares, nothing, nothing).at(_MINUTE)),
        soon=float((lengths <= _MINUTE + _SOON).mean()),
    )


def _slope(rows: Rows) -> float:
    gold = rows.feature("gold") / rows.total_gold
    return float(regression(gold[:, None], rows.blue_won, rows.weight)[1])
