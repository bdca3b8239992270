"""How much populations of players differ: every source, by a model that was fitted without it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import brentq

from src.core.domain.win_probability.regression import KNOT_MINUTES, NEW_SEASON, Regression
from tools.win_probability.baseline import Calibration, calibration
from tools.win_probability.bins import Bin, binned
from tools.win_probability.fit import Fitted, Prepared, by_knot, fit
from tools.win_probability.population import RICEFARMER, Population, Put
from tools.win_probability.rows import Flags, Numbers, Rows, together

PHASES: Final = {"to 12": (0.0, 12.5), "13 to 22": (12.5, 22.5), "23 to 32": (22.5, 32.5), "from 33": (32.5, np.inf)}
ENOUGH_SLOPES: Final = 5
"""With fewer, a phase has no spread of its own."""
_BEGUN: Final = 3
"""Minutes. Before, sides hardly differ."""
_LEAST_GAMES: Final = 20
ENOUGH_GAMES: Final = 15
"""In a bin: real games are few."""
_AT_MOST: Final = 2.0
_RICEFARMER_AT: Final = (10, 15)
"""Where other sources know what the games of 2024 know; at other minutes a model without them knows nothing."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A population in a phase of the game, and the model that was fitted without its source."""

    population: str
    phase: str
    rows: Rows
    model: Fitted
    calibration: Calibration

    @property
    def source(self) -> str:
        """Of which the population is a part, or all."""
        return self.population.partition(",")[0]


@dataclass(frozen=True, slots=True)
class Held:
    """Bins of a source in a phase, with the bounds as they are, and with spreads in which the source has no part."""

    source: str
    phase: str
    bins: Sequence[Bin]
    unaware: Sequence[Bin]


def left_out(population: Population, put: Put, model: Fitted) -> Iterator[LeftOut]:
    """All of them that have games enough. `model` is where the fits start."""
    for name, source, rows in _populations(population, put):
        fitted = fit(Prepared.of(by_knot(population.fitted_on(put, source))), model)
        for phase, (since, until) in PHASES.items():
            here = rows.where((rows.minute >= since) & (rows.minute < until))
            if len(np.unique(here.game)) >= _LEAST_GAMES:
                yield LeftOut(name, phase, here, fitted, calibration(fitted.logit(here), here))


def _populations(population: Population, put: Put) -> Iterator[tuple[str, frozenset[str], Rows]]:
    """Name, sources to leave out, rows."""
    for source in ("kaggle10", "voltether10", "ethan15", "bigsiimp15"):
        yield source, frozenset({source}), population.found[source]
    yield "ricefarmer", RICEFARMER, together(put.at_minutes.at(minute) for minute in _RICEFARMER_AT)
    real, pro = (_begun(population.found[source]) for source in ("real", "pro"))
    is_new = _is_new(real)
    yield "real, seasons to 13", frozenset({"real"}), real.where(~is_new)
    yield "real, seasons from 14", frozenset({"real"}), real.where(is_new)
    yield "pro", frozenset(), pro


def _begun(rows: Rows) -> Rows:
    return rows.where(rows.minute >= _BEGUN)


def _is_new(rows: Rows) -> Flags:
    return np.array([int(patch.partition(".")[0]) >= NEW_SEASON for patch in rows.patch])


def between(estimates: Sequence[float], errors: Sequence[float], centre: float) -> float:
    """The standard deviation of what is estimated, around `centre`, beyond the estimates' own errors.

    Paule and Mandel's: with it added to every error, the squared distances in units of errors sum to their number.
    """
    off, error = (np.asarray(values) for values in (np.subtract(estimates, centre), errors))

    def excess(spread: float) -> float:
        return float((off**2 / (error**2 + spread**2)).sum() - len(off))

    return float(brentq(excess, 0.0, _AT_MOST)) if excess(0.0) > 0 > excess(_AT_MOST) else 0.0


def unseen_spread(found: Iterable[LeftOut]) -> Numbers:
    """By how much the worth of a lead differs between populations, as a share of it, shape (knots,).

    A phase with enough slopes has their spread around 1. One with fewer has that of all slopes of all phases, or that
    of its exactest slope alone where that is greater.
    """
    found = list(found)
    of_all = _spread(found)
    by_phase = {}
    for phase in PHASES:
        here = [one for one in found if one.phase == phase]
        if len(here) >= ENOUGH_SLOPES:
            by_phase[phase] = _spread(here)
        else:
            exactest = sorted(here, key=lambda one: one.calibration.slope_error)[:1]
            by_phase[phase] = max(of_all, _spread(exactest))
    return np.array([by_phase[_phase(minute)] for minute in KNOT_MINUTES])


def _spread(found: Sequence[LeftOut]) -> float:
    slopes = [one.calibration for one in found]
    return between([one.slope for one in slopes], [one.slope_error for one in slopes], 1.0) if slopes else 0.0


def _phase(minute: float) -> str:
    return next(phase for phase, (since, until) in PHASES.items() if since <= minute < until)


def side_spread(found: Iterable[LeftOut]) -> float:
    """The same for the sides, in logits: around 0."""
    sides = [one.calibration for one in found]
    return between([one.side for one in sides], [one.side_error for one in sides], 0.0)


def held(found: Sequence[LeftOut], model: Regression) -> Iterator[Held]:
    """Every source's bins by the model that was fitted without it. Populations of one source are taken together."""
    for source in dict.fromkeys(one.source for one in found):
        others = [one for one in found if one.source != source]
        apart = replace(model, unseen=unseen_spread(others), side_spread=side_spread(others))
        for phase in PHASES:
            here = [one for one in found if (one.source, one.phase) == (source, phase)]
            if not here:
                continue
            rows, fitted = together(one.rows for one in here), here[0].model
            bins, unaware = (
                list(_bins(rows, replace(of, side=fitted.side, gain=fitted.gain, weights=fitted.weights)))
                for of in (model, apart)
            )
            if bins:
                yield Held(source, phase, bins, unaware)


def _bins(rows: Rows, model: Regression) -> Iterator[Bin]:
    told = rows.predicted(model)
    return binned(rows, told.blue, told, ENOUGH_GAMES)
