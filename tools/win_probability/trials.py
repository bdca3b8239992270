"""How good the model is, minute by minute and source by source, beside plain regressions of that very source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from src.core.domain.win_probability.state import Prediction
from tools.win_probability import measures
from tools.win_probability.baseline import every_column, gold_only, out_of_fold
from tools.win_probability.fit import Fitted, Prepared, by_knot, fit
from tools.win_probability.measures import Scores
from tools.win_probability.population import Population
from tools.win_probability.rows import FOLDS, Numbers, Rows

MARKS: Final = (5, 10, 14, 15, 20, 25, 30, 35)
_AT: Final = {"kaggle10": (10,), "voltether10": (10,), "ethan15": (15,), "bigsiimp15": (15,), "ricefarmer27": (27,)}
_OFF: Final = 0.1
_LEAST_GAMES: Final = 20
_RESAMPLES: Final = 300
_SEED: Final = 22
_BOUND: Final = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Tried:
    """Rows of one source at one minute, each game once, with what the model and the regressions say of them.

    `model` are probabilities of a model that was not fitted on these games; `bounds` are the project's.
    """

    minute: int
    source: str
    rows: Rows
    model: Numbers
    gold_only: Numbers
    every_column: Numbers


@dataclass(frozen=True, slots=True)
class Interval:
    """A number and the bounds that hold it 19 times out of 20, by drawing games anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The measures of `Tried`. `debiased`: ECE minus what a perfect model would show on as many games."""

    minute: int
    source: str
    games: int
    accuracy: Interval
    auc: Interval
    brier: Interval
    log_loss: Interval
    debiased: Interval
    gold_only: Scores
    gold_only_debiased: float
    every_column: Scores


def laid_out(population: Population) -> Iterator[tuple[int, str, Rows]]:
    """What is tried: minute, source, rows."""
    for minute in sorted({*MARKS, 27}):
        for source, minutes in _AT.items():
            if minute in minutes and source in population.found:
                yield minute, source, population.found[source]
        if minute not in MARKS:
            continue
        if population.at_minutes is not None:
            yield minute, "ricefarmer", population.at_minutes.at(minute)
        for source in ("real", "pro"):
            rows = population.found[source].at(minute, _OFF) if source in population.found else None
            if rows is not None and len(rows) >= _LEAST_GAMES:
                yield minute, source, rows


def out_of_fold_models(population: Population, model: Fitted) -> tuple[Fitted, ...]:
    """One model per fold of matches, fitted on the other folds."""
    rows = by_knot(population.fitted_on())
    fold = rows.fold()
    return tuple(fit(Prepared.of(rows.where(fold != number)), model) for number in range(FOLDS))


def predicted(rows: Rows, models: tuple[Fitted, ...]) -> Numbers:
    """Every row by the model that has not seen its match."""
    fold, probability = rows.fold(), np.zeros(len(rows))
    for number, model in enumerate(models):
        held = fold == number
        probability[held] = model.predicted(rows.where(held))
    return probability


def tried(minute: int, source: str, rows: Rows, model: Numbers) -> Tried:
    """With the regressions."""
    return Tried(minute, source, rows, model, out_of_fold(rows, gold_only), out_of_fold(rows, every_column))


def trial(of: Tried) -> Trial:
    """Measured."""
    draw = np.random.default_rng(_SEED)
    won, weight = of.rows.blue_won, of.rows.weight
    scores = Scores.of(of.model, won, weight)
    anew = [
        Scores.of(of.model, won, weight * np.bincount(draw.integers(0, len(won), len(won)), minlength=len(won)))
        for _ in range(_RESAMPLES)
    ]

    def around(name: str, off: float = 0.0) -> Interval:
        """The middle of resampled ECEs lies above the ECE, as noise adds to it: they are moved back."""
        values = np.array([getattr(one, name) for one in anew]) - off
        low, high = np.nanquantile(values, (0.025, 0.975))
        return Interval(getattr(scores, name), float(low), float(high))

    by_chance = measures.ece_by_chance(of.model, weight, draw)
    ece = around("ece", float(np.mean([one.ece for one in anew])) - scores.ece)
    gold = Scores.of(of.gold_only, won, weight)
    return Trial(
        minute=of.minute,
        source=of.source,
        games=len(of.rows),
        accuracy=around("accuracy"),
        auc=around("auc"),
        brier=around("brier"),
        log_loss=around("log_loss"),
        debiased=Interval(ece.value - by_chance, ece.low - by_chance, ece.high - by_chance),
        gold_only=gold,
        gold_only_debiased=gold.ece - measures.ece_by_chance(of.gold_only, weight, draw),
        every_column=Scores.of(of.every_column, won, weight),
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """Games with about the same probability: how many, that probability, how many of them came true, and the bounds."""

    games: float
    probability: float
    frequency: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """The frequency's standard deviation, were the probability right."""
        return float(np.sqrt(self.probability * (1 - self.probability) / self.games))

    @property
    def is_held(self) -> bool:
        """Whether the frequency lies within the bounds, widened by what chance does to it."""
        wide = np.hypot((self.high - self.low) / 2, _BOUND * self.error)
        return bool(abs(self.frequency - self.probability) <= wide)


def binned(rows: Rows, probability: Numbers, told: Prediction, least: int = 20) -> Iterator[Bin]:
    """The ten bins that have games enough."""
    place = measures.bins(probability)
    for number in range(measures.BINS):
        here = place == number
        if here.sum() < least:
            continue
        mean = {
            name: float(np.average(values[here], weights=rows.weight[here]))
            for name, values in (("p", probability), ("won", rows.blue_won), ("low", told.low), ("high", told.high))
        }
        games = float(rows.weight[here].sum() ** 2 / (rows.weight[here] ** 2).sum())
        yield Bin(games, mean["p"], mean["won"], mean["low"], mean["high"])


def ahead_of_gold(population: Population, models: tuple[Fitted, ...]) -> Mapping[int, float]:
    """By how much the log loss of gold alone exceeds the model's at every minute from 4 to 40, over all games."""
    if population.at_minutes is None:
        return {}
    ahead = {}
    for minute in range(4, 41):
        rows = population.at_minutes.at(minute)
        mine, gold = (
            Scores.of(probability, rows.blue_won, rows.weight).log_loss
            for probability in (predicted(rows, models), out_of_fold(rows, gold_only))
        )
        ahead[minute] = gold - mine
    return ahead
