"""States of many games from one source, and what is done with them whatever the source."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from src.core.domain.win_probability.model import predict
from src.core.domain.win_probability.state import FEATURES, GameStates, Prediction

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

FOLDS: Final = 5
COLUMN: Final = {feature: place for place, feature in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Rows:
    """One row per game and moment; all shapes (n,), but `difference` (n, len(FEATURES)).

    `difference` is NaN where the source does not know a feature. `both_kinds`: dragons and heralds in one number, for
    the source that counts them together, else NaN. `weight` is how many rows a row stands for.
    """

    game: Texts
    patch: Texts
    minute: Numbers
    total_gold: Numbers
    difference: Numbers
    both_kinds: Numbers
    blue_won: Numbers
    weight: Numbers

    def __len__(self) -> int:
        return len(self.game)

    def where(self, chosen: Flags | NDArray[np.intp]) -> "Rows":
        """The chosen rows only."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def at(self, minute: float, reach: float = 0.0) -> "Rows":
        """The rows no farther than `reach` from this minute."""
        return self.where(np.abs(self.minute - minute) <= reach)

    def weighing(self, factor: float) -> "Rows":
        """The same with other weights."""
        return replace(self, weight=self.weight * factor)

    def known(self) -> Flags:
        """Which features this source knows, shape (len(FEATURES),)."""
        return np.asarray(~np.isnan(self.difference).any(axis=0))

    def feature(self, name: str) -> Numbers:
        """One column of `difference`."""
        return self.difference[:, COLUMN[name]]

    def fold(self) -> NDArray[np.intp]:
        """0 to FOLDS - 1, the same for all rows of a match in whatever source."""
        games, place = np.unique(self.game, return_inverse=True)
        return np.array([crc32(game.encode()) % FOLDS for game in games], dtype=np.intp)[place]

    def states(self) -> "Iterable[tuple[NDArray[np.intp], GameStates]]":
        """What the model is asked, patch by patch, and which rows those are."""
        for patch in np.unique(self.patch):
            chosen = np.flatnonzero(self.patch == patch)
            yield (
                chosen,
                GameStates(
                    patch=str(patch),
                    time_s=60.0 * self.minute[chosen],
                    total_gold=self.total_gold[chosen],
                    difference=self.difference[chosen],
                ),
            )

    def predicted(self) -> Prediction:
        """What the model in the project says."""
        blue, low, high = (np.zeros(len(self)) for _ in range(3))
        for chosen, states in self.states():
            told = predict(states)
            blue[chosen], low[chosen], high[chosen] = told.blue, told.low, told.high
        return Prediction(blue=blue, low=low, high=high)


def together(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, one after the other."""
    parts = list(parts)
    return Rows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rows)))
