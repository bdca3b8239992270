"""How sure the model may be of its weights: how much they would differ had it been fitted on other matches."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from src.core.domain.win_probability.regression import TERMS
from tools.win_probability.fit import ASSUMED, LEAST, SCALE, Fitted, Prepared, by_knot, fit
from tools.win_probability.rows import Numbers, Rows

FITS: Final = 40
WAYS: Final = 8
SPREAD_AT_THE_FLOOR: Final[Mapping[str, float]] = LEAST | {"barons": 0.1}
"""How far off a weight may be that the data would have lower than it is allowed to be: by about all of it."""
ASSUMED_SPREAD: Final[Mapping[str, float]] = {"elders": 0.35}
_SEED: Final = 21
_NEARLY: Final = 1.01


def on_other_matches(rows: Rows, model: Fitted) -> tuple[Numbers, Numbers]:
    """How the weights differ between samples of matches.

    Together in some ways, shape (ways, knots, terms), and by how much each differs besides, shape (knots, terms).
    Matches are drawn with replacement, all rows of one together. The ways are the greatest principal components; the
    rest of every weight's variance is its own. A weight that is assumed, or stands at its floor, differs by what is
    assumed for it, since the fits cannot say.
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
    parts = (sizes[:, None] * ways).reshape(-1, *model.weights.shape) / SCALE
    rest = np.sqrt((parts[WAYS:] ** 2).sum(axis=0))
    return parts[:WAYS], np.maximum(rest, assumed(model.weights))


def assumed(weights: Numbers) -> Numbers:
    """The spread that is assumed and not measured, shape (knots, terms); 0 where it is measured."""
    spread = np.zeros_like(weights)
    for place, term in enumerate(TERMS):
        if term in ASSUMED:
            spread[:, place] = ASSUMED_SPREAD[term]
        elif term in LEAST:
            spread[weights[:, place] <= _NEARLY * LEAST[term], place] = SPREAD_AT_THE_FLOOR[term]
    return spread
