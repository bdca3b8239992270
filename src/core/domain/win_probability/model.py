"""The fitted win probability: a logistic regression whose weights change over the game."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from src.core.domain.win_probability.coefficients import (
    KNOT_MINUTES,
    MODEL_VERSION,
    NEW_ERA_GAIN,
    SIDE,
    SIDE_SPREAD,
    SPREAD,
    UNSEEN_SPREAD,
    WEIGHTS,
)
from src.core.domain.win_probability.state import FEATURES, GameStates, Prediction

__all__ = ["KNOT_MINUTES", "MODEL_VERSION", "TERMS", "era", "hats", "predict", "terms"]

Numbers = NDArray[np.float64]

TERMS: Final = ("gold", "big_gold", *FEATURES[1:])
"""What the weights belong to: every feature, and `big_gold`, by which a big lead counts more than in proportion.

`gold` and `xp` are in percent of the gold that both sides have earned: 1,000 gold are much at minute 5, little at 30.
"""
BIG_LEAD: Final = 8.0
"""Percent of all gold. Of a lead, next to nothing is in `big_gold` well below this, all that exceeds it well above."""
FARTHEST: Final = 7.0
"""The logit no prediction exceeds: one in a thousand, as rare as anything the data could show."""
LEAST_GOLD: Final = 12_400.0
"""Gold of both sides at minute 4. Before, a lead counts as if they had as much: the tables hold nothing earlier, and a
first blood, which then makes 4 %, is worth the 60 % of games that are won with it."""
OLD_SEASON, NEW_SEASON = 11, 14
"""Up to the first a lead counts as in 2020 and 2021, from the second on as in 2024 and since."""

_SECONDS: Final = 60.0
_EDGE: Final = 2 * FARTHEST
_NINETY_PERCENT: Final = 1.6448536269514722  # standard deviations, either way
_PATCH: Final = re.compile(r"(\d{1,3})\.")

_KNOTS = np.array(KNOT_MINUTES)
_WEIGHTS = np.array(WEIGHTS)  # (knots, terms)
_SPREAD = np.array(SPREAD)  # (ways, knots, terms)
_UNSEEN_SPREAD = np.array(UNSEEN_SPREAD)  # (knots,)


def predict(states: GameStates) -> Prediction:
    """Blue's probability to win in each state, with the bounds that hold it nine times out of ten.

    The logit of the probability is `side + gain * sum over terms of weight(minute) * term`. Weights are never negative
    and run straight from one knot to the next, so nothing that a side has more of ever hurts it; swapping the sides
    mirrors everything but `side`. `gain` is 1 for the seasons of the older data and grows to that of the newer.

    The logit's standard deviation has three parts: `SPREAD`, how much the weights differ when the model is fitted on
    other matches; `UNSEEN_SPREAD`, how much the worth of a lead differs between populations of players, as a share of
    the lead; and `SIDE_SPREAD`, the same for the sides. Any finite input gives finite numbers,
    0 < low <= blue <= high < 1.
    """
    seen, near = terms(states), hats(states.time_s)
    gain = 1.0 + (NEW_ERA_GAIN - 1.0) * era(states.patch)
    lead = np.clip(gain * np.einsum("nk,kt,nt->n", near, _WEIGHTS, seen), -FARTHEST, FARTHEST)
    fitted = gain * np.einsum("nk,wkt,nt->nw", near, _SPREAD, seen)
    unseen = lead * (near @ _UNSEEN_SPREAD)
    reach = _NINETY_PERCENT * np.sqrt((fitted**2).sum(axis=1) + unseen**2 + SIDE_SPREAD**2)
    logit = SIDE + lead
    return Prediction(blue=_probability(logit), low=_probability(logit - reach), high=_probability(logit + reach))


def terms(states: GameStates) -> Numbers:
    """What the weights are multiplied with, shape (n, len(TERMS)); odd in `states.difference`."""
    percent = 100.0 / np.maximum(states.total_gold, LEAST_GOLD)
    gold = states.difference[:, 0] * percent
    big_gold = gold - BIG_LEAD * np.tanh(gold / BIG_LEAD)
    rest = states.difference[:, 1:].copy()
    rest[:, 0] *= percent
    return np.column_stack((gold, big_gold, rest))


def hats(time_s: Numbers) -> Numbers:
    """How near each moment is to each knot, shape (n, knots): rows add up to 1, at most two of a row are not 0."""
    place = np.interp(time_s / _SECONDS, _KNOTS, np.arange(len(_KNOTS)))
    return np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(len(_KNOTS))))


def era(patch: str) -> float:
    """How new a patch is: 0 up to season 11, 1 from season 14 on, and for a patch that cannot be read."""
    found = _PATCH.match(patch)
    season = int(found[1]) if found else NEW_SEASON
    return float(np.clip((season - OLD_SEASON) / (NEW_SEASON - OLD_SEASON), 0.0, 1.0))


def _probability(logit: Numbers) -> Numbers:
    """The inverse of the logit; no closer to 0 or 1 than floats can tell apart from them."""
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -_EDGE, _EDGE)))
