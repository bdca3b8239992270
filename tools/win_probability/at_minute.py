"""Every game that reached a minute, once, as it stood then: what the table of shares of a game does not have."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.win_probability.rows import Numbers, Rows, together
from tools.win_probability.sources import Shares

_REACH, _LATE_REACH, _LATE = 2.0, 3.0, 28.0
_LIKE: Final = 500
_SHARES, _EXACT = 0, 1


@dataclass(frozen=True, slots=True)
class GamesAtMinutes:
    """The games of both tables with their last tenth.

    `minutes` is how long each of them was. A row is of the game number `row_game`; `kind`: a share of the game, or
    exactly that minute.
    """

    rows: Rows
    row_game: NDArray[np.intp]
    kind: NDArray[np.intp]
    minutes: Numbers

    @classmethod
    def of(cls, shares: Shares, long_games: Rows, tenth: Rows) -> "GamesAtMinutes":
        """`long_games` are those of the other table, `tenth` the rows laid for the last tenth of the games."""
        ids, place = np.unique(shares.rows.game, return_inverse=True)
        minutes = np.zeros(len(ids))
        minutes[place] = shares.minutes
        long_games = long_games.where(np.isin(long_games.game, ids))
        rows = together((shares.rows, long_games, tenth))
        kind = np.repeat([_SHARES, _EXACT, _EXACT], [len(shares.rows), len(long_games), len(tenth)])
        return cls(rows, np.searchsorted(ids, rows.game), kind, minutes)

    def at(self, minute: float) -> Rows:
        """One row per game that lasted longer, with its state nearest to the minute, as if it were that minute's.

        A state is at most 2 minutes off (3 from minute 28 on). A game with none so near is represented by the 500
        nearest to it in length, which count more for it: leaving it out would leave out games of some lengths.
        """
        off = np.abs(self.rows.minute - minute)
        reach = _LATE_REACH if minute >= _LATE else _REACH
        on = self.minutes > minute
        near = np.flatnonzero((off <= reach) & on[self.row_game] & ((self.kind == _SHARES) | (off == 0)))
        near = near[np.lexsort((off[near], self.row_game[near]))]
        _, first = np.unique(self.row_game[near], return_index=True)
        chosen = near[first]
        rows = self.rows.where(chosen)
        weight = self._standing_for(self.row_game[chosen], np.flatnonzero(on))
        return replace(rows, minute=np.full(len(rows), minute), weight=weight)

    def _standing_for(self, there: NDArray[np.intp], wanted: NDArray[np.intp]) -> Numbers:
        """How many games each game that is there stands for."""
        order = np.argsort(self.minutes[there])
        absent = np.setdiff1d(wanted, there)
        size = min(_LIKE, len(there))
        middle = np.searchsorted(self.minutes[there][order], self.minutes[absent])
        begin = np.clip(middle - size // 2, 0, len(there) - size)
        steps = np.zeros(len(there) + 1)
        np.add.at(steps, begin, 1 / size)
        np.add.at(steps, begin + size, -1 / size)
        weight = np.ones(len(there))
        weight[order] += steps.cumsum()[:-1]
        return weight
