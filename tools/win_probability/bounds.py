"""How sure the model may be: how much it would differ had it been fitted on other matches, or on other sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability.baseline import calibration
from tools.win_probability.fit import SCALE, Fitted, Prepared, by_knot, fit
from tools.win_probability.rows import Numbers, Rows, together

FITS: Final = 30
_WAYS: Final = 4
_SEED: Final = 21


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A source that a model was tried on and not fitted on: by what its logits ought to have been multiplied."""

    source: str
    slope: float
    error: float


def on_other_matches(rows: Rows, model: Fitted) -> Numbers:
    """The few ways in which the weights differ between samples of matches, shape (ways, knots, terms).

    Matches are drawn with replacement, all rows of one together. The sum of the ways' squares is the weights'
    covariance, but for what all the small ways would add.
    """
    ordered = by_knot(rows)
    prepared = Prepared.of(ordered)
    games, match = np.unique(ordered.game, return_inverse=True)
    draw = np.random.default_rng(_SEED)
    off = []
    for _ in range(FITS):
        drawn = draw.poisson(1.0, len(games)).astype(np.float64)
        off.append(((fit(prepared.weighing(drawn[match]), model).weights - model.weights) * SCALE).ravel())
    _, sizes, ways = np.linalg.svd(np.array(off) / np.sqrt(FITS), full_matrices=False)
    return np.asarray((sizes[:_WAYS, None] * ways[:_WAYS]).reshape(_WAYS, *model.weights.shape) / SCALE)


def on_other_sources(found: Mapping[str, Rows], counts: Mapping[str, float], model: Fitted) -> Iterator[LeftOut]:
    """For every source but the one that alone knows most minutes: the model of the others, tried on it."""
    for source in counts:
        if source.startswith(("ricefarmer", "between")):
            continue
        others = together(found[name].weighing(count) for name, count in counts.items() if name != source)
        logit = fit(Prepared.of(by_knot(others)), model).logit(found[source])
        yield LeftOut(source, *calibration(logit, found[source]))
