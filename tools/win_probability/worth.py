"""What one thing more adds to an even game."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from src.core.domain.win_probability.regression import KNOT_MINUTES, TERMS, Regression
from src.core.domain.win_probability.state import FEATURES, GameStates
from tools.win_probability.bounds import assumed
from tools.win_probability.rows import COLUMN, Numbers

PATCH: Final = "15.1"
_AT: Final = (5, 10, 15, 20, 25, 30, 35)
_GOLD_AT: Final = {5: 16_000, 10: 34_000, 15: 54_000, 20: 77_000, 25: 98_000, 30: 119_000, 35: 139_000}
_WORTH: Final = (
    ("1,000 gold", {"gold": 1000}),
    ("1,000 gold and 1,000 experience", {"gold": 1000, "xp": 1000}),
    ("5,000 gold", {"gold": 5000}),
    ("three levels", {"levels": 3}),
    ("a tower", {"towers": 1}),
    ("an inhibitor", {"inhibitors": 1}),
    ("a dragon", {"dragons": 1}),
    ("the dragon soul", {"souls": 1}),
    ("an elder dragon", {"elders": 1}),
    ("a Baron", {"barons": 1}),
    ("a Baron and the 1,500 gold it pays", {"barons": 1, "gold": 1500}),
)
_FIRST: Final = {"inhibitors": 15, "souls": 20, "barons": 20, "elders": 30}
"""Before that nobody has one."""


def worth(model: Regression) -> Iterator[str]:
    """A table: percentage points, the rest being equal."""
    yield f"| minute | {' | '.join(map(str, _AT))} |"
    yield f"|---|{'---|' * len(_AT)}"
    spread = assumed(model.weights)
    for name, lead in _WORTH:
        yield f"| {name}{_since(lead, spread)} | {' | '.join(_added(model, lead))} |"


def _since(lead: Mapping[str, float], spread: Numbers) -> str:
    """From when on the weight of one thing alone is assumed, to the end of the game."""
    (name, *more) = lead
    measured = np.flatnonzero(spread[:, TERMS.index(name)] == 0)
    first = int(measured[-1]) + 1 if len(measured) else 0
    if more or first == len(KNOT_MINUTES):
        return ""
    return f" (assumed from {KNOT_MINUTES[first]:.0f} on)" if first else " (assumed)"


def _added(model: Regression, lead: Mapping[str, float]) -> Iterator[str]:
    for minute in _AT:
        if any(minute < _FIRST.get(name, 0) for name in lead):
            yield ""
            continue
        difference = np.zeros((2, len(FEATURES)))
        for name, value in lead.items():
            difference[1, COLUMN[name]] = value
        time_s, total_gold = np.full(2, 60.0 * minute), np.full(2, float(_GOLD_AT[minute]))
        even, ahead = model.predict(GameStates(PATCH, time_s, total_gold, difference)).blue
        yield f"{100 * (ahead - even):.1f}"
