"""What the model is fitted on and tried on, and how much each source counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tools.win_probability import sources
from tools.win_probability.at_minute import GamesAtMinutes
from tools.win_probability.last_tenth import last_tenth
from tools.win_probability.missing import completed
from tools.win_probability.rows import Rows, together
from tools.win_probability.tables import MissingTable
from tools.win_probability.timelines import real_games

COUNTS: Final[Mapping[str, float]] = {
    "kaggle10": 1.5, "voltether10": 3.0, "ethan15": 0.6, "bigsiimp15": 0.3, "ricefarmer27": 0.7,
    "ricefarmer": 0.08, "between": 0.03, "real": 1.0,
}  # fmt: skip
"""How much a row of each source counts in the fit. Small sources count more than by their size: how much a lead is
worth differs between sources by more than chance, so that a thousand games more of the same source say little."""
_MARKS: Final = (6, 8, 10, 14, 20, *range(28, 45, 2))
"""Minutes for which the RiceFarmer games are put together: early, where long games have their exact state, and late."""
_BETWEEN, _BETWEEN_REACH = 21.0, 5.0
"""Minutes 16 to 26, where those games' rows are taken as they lie, each for its share of the game."""
_SEED: Final = 20


@dataclass(frozen=True, slots=True)
class Population:
    """Sources by name, every feature known or expected; the RiceFarmer games at any minute; what is not there."""

    found: Mapping[str, Rows]
    at_minutes: GamesAtMinutes | None
    absent: tuple[str, ...]

    def fitted_on(self) -> Rows:
        """All that the model is fitted on, weighted."""
        return together(self.found[name].weighing(count) for name, count in COUNTS.items())


def read(tables: Path, documents: Path) -> Population:
    """Everything that is there.

    Raises:
        MissingTable: there are no documents of real games; without them nothing says what a source does not know.
    """
    real = real_games(documents)
    if real is None:
        raise MissingTable(f"there are no match and timeline documents of games on Summoner's Rift in {documents}")
    found, absent = {"real": real}, []

    def take(name: str, source: Callable[[Path], Rows], *like: Rows | None) -> None:
        try:
            rows = source(tables)
        except MissingTable as why:
            absent.append(str(why))
            return
        for other in (*like, real):
            rows = rows if other is None else completed(rows, other)
        found[name] = rows

    at_minutes = None
    try:
        games = sources.ricefarmer(tables)
    except MissingTable as why:
        absent.append(str(why))
    else:
        at_minutes = _ricefarmer(games, real, found)
    take("kaggle10", sources.kaggle10)
    take("voltether10", sources.voltether10, None if at_minutes is None else at_minutes.at(10))
    take("ethan15", sources.ethan15)
    take("bigsiimp15", sources.bigsiimp15, found.get("ethan15"))
    take("pro", sources.legoyoda_pro)
    return Population(found, at_minutes, tuple(absent))


def _ricefarmer(games: sources.Ricefarmer, real: Rows, found: dict[str, Rows]) -> GamesAtMinutes:
    tenth = completed(last_tenth(games, _SEED), real)
    games = replace(games, shares=completed(games.shares, real), long_games=completed(games.long_games, real))
    at_minutes = GamesAtMinutes.of(games, tenth)
    found["ricefarmer27"] = games.long_games.at(27)
    found["ricefarmer"] = together(at_minutes.at(mark) for mark in _MARKS)
    found["between"] = together(rows.at(_BETWEEN, _BETWEEN_REACH) for rows in (games.shares, tenth))
    return at_minutes
