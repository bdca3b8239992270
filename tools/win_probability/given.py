"""What becomes of games in which one side has a Baron, an inhibitor or the soul more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.win_probability.rows import Numbers, Rows

NAMES: Final = ("barons", "inhibitors", "souls")
_LEAST_GAMES: Final = 40


@dataclass(frozen=True, slots=True)
class Given:
    """Games at a minute in which one side has more of something: what the model says of that side, and how many won.

    `error` is the standard error of `won`; both in 0 to 1.
    """

    minute: int
    feature: str
    games: int
    said: float
    won: float
    error: float


def given(minute: int, rows: Rows, probability: Numbers) -> Iterator[Given]:
    """One for every feature of NAMES in which games enough are unequal; what laid rows have a part of is rounded."""
    for name in NAMES:
        lead = np.rint(rows.feature(name))
        chosen = lead != 0
        if chosen.sum() < _LEAST_GAMES:
            continue
        is_blue, weight = lead[chosen] > 0, rows.weight[chosen]
        said = np.where(is_blue, probability[chosen], 1 - probability[chosen])
        won = is_blue == (rows.blue_won[chosen] == 1)
        mean = float(np.average(won, weights=weight))
        error = float(np.sqrt((weight**2 * (won - mean) ** 2).sum()) / weight.sum())
        yield Given(minute, name, int(chosen.sum()), float(np.average(said, weights=weight)), mean, error)
