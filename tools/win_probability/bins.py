"""Games with about the same probability: what was said of them, and how many came true."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from src.core.domain.win_probability.regression import NINETY_PERCENT
from src.core.domain.win_probability.state import Prediction
from tools.win_probability import measures
from tools.win_probability.rows import Numbers, Rows

ENOUGH: Final = 40
"""Games, below which a bin says too little: chance alone moves its frequency by 13 points either way."""


@dataclass(frozen=True, slots=True)
class Bin:
    """How many games, their mean probability, how many of them came true, and the mean bounds."""

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
        """Whether the frequency lies within the bounds, each widened by what chance does to the frequency."""
        above = self.frequency > self.probability
        reach = (self.high - self.probability) if above else (self.probability - self.low)
        return bool(abs(self.frequency - self.probability) <= np.hypot(reach, NINETY_PERCENT * self.error))


def binned(rows: Rows, probability: Numbers, told: Prediction, least: float = ENOUGH) -> Iterator[Bin]:
    """The ten bins, those that have games enough.

    Games count by what they are worth: rows of unequal weight are worth fewer, and all rows of a match are worth one.
    """
    place = measures.bins(probability)
    for number in range(measures.BINS):
        here = place == number
        games = _worth(rows.where(here))
        if games < least:
            continue
        p, won, low, high = (
            float(np.average(values[here], weights=rows.weight[here]))
            for values in (probability, rows.blue_won, told.low, told.high)
        )
        yield Bin(games, p, won, low, high)


def _worth(rows: Rows) -> float:
    if not len(rows):
        return 0.0
    _, match = np.unique(rows.game, return_inverse=True)
    by_match = np.bincount(match, rows.weight)
    return float(by_match.sum() ** 2 / (by_match**2).sum())
