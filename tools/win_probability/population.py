"""What the model is fitted on and tried on, and how much each source counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from tools.win_probability import sources
from tools.win_probability.at_minute import GamesAtMinutes
from tools.win_probability.last_tenth import last_tenth
from tools.win_probability.missing import Like, LikeRows, Typical, completed
from tools.win_probability.rows import FOLDS, Rows, together
from tools.win_probability.sources import LongGames, Shares
from tools.win_probability.tables import MissingTable
from tools.win_probability.timelines import real_games

Source = TypeVar("Source")

COUNTS: Final[Mapping[str, float]] = {
    "kaggle10": 1.5, "voltether10": 3.0, "ethan15": 0.6, "bigsiimp15": 0.3, "ricefarmer27": 0.7,
    "ricefarmer": 0.08, "between": 0.03, "real": 1.0,
}  # fmt: skip
"""How much a row of each source counts in the fit. Small sources count more than by their size: how much a lead is
worth differs between sources by more than chance, so that a thousand games more of the same source say little."""
RICEFARMER: Final = frozenset({"ricefarmer27", "ricefarmer", "between"})
"""What is of the games of 2024: one source, whichever of its tables."""
_MARKS: Final = (6, 8, 10, 14, 20, *range(28, 45, 2))
"""Minutes for which the games of 2024 are put together: early, where long games have their exact state, and late."""
_BETWEEN, _BETWEEN_REACH = 21.0, 5.0
"""Minutes 16 to 26, where those games' rows are taken as they lie, each for its share of the game."""
_SEED: Final = 20


@dataclass(frozen=True, slots=True)
class Put:
    """The games of 2024 with their last tenth laid, and what of it the model is fitted on, by source."""

    at_minutes: GamesAtMinutes
    fitted_on: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Population:
    """Sources by name, every feature known or expected, and the games of 2024 as they are in their tables.

    `absent`: what is not there.
    """

    found: Mapping[str, Rows]
    shares: Shares | None
    long_games: LongGames | None
    like: Like
    absent: tuple[str, ...]

    def put(self, without: int | None = None) -> Put | None:
        """The games of 2024 at any minute; none of the fold `without` shows how games end. None without both tables.

        A share at which one side has an elder more is not fitted on. It was taken before 80 % of a game that was not
        over with it: an elder that won its game is in none.
        """
        if self.shares is None or self.long_games is None:
            return None
        tenth = completed(last_tenth(self.shares, self.long_games, _SEED, without), self.like)
        shares = replace(self.shares, rows=completed(self.shares.rows, self.like))
        at_minutes = GamesAtMinutes.of(shares, completed(self.long_games.rows, self.like), tenth)
        parts = {
            "ricefarmer": together(at_minutes.at(mark) for mark in _MARKS),
            "between": together(rows.at(_BETWEEN, _BETWEEN_REACH) for rows in (shares.rows, tenth)),
        }
        return Put(at_minutes, {name: rows.where(rows.feature("elders") == 0) for name, rows in parts.items()})

    def fitted_on(self, put: Put | None, without: Iterable[str] = ()) -> Rows:
        """All that the model is fitted on but the sources `without`, weighted."""
        found = {**self.found, **(put.fitted_on if put else {})}
        left = set(without)
        return together(found[name].weighing(count) for name, count in COUNTS.items() if name not in left)


@dataclass(frozen=True, slots=True)
class Folded:
    """A population fold by fold: no outcome of a held game is in what its fold's model is fitted on.

    Its features may be, where columns are filled that a table lacks.
    """

    population: Population
    puts: tuple[Put | None, ...]

    @classmethod
    def of(cls, population: Population) -> "Folded":
        """With the last tenths laid anew for every fold."""
        return cls(population, tuple(population.put(fold) for fold in range(FOLDS)))

    def at(self, minute: float) -> Rows | None:
        """The games of 2024 at a minute, each laid as games of other folds went."""
        parts = []
        for fold, put in enumerate(self.puts):
            if put is None:
                return None
            rows = put.at_minutes.at(minute)
            parts.append(rows.where(rows.fold() == fold))
        return together(parts)


def read(tables: Path | None, documents: Path | None) -> Population:
    """Everything that is there; nothing, and nothing absent, where no folder is given.

    Without documents of real games, what columns go together is taken from `Typical`.
    """
    real, absent = real_games(documents) if documents else None, []
    if documents and real is None:
        absent.append(f"there are no match and timeline documents of games on Summoner's Rift in {documents}")
    like: Like = Typical.kept() if real is None else LikeRows(real)
    found = {} if real is None else {"real": real}
    take = partial(_taken, tables, absent)
    shares, long_games = take(sources.ricefarmer_shares), take(sources.ricefarmer_long_games)
    if long_games is not None:
        found["ricefarmer27"] = completed(long_games.rows.at(27), like)
    put = Population(found, shares, long_games, like, ()).put()
    for name in ("kaggle10", "voltether10", "ethan15", "bigsiimp15", "pro"):
        rows = take(getattr(sources, name))
        if rows is None:
            continue
        if name == "voltether10" and put is not None:
            rows = completed(rows, LikeRows(put.at_minutes.at(10)))
        if name == "bigsiimp15" and "ethan15" in found:
            rows = completed(rows, LikeRows(found["ethan15"]))
        found[name] = completed(rows, like)
    return Population(found, shares, long_games, like, tuple(absent))


def _taken(tables: Path | None, absent: list[str], source: Callable[[Path], Source]) -> Source | None:
    if tables is None:
        return None
    try:
        return source(tables)
    except MissingTable as why:
        absent.append(str(why))
        return None
