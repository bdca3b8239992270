"""A logistic regression whose weights change over the game, and what it is asked."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from src.core.domain.win_probability.state import FEATURES, GameStates, Prediction

Numbers = NDArray[np.float64]

KNOT_MINUTES: Final = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0)
TERMS: Final = ("gold", "big_gold", *FEATURES[1:])
"""What the weights belong to: every feature, and `big_gold`, by which a big lead counts more than in proportion.

`gold` and `xp` are in percent of the gold that both sides have earned: 1,000 gold are much at minute 5, little at 30.
"""
BIG_LEAD: Final = 8.0
"""Percent of all gold. Of a lead, next to nothing is in `big_gold` well below this, all that exceeds it well above."""
FARTHEST: Final = 7.0
"""What the logit of a lead never exceeds: one in a thousand, as rare as anything the data could show. The side's term
comes on top, and bounds reach farther."""
LEAST_GOLD: Final = 12_400.0
"""Gold of both sides at minute 4. Before, a lead counts as if they had as much: the tables hold next to nothing
earlier, and a first blood, which then makes 4 %, should be worth no more than the 60 % that won with it: 2,228 of 3,727
games of the high Diamond table at minute 10 in which blue had it."""
OLD_SEASON, NEW_SEASON = 11, 14
"""Up to the first a lead counts as in 2020 and 2021, from the second on as in 2024 and since."""
NINETY_PERCENT: Final = 1.6448536269514722
"""So many standard deviations either way hold nine of ten."""

_SECONDS: Final = 60.0
_EDGE: Final = 2 * FARTHEST
_PATCH: Final = re.compile(r"(\d{1,3})\.")
_KNOTS: Final = np.array(KNOT_MINUTES)


@dataclass(frozen=True, slots=True)
class Regression:
    """What was fitted.

    Shapes: `weights`, `rest` (knots, terms); `ways` (ways, knots, terms); `unseen` (knots,). `ways` are directions in
    which all weights may be off together, `rest` is by how much each may be off besides; both in standard deviations.
    `unseen` is by how much the worth of a lead differs between populations, as a share of it, `side_spread` the same
    for the sides, in logits.
    """

    side: float
    gain: float
    weights: Numbers
    ways: Numbers
    rest: Numbers
    unseen: Numbers
    side_spread: float

    def predict(self, states: GameStates) -> Prediction:
        """Blue's probability to win in each state, with the bounds that hold it nine times out of ten.

        The logit of the probability is `side + gain * sum over terms of weight(minute) * term`. Weights are never
        negative and run straight from one knot to the next, so nothing that a side has more of ever hurts it; swapping
        the sides mirrors everything but `side`. `gain` is 1 for the seasons of the older data and grows to that of the
        newer.

        The logit's variance is what fits on other matches say (`ways`, `rest`), what other populations say (`unseen`),
        and that of the side. Any finite input gives finite numbers, 0 < low <= blue <= high < 1.
        """
        seen, near = terms(states), hats(states.time_s)
        gain = 1.0 + (self.gain - 1.0) * era(states.patch)
        lead = np.clip(gain * np.einsum("nk,kt,nt->n", near, self.weights, seen), -FARTHEST, FARTHEST)
        together = gain * np.einsum("nk,wkt,nt->nw", near, self.ways, seen)
        apart = gain * (near @ self.rest) * seen
        unseen = lead * (near @ self.unseen)
        variance = (together**2).sum(axis=1) + (apart**2).sum(axis=1) + unseen**2 + self.side_spread**2
        reach = NINETY_PERCENT * np.sqrt(variance)
        logit = self.side + lead
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
