"""How good the model is, minute by minute and source by source, beside plain regressions of that very source."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability import measures
from tools.win_probability.baseline import gold_only, out_of_fold, own_columns
from tools.win_probability.fit import Fitted, Prepared, by_knot, fit
from tools.win_probability.measures import Scores
from tools.win_probability.population import Folded, Population
from tools.win_probability.rows import FOLDS, Numbers, Rows

MARKS: Final = (5, 10, 14, 15, 20, 25, 30, 35, 40)
MEASURES: Final = ("accuracy", "auc", "brier", "log_loss", "debiased")
_AT: Final = {"kaggle10": (10,), "voltether10": (10,), "ethan15": (15,), "bigsiimp15": (15,), "ricefarmer27": (27,)}
_OFF: Final = 0.1
_LEAST_GAMES: Final = 20
_RESAMPLES: Final = 300
_SEED: Final = 22


@dataclass(frozen=True, slots=True)
class Tried:
    """Rows of one source at one minute, each game once, with what the model and the regressions say of them."""

    minute: int
    source: str
    rows: Rows
    model: Numbers
    gold_only: Numbers
    own_columns: Numbers

    @classmethod
    def of(cls, minute: int, source: str, rows: Rows, model: Numbers) -> "Tried":
        """With the regressions, fitted on these very rows, fold by fold."""
        return cls(minute, source, rows, model, out_of_fold(rows, gold_only), out_of_fold(rows, own_columns))


@dataclass(frozen=True, slots=True)
class Interval:
    """A number and the bounds that hold it 19 times out of 20, by drawing games anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The measures of `Tried`, by the names of MEASURES. `debiased`: ECE minus what a perfect model would show.

    `laid`: which part of the games, by weight, is in its last tenth, which is laid.
    """

    minute: int
    source: str
    games: int
    laid: float
    model: Mapping[str, Interval]
    gold_only: Mapping[str, float]
    own_columns: Mapping[str, float]

    @classmethod
    def of(cls, tried: Tried) -> "Trial":
        """Measured."""
        rows = tried.rows
        draw = np.random.default_rng(_SEED)
        gold, own = (_measured(told, rows, draw) for told in (tried.gold_only, tried.own_columns))
        return cls(
            minute=tried.minute,
            source=tried.source,
            games=len(rows),
            laid=float(np.average(rows.laid, weights=rows.weight)),
            model=_with_intervals(tried.model, rows, draw),
            gold_only=gold,
            own_columns=own,
        )


def laid_out(population: Population, at: Callable[[int], Rows | None]) -> Iterator[tuple[int, str, Rows]]:
    """What is tried: minute, source, rows. `at`: the games of 2024, put together at a minute."""
    for minute in sorted({*MARKS, 27}):
        for source, minutes in _AT.items():
            if minute in minutes and source in population.found:
                yield minute, source, population.found[source]
        if minute not in MARKS:
            continue
        if (rows := at(minute)) is not None:
            yield minute, "ricefarmer", rows
        for source in ("real", "pro"):
            rows = population.found[source].at(minute, _OFF) if source in population.found else None
            if rows is not None and len(rows) >= _LEAST_GAMES:
                yield minute, source, rows


def out_of_fold_models(folded: Folded, model: Fitted) -> tuple[Fitted, ...]:
    """One model per fold of matches, fitted on the other folds."""
    models = []
    for number, put in enumerate(folded.puts):
        rows = by_knot(folded.population.fitted_on(put))
        models.append(fit(Prepared.of(rows.where(rows.fold() != number)), model))
    return tuple(models)


def predicted(rows: Rows, models: tuple[Fitted, ...]) -> Numbers:
    """Every row by the model that has not seen its match."""
    fold, probability = rows.fold(), np.zeros(len(rows))
    for number in range(FOLDS):
        held = fold == number
        probability[held] = models[number].predicted(rows.where(held))
    return probability


def ahead_of_gold(folded: Folded, models: tuple[Fitted, ...]) -> Mapping[int, float]:
    """By how much the log loss of gold alone exceeds the model's at every minute from 4 to 40, on the games of 2024."""
    ahead = {}
    for minute in range(4, 41):
        rows = folded.at(minute)
        if rows is None:
            continue
        mine, gold = (
            Scores.of(probability, rows.blue_won, rows.weight).log_loss
            for probability in (predicted(rows, models), out_of_fold(rows, gold_only))
        )
        ahead[minute] = gold - mine
    return ahead


def _measured(probability: Numbers, rows: Rows, draw: np.random.Generator) -> Mapping[str, float]:
    scores = Scores.of(probability, rows.blue_won, rows.weight)
    values = {name: float(getattr(scores, name)) for name in MEASURES[:-1]}
    return values | {"debiased": scores.ece - measures.ece_by_chance(probability, rows.weight, draw)}


def _with_intervals(probability: Numbers, rows: Rows, draw: np.random.Generator) -> Mapping[str, Interval]:
    count = len(rows)
    scores = Scores.of(probability, rows.blue_won, rows.weight)
    anew = [
        Scores.of(
            probability, rows.blue_won, rows.weight * np.bincount(draw.integers(0, count, count), minlength=count)
        )
        for _ in range(_RESAMPLES)
    ]
    by_chance = measures.ece_by_chance(probability, rows.weight, draw)
    # The middle of resampled ECEs lies above the ECE, as noise adds to it: they are moved back.
    noise = float(np.mean([one.ece for one in anew])) - scores.ece

    def around(name: str, off: float = 0.0, off_bounds: float = 0.0) -> Interval:
        low, high = np.nanquantile([getattr(one, name) - off - off_bounds for one in anew], (0.025, 0.975))
        return Interval(getattr(scores, name) - off, float(low), float(high))

    return {name: around(name) for name in MEASURES[:-1]} | {"debiased": around("ece", by_chance, noise)}
