"""Plain logistic regressions, to compare with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability.rows import COLUMN, FOLDS, Numbers, Rows

_STEPS: Final = 30
_DONE: Final = 1e-8


def gold_only(rows: Rows) -> Numbers:
    """Blue's gold minus red's, shape (n, 1)."""
    return rows.difference[:, [COLUMN["gold"]]]


def own_columns(rows: Rows) -> Numbers:
    """Blue's minus red's in every column of the source's own table; where there is no one table, in the features.

    Wards, assists, levels, first blood, dragons by type: whatever the table has.
    """
    return rows.own if rows.own.shape[1] else rows.difference


def out_of_fold(rows: Rows, inputs: Callable[[Rows], Numbers]) -> Numbers:
    """Blue's probability by regressions that were fitted on these very rows, but without the row's fold of matches."""
    fold, seen = rows.fold(), inputs(rows)
    probability = np.zeros(len(rows))
    for number in range(FOLDS):
        held = fold == number
        weights = regression(seen[~held], rows.blue_won[~held], rows.weight[~held])
        probability[held] = 1 / (1 + np.exp(-(weights[0] + seen[held] @ weights[1:])))
    return probability


def regression(seen: Numbers, blue_won: Numbers, weight: Numbers, ridge: float = 1.0) -> Numbers:
    """Constant and slopes of a logistic regression on standardised inputs, with an L2 penalty (C = 1) on the slopes."""
    spread = np.where(seen.std(axis=0) > 0, seen.std(axis=0), 1.0)
    inputs = np.column_stack((np.ones(len(seen)), seen / spread))
    penalty = ridge * np.diag([0.0, *np.ones(seen.shape[1])])
    state = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-inputs @ state))
        gradient = inputs.T @ (weight * (blue_won - probability)) - penalty @ state
        curve = weight * probability * (1 - probability)
        step = np.linalg.solve(inputs.T @ (inputs * curve[:, None]) + penalty + _DONE * np.eye(len(state)), gradient)
        state += step
        if float(np.abs(step).max()) < _DONE:
            break
    state[1:] /= spread
    return state


@dataclass(frozen=True, slots=True)
class Calibration:
    """By what logits ought to be multiplied, and what to be added then, in favour of blue; with standard errors."""

    slope: float
    slope_error: float
    side: float
    side_error: float


def calibration(logit: Numbers, rows: Rows) -> Calibration:
    """Standard errors are over matches, all rows of one together."""
    state = regression(logit[:, None], rows.blue_won, rows.weight, ridge=0.0)
    probability = 1 / (1 + np.exp(-(state[0] + state[1] * logit)))
    inputs = np.column_stack((np.ones(len(logit)), logit))
    bread = np.linalg.inv(inputs.T @ (inputs * (rows.weight * probability * (1 - probability))[:, None]))
    _, match = np.unique(rows.game, return_inverse=True)
    scores = inputs * (rows.weight * (rows.blue_won - probability))[:, None]
    by_match = np.stack([np.bincount(match, column) for column in scores.T])
    errors = np.sqrt(np.diag(bread @ by_match @ by_match.T @ bread))
    return Calibration(float(state[1]), float(errors[1]), float(state[0]), float(errors[0]))
