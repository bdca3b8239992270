"""The last tenth of a game, which the table of shares of a game leaves out.

Its latest moment is 80 % of a game. Many of the games that are on at a late minute end soon after, and those are the
decided ones: without them a lead late in a game would look like little.

Games that are in both tables and end shortly after minute 27 show how a game gets from 60 and 80 % to its last tenth.
The same way is laid on every game: what to expect from where it was, and the rest of one of those games, drawn from
those that are as near to their end. Everything is seen from the winner's side, gold in percent of all gold.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.win_probability.rows import COLUMN, FOLDS, Numbers, Rows, together
from tools.win_probability.sources import LongGames, Shares

_MARK: Final = 27.0
_FROM, _MIDDLE = 80, 60
_BEGIN: Final = 0.9
_EARLIEST: Final = 14
"""Minutes. Games hardly end before, and whoever gives up at 15 has not pushed into a base."""
_NEIGHBOURS: Final = 30


@dataclass(frozen=True, slots=True)
class _Way:
    """Games at 60 % and 80 % of their length, from the winner's side; shapes (games, features), (games,)."""

    middle: Numbers
    late: Numbers
    minutes: Numbers

    def towards(self, share: Numbers, feature: int) -> Numbers:
        """What the change of a feature from 80 % to a share of the game is expected from, shape (games, inputs)."""
        on = (share - _FROM / 100) / (1 - _FROM / 100)
        middle, late, gold = self.middle[:, feature], self.late[:, feature], self.late[:, COLUMN["gold"]]
        return np.stack(
            (on, on * on, on * late, on * on * late, on * (late - middle), on * gold, on * on * gold), axis=-1
        )

    def of(self, chosen: NDArray[np.intp]) -> "_Way":
        return _Way(self.middle[chosen], self.late[chosen], self.minutes[chosen])


@dataclass(frozen=True, slots=True)
class _Learned:
    """Per feature what its change depends on; what that left over, per game; how far through their games those were."""

    models: dict[int, Numbers]
    rests: Numbers
    shares: Numbers


def last_tenth(shares: Shares, long_games: LongGames, seed: int, without: int | None = None) -> Rows:
    """A row for every whole minute from 14 on in the last tenth of each game, as the table has none.

    With `without`, no game of that fold shows the way.
    """
    late, way = _way(shares)
    asked = [int(place) for place in np.flatnonzero(shares.rows.known())]
    learned = _learned(late, way, _ending(long_games, without), asked)
    draw = np.random.default_rng(seed)
    order = np.argsort(learned.shares)
    made = []
    for minute in range(_EARLIEST, int(way.minutes.max())):
        on = np.flatnonzero((way.minutes > minute) & (way.minutes < minute / _BEGIN))
        if not len(on):
            continue
        share = minute / way.minutes[on]
        place = np.searchsorted(learned.shares[order], share)
        place += draw.integers(-_NEIGHBOURS, _NEIGHBOURS + 1, len(on))
        rest = learned.rests[order[np.clip(place, 0, len(order) - 1)]]
        state = way.late[on].copy()
        for feature in asked:
            state[:, feature] += way.of(on).towards(share, feature) @ learned.models[feature] + rest[:, feature]
        made.append(_rows(late.where(on), state, float(minute)))
    return together(made)


def _ending(long_games: LongGames, without: int | None) -> LongGames:
    """The games, at minute 27, that end so soon after that it is in their last tenth."""
    fold = np.full(len(long_games.rows), FOLDS) if without is None else long_games.rows.fold()
    is_one = (long_games.rows.minute == _MARK) & (long_games.minutes < _MARK / _BEGIN) & (fold != without)
    ends = np.flatnonzero(is_one)
    return LongGames(long_games.rows.where(ends), long_games.minutes[ends])


def _way(shares: Shares) -> tuple[Rows, _Way]:
    """The games' rows at 80 %, and their way there; one row per game, in the order of the games' ids."""
    late, middle = (np.flatnonzero(shares.percent == wanted) for wanted in (_FROM, _MIDDLE))
    late, middle = (rows[np.argsort(shares.rows.game[rows])] for rows in (late, middle))
    if not np.array_equal(shares.rows.game[late], shares.rows.game[middle]):
        raise ValueError("a game lacks a row")
    states = _from_the_winner(shares.rows)
    return shares.rows.where(late), _Way(states[middle], states[late], shares.minutes[late])


def _from_the_winner(rows: Rows) -> Numbers:
    states = rows.difference * np.where(rows.blue_won == 1, 1.0, -1.0)[:, None]
    states[:, COLUMN["gold"]] *= 100 / rows.total_gold
    return states


def _learned(late: Rows, way: _Way, ending: LongGames, asked: list[int]) -> _Learned:
    place = np.minimum(np.searchsorted(late.game, ending.rows.game), len(late) - 1)
    both = late.game[place] == ending.rows.game
    mine, share = way.of(place[both]), _MARK / ending.minutes[both]
    arrived = _from_the_winner(ending.rows)[both]
    models: dict[int, Numbers] = {}
    rests = np.zeros_like(arrived)
    for feature in asked:
        inputs = mine.towards(share, feature)
        change = arrived[:, feature] - mine.late[:, feature]
        models[feature] = np.linalg.lstsq(inputs, change, rcond=None)[0]
        rests[:, feature] = change - inputs @ models[feature]
    return _Learned(models, rests, share)


def _rows(late: Rows, state: Numbers, minute: float) -> Rows:
    """Rows at a minute with states that are still seen from the winner's side."""
    total_gold = late.total_gold * minute / late.minute
    difference = state * np.where(late.blue_won == 1, 1.0, -1.0)[:, None]
    difference[:, COLUMN["gold"]] *= total_gold / 100
    return Rows.of(
        late.game,
        late.patch,
        np.full(len(late), minute),
        total_gold=total_gold,
        difference=difference,
        blue_won=late.blue_won,
        laid=True,
    )
