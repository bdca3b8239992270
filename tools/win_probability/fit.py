"""The fit: penalised logistic regression with bounds, by Fisher scoring."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from src.core.domain.win_probability.regression import FARTHEST, KNOT_MINUTES, TERMS, era, hats, terms
from tools.win_probability.rows import Numbers, Rows

_SCALES: Final = {
    "gold": 7.0, "big_gold": 3.0, "xp": 5.0, "levels": 3.0, "lane_cs": 45.0, "jungle_cs": 30.0, "kills": 7.0,
    "towers": 2.5, "inhibitors": 0.6, "dragons": 1.6, "souls": 0.3, "elders": 0.2, "heralds": 0.9, "grubs": 3.0,
    "barons": 0.6,
}  # fmt: skip
SCALE: Final = np.array([_SCALES[term] for term in TERMS])
"""About how far apart sides are in each term at minute 20 to 25: weights are penalised in these units."""
LEAST: Final = {"gold": 0.03, "inhibitors": 0.1, "souls": 0.1, "barons": 0.05}
"""Weights below which no term may fall; 0 for the others."""
ASSUMED: Final = {"elders": 0.8}
"""Weights that are not fitted: no table shows a fair sample of games with an elder."""
EXPECTED: Final = {"inhibitors": 0.3, "souls": 0.5, "barons": 0.2} | ASSUMED
"""Where weights go that the data say nothing about: these are worth something in the game. 0 for the others."""
_SMOOTH, _LEVEL, _SMALL = 60.0, 6.0, 4.0
_SIDE_PENALTY, _GAIN_PENALTY = 200.0, 200.0
_LEAST_SIDE, _LEAST_GAIN = -1.0, 0.5
Bounds = list[tuple[float, float | None]]

_KNOTS: Final = len(KNOT_MINUTES)
_STEPS: Final = 40
_STEP_OPTIONS: Final = {"maxiter": 10_000, "maxfun": 100_000, "maxcor": 50, "ftol": 1e-15, "gtol": 1e-6}
_DONE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Fitted:
    """`weights` has the shape (knots, terms)."""

    side: float
    gain: float
    weights: Numbers

    def logit(self, rows: Rows) -> Numbers:
        """The model's logit, as the product computes it."""
        prepared = Prepared.of(rows)
        lead = prepared.gain(self.gain) * prepared.lead(self.weights)
        return np.asarray(self.side + np.clip(lead, -FARTHEST, FARTHEST))

    def predicted(self, rows: Rows) -> Numbers:
        """Blue's probability."""
        return np.asarray(1 / (1 + np.exp(-self.logit(rows))))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the fit needs of rows: their terms (n, terms), how near they are to the knots (n, knots), and the rest (n,).

    `before` is the knot at or before a row.
    """

    terms: Numbers
    near: Numbers
    before: NDArray[np.intp]
    era: Numbers
    blue_won: Numbers
    weight: Numbers

    @classmethod
    def of(cls, rows: Rows) -> "Prepared":
        """In the order of the rows."""
        values, eras = np.zeros((len(rows), len(TERMS))), np.zeros(len(rows))
        for chosen, states in rows.states():
            values[chosen] = terms(states)
            eras[chosen] = era(states.patch)
        return cls(values, hats(60 * rows.minute), _knot_before(rows), eras, rows.blue_won, rows.weight)

    def lead(self, weights: Numbers) -> Numbers:
        """The sum over the terms, before gain and side."""
        return np.asarray(((self.near @ weights) * self.terms).sum(axis=1))

    def gain(self, gain: float) -> Numbers:
        """What a lead is multiplied by."""
        return 1 + (gain - 1) * self.era

    def weighing(self, factor: Numbers) -> "Prepared":
        """The same rows with other weights."""
        return replace(self, weight=self.weight * factor)


def by_knot(rows: Rows) -> Rows:
    """The rows in the order that the fit needs: by the knot before them."""
    return rows.where(np.argsort(_knot_before(rows), kind="stable"))


def fit(prepared: Prepared, start: Fitted | None = None) -> Fitted:
    """The most likely model under the penalties and bounds. The rows must have come `by_knot`."""
    bounds, expected, penalty = _constraints()
    state = expected if start is None else np.concatenate(([start.side, start.gain], (start.weights * SCALE).ravel()))
    for _ in range(_STEPS):
        gradient, hessian = _scores(prepared, state)
        new = _step(state, gradient - penalty @ (state - expected), hessian + penalty, bounds)
        moved = float(np.abs(new - state).max())
        state = new
        if moved < _DONE:
            break
    return Fitted(float(state[0]), float(state[1]), state[2:].reshape(_KNOTS, -1) / SCALE)


def _step(state: Numbers, gradient: Numbers, curvature: Numbers, bounds: Bounds) -> Numbers:
    """Where the objective's parabola at `state` is highest within the bounds."""

    def parabola(to: Numbers) -> tuple[float, Numbers]:
        bent = curvature @ (to - state)
        return float((to - state) @ (0.5 * bent - gradient)), bent - gradient

    found = minimize(parabola, state, jac=True, method="L-BFGS-B", bounds=bounds, options=_STEP_OPTIONS)
    return np.asarray(found.x)


def _knot_before(rows: Rows) -> NDArray[np.intp]:
    place = np.searchsorted(np.array(KNOT_MINUTES), rows.minute, side="right") - 1
    return np.clip(place, 0, _KNOTS - 2)


def _constraints() -> tuple[Bounds, Numbers, Numbers]:
    """Bounds, expected values, and the penalty's matrix, for (side, gain, scaled weights)."""
    scale = dict(zip(TERMS, SCALE, strict=True))
    least = [ASSUMED.get(term, LEAST.get(term, 0.0)) * scale[term] for term in TERMS]
    most = [ASSUMED[term] * scale[term] if term in ASSUMED else None for term in TERMS]
    bounds: Bounds = [(_LEAST_SIDE, None), (_LEAST_GAIN, None), *list(zip(least, most, strict=True)) * _KNOTS]
    expected = np.array([0.0, 1.0, *[EXPECTED.get(term, 0.0) * scale[term] for term in TERMS] * _KNOTS])
    bends, steps = (np.diff(np.eye(_KNOTS), n=times, axis=0) for times in (2, 1))
    over_time = _SMOOTH * bends.T @ bends + _LEVEL * steps.T @ steps + _SMALL * np.eye(_KNOTS)
    penalty = np.diag([_SIDE_PENALTY, _GAIN_PENALTY, *np.zeros(_KNOTS * len(TERMS))])
    penalty[2:, 2:] = np.kron(over_time, np.eye(len(TERMS)))
    return bounds, expected, penalty


def _scores(prepared: Prepared, state: Numbers) -> tuple[Numbers, Numbers]:
    """Gradient of the log-likelihood, and its expected curvature: only the two knots around a row see that row."""
    weights = state[2:].reshape(_KNOTS, -1) / SCALE
    lead = prepared.lead(weights)
    gain = prepared.gain(state[1])
    probability = 1 / (1 + np.exp(-(state[0] + gain * lead)))
    error = prepared.weight * (prepared.blue_won - probability)
    curve = prepared.weight * probability * (1 - probability)
    bounds = np.searchsorted(prepared.before, np.arange(_KNOTS))
    gradient, curvature = np.zeros(len(state)), np.zeros((len(state),) * 2)
    for knot in range(_KNOTS - 1):
        rows = slice(bounds[knot], bounds[knot + 1])
        scaled = prepared.terms[rows] / SCALE * gain[rows, None]
        near = prepared.near[rows, knot : knot + 2]
        ends = (np.ones(len(scaled)), prepared.era[rows] * lead[rows])
        inputs = np.column_stack((*ends, scaled * near[:, :1], scaled * near[:, 1:]))
        begin = 2 + len(TERMS) * knot
        places = np.r_[0, 1, begin : begin + 2 * len(TERMS)]
        gradient[places] += inputs.T @ error[rows]
        curvature[np.ix_(places, places)] += inputs.T @ (inputs * curve[rows, None])
    return gradient, curvature
