"""The match tables: one CSV file per source, columns `blue_*` and `red_*`."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tools.win_probability.rows import Flags, Numbers

_TEXTS = frozenset({"match_id", "platform", "mode_guess", "tier_of_source"})


class MissingTable(Exception):
    """A file of the data is not there, or not as it has to be."""


Kind = TypeVar("Kind", bound=np.generic)


class Columns(dict[str, NDArray[Kind]]):
    """A table's columns by name; what is asked of it and not there is named."""

    def __init__(self, table: str, columns: dict[str, NDArray[Kind]]) -> None:
        """`table` is what it is called."""
        super().__init__(columns)
        self.table = table

    def __missing__(self, name: str) -> NDArray[Kind]:
        raise MissingTable(f"the table {self.table} lacks the column {name}")

    def where(self, chosen: Flags) -> "Columns[Kind]":
        """The chosen lines only."""
        return Columns(self.table, {name: column[chosen] for name, column in self.items()})


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns by name, each of shape (n,)."""

    texts: Columns[np.str_]
    numbers: Columns[np.float64]

    def where(self, chosen: Flags) -> "Table":
        """The chosen lines only."""
        return Table(self.texts.where(chosen), self.numbers.where(chosen))

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


def files(folder: Path, name: str) -> list[Path]:
    """What there is of a table, in a folder that need not exist."""
    return sorted((*folder.glob(f"{name}.csv.gz"), *folder.glob(f"{name}.*.csv.gz")))


def read_table(folder: Path, name: str) -> Table:
    """The file `NAME.csv.gz` or `NAME.<part>.csv.gz`.

    Raises:
        MissingTable: there is none, or more than one.
    """
    found = files(folder, name)
    if not found:
        raise MissingTable(f"there is no table {name}.csv.gz in {folder}")
    if len(found) > 1:
        raise MissingTable(f"there is more than one {name} in {folder}: {', '.join(path.name for path in found)}")
    with gzip.open(found[0], "rt", encoding="utf-8") as lines:
        header = lines.readline().strip().split(",")
        columns = list(zip(*(line.rstrip("\n").split(",") for line in lines), strict=True))
    texts = {column: np.array(values) for column, values in zip(header, columns, strict=True) if column in _TEXTS}
    numbers = {
        column: np.array(values, dtype=np.float64)
        for column, values in zip(header, columns, strict=True)
        if column not in _TEXTS
    }
    return Table(texts=Columns(name, texts), numbers=Columns(name, numbers))
