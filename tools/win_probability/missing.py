"""What is not known of a game, expected from what is.

In the product everything is known; a column left at 0 would say that the sides are equal there, and teach the model
that a lead in gold comes alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.rows import COLUMN, Flags, Numbers, Rows

TYPICAL: Final = Path(__file__).with_name("typical.json")
_TYPICAL_MINUTES: Final = (5, 10, 15, 20, 25, 30)
_FROM: Final = ("gold", "xp", "levels", "lane_cs", "jungle_cs", "kills")
"""What the rest is expected from, as far as it is known."""
_RIDGE: Final = 3.0
_ENOUGH: Final = 250
_DIGITS: Final = 5


class Like(Protocol):
    """Games in which more is known."""

    def known(self) -> Flags:
        """Which features are, shape (len(FEATURES),)."""

    def products(self, minute: float) -> tuple[Numbers, float]:
        """Around a minute: the mean product of every two features, shape (len(FEATURES),) * 2, and of how many rows."""


@dataclass(frozen=True, slots=True)
class LikeRows:
    """Games that are at hand."""

    rows: Rows

    def known(self) -> Flags:
        """As the rows have it."""
        return self.rows.known()

    def products(self, minute: float) -> tuple[Numbers, float]:
        """Over the rows within a minute of it, or farther off until there are enough."""
        distance = np.abs(self.rows.minute - minute)
        reach = max(1.0, float(np.sort(distance)[min(_ENOUGH, len(distance)) - 1]))
        near = self.rows.where(distance <= reach)
        weighted = near.difference * (near.weight / near.weight.sum())[:, None]
        return np.asarray(weighted.T @ near.difference), float(len(near))


@dataclass(frozen=True, slots=True)
class Typical:
    """The real timelines that the model was fitted on, in a few numbers: for whoever has not got them."""

    minutes: Numbers
    at_minutes: Numbers

    @classmethod
    def kept(cls, path: Path = TYPICAL) -> "Typical":
        """As `make model` wrote it."""
        document = json.loads(path.read_text("utf-8"))
        size = len(FEATURES)
        at_minutes = np.zeros((len(document), size, size))
        for place, triangle in enumerate(document.values()):
            at_minutes[place][np.tril_indices(size)] = triangle
        diagonals = at_minutes * np.eye(size)
        return cls(np.array([*map(float, document)]), at_minutes + at_minutes.transpose(0, 2, 1) - diagonals)

    def known(self) -> Flags:
        """All."""
        return np.full(len(FEATURES), fill_value=True)

    def products(self, minute: float) -> tuple[Numbers, float]:
        """Those of the two minutes around it, in proportion."""
        place = float(np.interp(minute, self.minutes, np.arange(len(self.minutes))))
        before = min(int(place), len(self.minutes) - 2)
        step = self.at_minutes[before + 1] - self.at_minutes[before]
        return np.asarray(self.at_minutes[before] + (place - before) * step), float(_ENOUGH)


def keep(real: Rows, path: Path = TYPICAL) -> None:
    """Write what `Typical` reads; a line per minute."""
    lines = []
    for minute in _TYPICAL_MINUTES:
        triangle = LikeRows(real).products(minute)[0][np.tril_indices(len(FEATURES))]
        lines.append(f'"{minute}": {json.dumps([float(f"{value:.{_DIGITS}g}") for value in triangle])}')
    path.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")


def completed(rows: Rows, like: Like) -> Rows:
    """The rows with every feature that they lack and `like` knows: its expectation in `like` around the same minute.

    A regression without a constant, so that the expectation is odd as the features are: blue's lead in one of them
    predicts blue's lead in the other just as red's predicts red's.
    """
    asked = [int(place) for place in np.flatnonzero(~rows.known()) if like.known()[place]]
    used = [COLUMN[name] for name in _FROM if rows.known()[COLUMN[name]] and like.known()[COLUMN[name]]]
    picked, seen = np.eye(len(FEATURES))[used], rows.difference[:, used]
    if not np.isnan(rows.both_kinds).any():
        picked = np.vstack((picked, _picking(("dragons", "heralds"))))
        seen = np.column_stack((seen, rows.both_kinds))
    difference = rows.difference.copy()
    for minute in np.unique(rows.minute):
        here = rows.minute == minute
        slopes = _slopes(*like.products(float(minute)), picked, asked)
        difference[np.ix_(here, asked)] = seen[here] @ slopes
    return replace(rows, difference=difference)


def _picking(names: Iterable[str]) -> Numbers:
    picked = np.zeros(len(FEATURES))
    picked[[COLUMN[name] for name in names]] = 1.0
    return picked


def _slopes(products: Numbers, count: float, picked: Numbers, asked: list[int]) -> Numbers:
    """Ridge regression, the ridge in units of the inputs' spread; shape (inputs, asked)."""
    known = np.nan_to_num(products)
    inputs, wanted = picked @ known @ picked.T, (picked @ known)[:, asked]
    spread = np.sqrt(np.diag(inputs))[:, None] + 1e-9
    ridge = _RIDGE / count * np.eye(len(inputs))
    return np.asarray(np.linalg.solve(inputs / (spread * spread.T) + ridge, wanted / spread) / spread)
