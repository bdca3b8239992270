"""Everything that is measured of a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from src.core.domain.win_probability.regression import Regression
from tools.win_probability.fit import Fitted
from tools.win_probability.given import Given, given
from tools.win_probability.laying import Laying, laying
from tools.win_probability.left_out import Held, LeftOut, held
from tools.win_probability.population import Folded, Population
from tools.win_probability.rows import Numbers
from tools.win_probability.trials import Trial, Tried, ahead_of_gold, laid_out, out_of_fold_models, predicted

_GIVEN_AT: Final = (27, 30, 35)
_OF_2024: Final = frozenset({"ricefarmer", "ricefarmer27"})
_SEVENTY, _NEAR = 0.7, 0.05
_PLAIN_AT: Final = 10


@dataclass(frozen=True, slots=True)
class Plain:
    """For people: what the model said of games, at one minute, of which it said about 70 %, and how many were won."""

    minute: int
    games: int
    favoured: float
    games_at_70: int
    said: float
    won: float


@dataclass(frozen=True, slots=True)
class Judged:
    """`tried` and `trials`: every game by a model fitted without it. `ahead`: see `ahead_of_gold`."""

    model: Regression
    rows: Mapping[str, int]
    real_games: int
    tried: Sequence[Tried]
    trials: Sequence[Trial]
    left_out: Sequence[LeftOut]
    held: Sequence[Held]
    given: Sequence[Given]
    ahead: Mapping[int, float]
    laying: Laying
    plain: Plain


def judge(population: Population, model: Regression, rows: Mapping[str, int], left: Sequence[LeftOut]) -> Judged:
    """`rows`: how many each source has that the model was fitted on; `left` are what came of leaving sources out."""
    folded = Folded.of(population)
    models = out_of_fold_models(folded, Fitted(model.side, model.gain, model.weights))
    tried = [
        Tried.of(minute, source, games, predicted(games, models))
        for minute, source, games in laid_out(population, folded.at)
    ]
    return Judged(
        model=model,
        rows=rows,
        real_games=len(np.unique(population.found["real"].game)),
        tried=tried,
        trials=[Trial.of(one) for one in tried],
        left_out=left,
        held=list(held(left, model)),
        given=[
            told
            for one in tried
            if one.minute in _GIVEN_AT and one.source in _OF_2024
            for told in given(one.minute, one.rows, one.model)
        ],
        ahead=ahead_of_gold(folded, models),
        laying=laying(population),
        plain=_plain(next(one for one in tried if (one.minute, one.source) == (_PLAIN_AT, "ricefarmer"))),
    )


def _plain(tried: Tried) -> Plain:
    rows, is_blue = tried.rows, tried.model > 0.5  # noqa: PLR2004 - even
    said = np.where(is_blue, tried.model, 1 - tried.model)
    won = (is_blue == (rows.blue_won == 1)).astype(np.float64)
    about = np.abs(said - _SEVENTY) <= _NEAR

    def mean(values: Numbers) -> float:
        return float(np.average(values[about], weights=rows.weight[about]))

    favoured = float(np.average(won, weights=rows.weight))
    return Plain(tried.minute, len(rows), favoured, int(about.sum()), mean(said), mean(won))
