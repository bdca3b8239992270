"""The sources: what each table knows, in the model's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from src.core.domain.win_probability.state import FEATURES
from tools.win_probability.rows import COLUMN, Numbers, Rows
from tools.win_probability.tables import Table, read_table

TABLES: Final = (
    "kaggle10", "voltether10", "ethan15", "bigsiimp15", "ricefarmer_minutes", "ricefarmer_percent_HINDSIGHT",
    "legoyoda_pro",
)  # fmt: skip
SOUL: Final = 4
LEVELS_OF_A_SIDE: Final = 5
_SHARE: Final = 0.2
"""A percent row stands for a fifth of its game."""
_NOT_YET: Final = ("souls", "elders", "grubs", "barons")
_RICEFARMER: Final = {
    "gold": "gold", "levels": "level_sum", "lane_cs": "lane_cs", "jungle_cs": "jungle_cs", "kills": "kills",
    "towers": "towers", "inhibitors": "inhibitors", "heralds": "heralds", "grubs": "grubs", "barons": "barons",
    "elders": "dragons_elder",
}  # fmt: skip


def ethan15(folder: Path) -> Rows:
    """Minute 15, all tiers, NA1, patches 10.25 to 11.17."""
    table = read_table(folder, "ethan15")
    kinds = ("air", "earth", "fire", "water")
    known = {name: table.lead(name) for name in ("gold", "xp", "lane_cs", "jungle_cs", "kills", "towers", "inhibitors")}
    known |= {
        "heralds": table.lead("heralds"),
        "dragons": np.sum([table.lead(f"dragons_{kind}") for kind in kinds], axis=0),
    }
    return _rows(table, known | _zeros(table), "11.10", table.numbers["minute"])


def bigsiimp15(folder: Path) -> Rows:
    """Minute 15, Diamond and above, 2020. Dragons and heralds are one number."""
    table = read_table(folder, "bigsiimp15")
    known = {name: table.lead(name) for name in ("gold", "lane_cs", "jungle_cs", "kills", "towers")}
    known |= {"levels": LEVELS_OF_A_SIDE * table.lead("avg_level")}
    both_kinds = table.lead("dragons_and_heralds")
    return _rows(table, known | _zeros(table), "10.15", table.numbers["minute"], both_kinds=both_kinds)


def kaggle10(folder: Path) -> Rows:
    """Minute 10, high Diamond, 2020."""
    table = read_table(folder, "kaggle10")
    names = ("gold", "xp", "lane_cs", "jungle_cs", "kills", "towers", "dragons", "heralds")
    known = {name: table.lead(name) for name in names} | {"levels": LEVELS_OF_A_SIDE * table.lead("avg_level")}
    return _rows(table, known | _zeros(table, "inhibitors"), "10.15", table.numbers["minute"])


def voltether10(folder: Path) -> Rows:
    """Minute 10, Diamond I and above, LA1, 2025. Gold and kills only."""
    table = read_table(folder, "voltether10")
    known = {name: table.lead(name) for name in ("gold", "kills")} | _zeros(table, "inhibitors", without="grubs")
    return _rows(table, known, "15.10", table.numbers["minute"])


@dataclass(frozen=True, slots=True)
class Shares:
    """20, 40, 60 and 80 % of each game of October 2024 on 10 platforms, any rank.

    `percent` says which, `minutes` how long the game was: both are known only afterwards and no feature. The table
    takes gold, levels and CS from the frame *after* the moment, as games show that are in the table of long games too;
    so that frame's minute is the row's. A row weighs a fifth of its game's minutes.
    """

    rows: Rows
    percent: Numbers
    minutes: Numbers


@dataclass(frozen=True, slots=True)
class LongGames:
    """Minutes 10, 14, 20 and 27 of games that all reached 27, on 15 platforms, and how long they were in the end.

    Most of them are among those of the table of shares.
    """

    rows: Rows
    minutes: Numbers


def ricefarmer_shares(folder: Path) -> Shares:
    """Games in the standard mode only."""
    table = _standard(read_table(folder, "ricefarmer_percent_HINDSIGHT"))
    minutes = table.numbers["duration_s"] / 60
    rows = _ricefarmer(table, np.ceil(table.numbers["time_s"] / 60), _SHARE * minutes)
    return Shares(rows, table.numbers["percent_of_game"], minutes)


def ricefarmer_long_games(folder: Path) -> LongGames:
    """Games in the standard mode only."""
    table = _standard(read_table(folder, "ricefarmer_minutes"))
    minutes = table.numbers["duration_s"] / 60
    return LongGames(_ricefarmer(table, table.numbers["minute"], np.ones(len(minutes))), minutes)


def pro(folder: Path) -> Rows:
    """Every minute of professional games, 2014 to 2018. Gold, kills, and structures, which are called towers here."""
    table = read_table(folder, "legoyoda_pro")
    known = {"gold": table.lead("gold"), "kills": table.lead("kills"), "towers": table.lead("structures")}
    return _rows(table, known, "8.10", table.numbers["sample"] - 1)


def _standard(table: Table) -> Table:
    return table.where(table.texts["mode_guess"] == "standard")


def _ricefarmer(table: Table, minute: Numbers, weight: Numbers) -> Rows:
    known = {name: table.lead(column) for name, column in _RICEFARMER.items()}
    dragons = {side: table.of(side, "dragons") - table.of(side, "dragons_elder") for side in ("blue", "red")}
    known["dragons"] = dragons["blue"] - dragons["red"]
    known["souls"] = np.subtract(dragons["blue"] >= SOUL, dragons["red"] >= SOUL, dtype=np.float64)
    return _rows(table, known, "14.20", minute, weight=weight)


def _zeros(table: Table, *more: str, without: str = "") -> dict[str, Numbers]:
    """What nobody can have had yet at that minute of that season."""
    nothing = np.zeros(len(table.numbers["blue_win"]))
    return {name: nothing for name in (*_NOT_YET, *more) if name != without}


def _rows(
    table: Table,
    known: Mapping[str, Numbers],
    patch: str,
    minute: Numbers,
    *,
    both_kinds: Numbers | None = None,
    weight: Numbers | None = None,
) -> Rows:
    difference = np.full((len(minute), len(FEATURES)), np.nan)
    for name, column in known.items():
        difference[:, COLUMN[name]] = column
    return Rows.of(
        table.texts["match_id"],
        patch,
        minute,
        total_gold=table.total("gold"),
        difference=difference,
        blue_won=table.numbers["blue_win"],
        both_kinds=both_kinds,
        weight=weight,
        own=table.leads(),
    )
