"""The match tables: one CSV file per source, columns `blue_*` and `red_*`."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.win_probability.rows import Flags, Numbers, Texts

_TEXTS = frozenset({"match_id", "platform", "mode_guess", "tier_of_source"})


class MissingTable(Exception):
    """A file of the data is not there."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns by name, each of shape (n,)."""

    texts: dict[str, Texts]
    numbers: dict[str, Numbers]

    def where(self, chosen: Flags) -> "Table":
        """The chosen lines only."""
        return Table(
            texts={name: column[chosen] for name, column in self.texts.items()},
            numbers={name: column[chosen] for name, column in self.numbers.items()},
        )

    def of(self, side: str, name: str) -> Numbers:
        """A column of one side, `blue` or `red`."""
        return self.numbers[f"{side}_{name}"]

    def lead(self, name: str) -> Numbers:
        """Blue's minus red's."""
        return self.of("blue", name) - self.of("red", name)

    def total(self, name: str) -> Numbers:
        """Blue's plus red's."""
        return self.of("blue", name) + self.of("red", name)

    def leads(self) -> Numbers:
        """Blue's minus red's in every column that both have, shape (n, columns)."""
        names = [name.removeprefix("blue_") for name in self.numbers if name.startswith("blue_")]
        return np.column_stack([self.lead(name) for name in names if f"red_{name}" in self.numbers])


def read_table(folder: Path, name: str) -> Table:
    """The file `NAME.csv.gz` or `NAME.<part>.csv.gz`.

    Raises:
        MissingTable: there is none.
    """
    found = sorted((*folder.glob(f"{name}.csv.gz"), *folder.glob(f"{name}.*.csv.gz")))
    if not found:
        raise MissingTable(f"there is no table {name}.csv.gz in {folder}")
    with gzip.open(found[0], "rt", encoding="utf-8") as lines:
        header = lines.readline().strip().split(",")
        columns = list(zip(*(line.rstrip("\n").split(",") for line in lines), strict=True))
    texts = {name: np.array(column) for name, column in zip(header, columns, strict=True) if name in _TEXTS}
    numbers = {
        name: np.array(column, dtype=np.float64)
        for name, column in zip(header, columns, strict=True)
        if name not in _TEXTS
    }
    return Table(texts=texts, numbers=numbers)
