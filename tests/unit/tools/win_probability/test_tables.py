import gzip
from pathlib import Path

import numpy as np
import pytest

from tools.win_probability.sources import bigsiimp15, ricefarmer_long_games
from tools.win_probability.tables import MissingTable, read_table

HEADER = "match_id,minute,blue_win,blue_gold,blue_kills,blue_first_blood,red_gold,red_kills,red_first_blood,only"
LINE = "NA1_7,10,1,18000,5,1,16500,6,0,3"


def _write(folder: Path, name: str, *lines: str) -> None:
    with gzip.open(folder / name, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_a_table_has_texts_and_numbers_by_column(tmp_path: Path) -> None:
    _write(tmp_path, "some.train.csv.gz", HEADER, LINE)
    table = read_table(tmp_path, "some")
    assert list(table.texts["match_id"]) == ["NA1_7"]
    assert (table.lead("gold").tolist(), table.total("kills").tolist()) == ([1500], [11])


def test_its_own_columns_are_all_that_both_sides_have(tmp_path: Path) -> None:
    """Not who won, and not what one side alone has."""
    _write(tmp_path, "some.csv.gz", HEADER, LINE)
    assert read_table(tmp_path, "some").leads().tolist() == [[1500, -1, 1]]


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingTable, match=r"no table some\.csv\.gz"):
        read_table(tmp_path, "some")


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    """Half of the games would be left out, or some be in twice."""
    for part in ("train", "more"):
        _write(tmp_path, f"some.{part}.csv.gz", HEADER, LINE)
    with pytest.raises(MissingTable, match=r"more than one some in .*: some\.more\.csv\.gz, some\.train\.csv\.gz"):
        read_table(tmp_path, "some")


def test_a_column_that_is_not_there_is_named_with_its_table(tmp_path: Path) -> None:
    _write(tmp_path, "some.csv.gz", HEADER, LINE)
    table = read_table(tmp_path, "some")
    with pytest.raises(MissingTable, match=r"^the table some lacks the column blue_towers$"):
        table.where(np.array([True])).lead("towers")
    with pytest.raises(MissingTable, match=r"^the table some lacks the column mode_guess$"):
        table.texts["mode_guess"]


def test_one_number_for_dragons_and_heralds_is_kept_as_such(tmp_path: Path) -> None:
    names = ("gold", "avg_level", "lane_cs", "jungle_cs", "kills", "towers", "dragons_and_heralds")
    header = ",".join(
        ["match_id", "minute", "blue_win", *(f"{side}_{name}" for side in ("blue", "red") for name in names)]
    )
    _write(tmp_path, "bigsiimp15.csv.gz", header, "9,15,0,25000,9.2,250,40,10,1,3,24000,9.0,240,42,9,0,1")
    rows = bigsiimp15(tmp_path)
    assert rows.both_kinds.tolist() == [2]
    assert rows.feature("levels") == pytest.approx([1])
    assert np.isnan(rows.feature("dragons")).all()
    assert rows.own.shape == (1, 7)


def test_modes_that_are_not_standard_are_left_out(tmp_path: Path) -> None:
    names = (
        "gold", "level_sum", "lane_cs", "jungle_cs", "kills", "towers", "inhibitors", "dragons", "dragons_elder",
        "grubs", "heralds", "barons",
    )  # fmt: skip
    columns = [f"{side}_{name}" for side in ("blue", "red") for name in names]
    header = ",".join(["match_id", "mode_guess", "duration_s", "minute", "blue_win", *columns])
    states = "50000,60,500,100,20,3,0,5,1,3,1,1,48000,58,490,90,18,2,0,3,0,3,0,0"
    lines = [f"EUW1_{place},{mode},1800,27,1,{states}" for place, mode in enumerate(("standard", "no_jungle"))]
    _write(tmp_path, "ricefarmer_minutes.csv.gz", header, *lines)
    games = ricefarmer_long_games(tmp_path)
    assert games.rows.game.tolist() == ["EUW1_0"]
    assert games.minutes.tolist() == [30]
    told = {name: float(games.rows.feature(name)[0]) for name in ("dragons", "souls", "elders", "levels")}
    assert told == {"dragons": 1, "souls": 1, "elders": 1, "levels": 2}
