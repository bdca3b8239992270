import gzip
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib comes with `make model`")

from tools.win_probability.__main__ import main

COLUMNS = ("gold", "xp", "avg_level", "lane_cs", "jungle_cs", "kills", "towers", "dragons", "heralds")


def _write(folder: Path, columns: tuple[str, ...] = COLUMNS) -> None:
    """Sixty games at minute 10."""
    names = [f"{side}_{name}" for side in ("blue", "red") for name in columns]
    draw = np.random.default_rng(15)
    with gzip.open(folder / "kaggle10.train.csv.gz", "wt", encoding="utf-8") as file:
        file.write(",".join(["match_id", "minute", "blue_win", *names]) + "\n")
        for game in range(60):
            states = draw.integers(1, 20_000, len(names))
            file.write(",".join([str(game), "10", str(game % 2), *map(str, states)]) + "\n")


@pytest.mark.parametrize("what", ["fit", "calibration"])
def test_a_folder_without_a_table_is_named_and_nothing_is_tried(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([what, "--tables", str(tmp_path / "typo")]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"there is none of the tables in {tmp_path / 'typo'}\n")


def test_with_tables_alone_only_tables_are_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path)
    assert main(["calibration", "--tables", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    (row,) = [line for line in out.splitlines() if line.startswith("| 10")]
    assert row.startswith("| 10 | high Diamond, 2020 | 60 |")
    assert "documents" not in err


def test_with_documents_alone_no_table_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibration", "--documents", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("there are no match and timeline documents")


def test_a_column_that_a_table_lacks_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, COLUMNS[:-1])
    assert main(["calibration", "--tables", str(tmp_path)]) == 2
    assert "the table kaggle10 lacks the column blue_heralds" in capsys.readouterr().err.splitlines()
