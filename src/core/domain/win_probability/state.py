"""What the win probability is computed from."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = (
    "gold", "xp", "levels", "lane_cs", "jungle_cs", "kills", "towers", "inhibitors", "dragons", "souls", "elders",
    "heralds", "grubs", "barons",
)  # fmt: skip
"""What is known of both sides, each as blue's minus red's.

`gold` and `xp`: earned since the start, `levels`: the five champions' levels added up, `lane_cs` and `jungle_cs`:
minions and monsters killed, `kills`: champions killed (executions are nobody's). The rest counts what a side took since
the start: towers, inhibitors, `dragons` without elders, `souls` (1 with four dragons or more), `elders`, `heralds`,
`grubs` (void grubs), `barons`. Blue is team 100.

**Every feature has to be known.** A 0 says that the sides are equal in it, and a lead in gold that comes with no
levels, experience and minions is worth far less than one that comes as it does in games: with unknown columns at 0 the
probabilities are wrong, too near to one half. `tools/win_probability/in_part.py` asks the model with what is known, and
`make calibration` judges it on tables that lack columns.
"""


@dataclass(frozen=True, slots=True)
class GameStates:
    """States of one game at `n` moments.

    Shapes: `time_s` (n,), seconds from the game's start; `total_gold` (n,), both sides' earned gold added up;
    `difference` (n, len(FEATURES)), blue minus red. `patch` is `major.minor`.
    """

    patch: str
    time_s: NDArray[np.float64]
    total_gold: NDArray[np.float64]
    difference: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Blue's probability to win at `n` moments, with the bounds that hold it nine times out of ten; shapes (n,)."""

    blue: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
