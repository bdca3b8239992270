"""States of many games from one source, and what is done with them whatever the source."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from src.core.domain.win_probability.regression import Regression
from src.core.domain.win_probability.state import FEATURES, GameStates, Prediction

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

FOLDS: Final = 5
COLUMN: Final = {feature: place for place, feature in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Rows:
    """One row per game and moment; all shapes (n,), but `difference` (n, len(FEATURES)) and `own` (n, any number).

    `difference` is NaN where the source does not know a feature. `both_kinds`: dragons and heralds in one number, for
    the source that counts them together, else NaN. `weight` is how many rows a row stands for. `own`: blue's minus
    red's in every column of the source's table, whether the model has a feature like it or not; of no columns where
    rows do not come from one table as they are. `laid`: whether the row was made up for a game's last tenth.
    """

    game: Texts
    patch: Texts
    minute: Numbers
    total_gold: Numbers
    difference: Numbers
    both_kinds: Numbers
    blue_won: Numbers
    weight: Numbers
    own: Numbers
    laid: Flags

    @classmethod
    def of(
        cls,
        game: Texts,
        patch: str | Texts,
        minute: Numbers,
        *,
        total_gold: Numbers,
        difference: Numbers,
        blue_won: Numbers,
        both_kinds: Numbers | None = None,
        weight: Numbers | None = None,
        own: Numbers | None = None,
        laid: bool = False,
    ) -> "Rows":
        """Rows that each stand for themselves, with what only some sources have."""
        count = len(game)
        return cls(
            game=game,
            patch=np.broadcast_to(np.array(patch), count),
            minute=minute,
            total_gold=total_gold,
            difference=difference,
            both_kinds=np.full(count, np.nan) if both_kinds is None else both_kinds,
            blue_won=blue_won,
            weight=np.ones(count) if weight is None else weight,
            own=np.zeros((count, 0)) if own is None else own,
            laid=np.full(count, laid),
        )

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

    def predicted(self, model: Regression) -> Prediction:
        """What a model says."""
        blue, low, high = (np.zeros(len(self)) for _ in range(3))
        for chosen, states in self.states():
            told = model.predict(states)
            blue[chosen], low[chosen], high[chosen] = told.blue, told.low, told.high
        return Prediction(blue=blue, low=low, high=high)


def together(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, one after the other."""
    parts = list(parts)
    if len({part.own.shape[1] for part in parts}) > 1:
        parts = [replace(part, own=np.zeros((len(part), 0))) for part in parts]
    return Rows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rows)))
