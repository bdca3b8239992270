"""What a source does not know of its games, expected from what it does know.

In the product everything is known; leaving a column at 0 would teach the model that a lead in gold comes alone.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from tools.win_probability.rows import COLUMN, Numbers, Rows

_FROM: Final = ("gold", "xp", "levels", "lane_cs", "jungle_cs", "kills")
"""What the rest is expected from, as far as the source knows it."""
_RIDGE: Final = 3.0
_ENOUGH: Final = 250


def completed(rows: Rows, like: Rows) -> Rows:
    """The rows with every feature that they lack and `like` knows: its expectation in `like` around the same minute.

    A regression without a constant, so that the expectation is odd as the features are: blue's lead in one of them
    predicts blue's lead in the other just as red's predicts red's.
    """
    asked = [place for place in np.flatnonzero(~rows.known()) if like.known()[place]]
    used = [COLUMN[name] for name in _FROM if rows.known()[COLUMN[name]] and like.known()[COLUMN[name]]]
    difference = rows.difference.copy()
    for minute in np.unique(rows.minute):
        here = rows.minute == minute
        near = _around(like, float(minute))
        slopes = _slopes(_seen(near, used, rows), near.difference[:, asked], near.weight)
        difference[np.ix_(here, asked)] = _seen(rows.where(here), used, rows) @ slopes
    return replace(rows, difference=difference)


def _around(like: Rows, minute: float) -> Rows:
    """Rows of `like` around a minute: within one, or farther off until there are enough."""
    distance = np.abs(like.minute - minute)
    reach = max(1.0, float(np.sort(distance)[min(_ENOUGH, len(distance)) - 1]))
    return like.where(distance <= reach)


def _seen(rows: Rows, used: list[int], asker: Rows) -> Numbers:
    columns = rows.difference[:, used]
    if np.isnan(asker.both_kinds).any():
        return columns
    return np.column_stack((columns, _both_kinds(rows)))


def _both_kinds(rows: Rows) -> Numbers:
    """Dragons and heralds in one number."""
    counted = rows.difference[:, COLUMN["dragons"]] + rows.difference[:, COLUMN["heralds"]]
    return np.where(np.isnan(rows.both_kinds), counted, rows.both_kinds)


def _slopes(seen: Numbers, wanted: Numbers, weight: Numbers) -> Numbers:
    """Weighted ridge regression, the ridge in units of the columns' spread; shape (seen, wanted)."""
    spread = np.sqrt(np.average(seen**2, axis=0, weights=weight)) + 1e-9
    scaled = seen / spread
    weighted = scaled * (weight / weight.mean())[:, None]
    solved: Numbers = np.linalg.solve(weighted.T @ scaled + _RIDGE * np.eye(scaled.shape[1]), weighted.T @ wanted)
    return solved / spread[:, None]
