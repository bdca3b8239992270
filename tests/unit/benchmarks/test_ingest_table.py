"""Which targets are met, and what the table says."""

from typing import Any

import pytest

from benchmarks.ingest_table import goals, table

_CPU = {"client": 9.0, "postgres": 4.0, "redis": 0.5, "riot": 0.4}


def _row(name: str, per_second: float, ratio: float, kilobytes: float = 90.0) -> dict[str, Any]:
    return {
        "name": name,
        "processes": 2,
        "pairs": 600,
        "failed": 0,
        "failures": [],
        "per_second": per_second,
        "cpu_ms": _CPU,
        "kilobytes": kilobytes,
        "ratio": ratio,
    }


def _measured(**changes: Any) -> dict[str, Any]:
    return {
        "documents": "real",
        "rows": [
            _row("Chimera", 120.0, 1.0),
            _row("floor: the same rows, the least code", 160.0, 0.75),
            _row("cassiopeia's objects + JSONB", 12.0, 10.0),
        ],
        "skipped": ["pulsefire + JSONB"],
        "same_rows": True,
        "fetching": {
            "plain": [4.0, 5.0, 4.0],
            "plain_isal": [3.6, 4.5, 3.6],
            "chimera": [4.4, 5.5, 4.8],
            "typed": [6.0, 7.0, 6.0],
        },
        **changes,
    }


def test_every_goal_is_met_by_good_figures() -> None:
    assert all(goal.met for goal in goals(_measured()))


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"same_rows": False}, "the same rows: no"),
        (
            {"fetching": {"plain": [4.0] * 3, "chimera": [4.7] * 3, "typed": [6.0] * 3}},
            "times that of aiohttp + orjson: 1.1",
        ),
        ({"rows": [_row("Chimera", 99.4, 1.0, 101.0), *_measured()["rows"][1:]]}, "pairs per second: 99.4"),
        ({"rows": [*_measured()["rows"][:2], _row("cassiopeia's objects + JSONB", 20.0, 7.9)]}, "7.90, not >= 8"),
    ],
)
def test_a_figure_beyond_its_target_is_missed(changes: dict[str, Any], missed: str) -> None:
    told = [goal.told for goal in goals(_measured(**changes)) if not goal.met]

    assert [line for line in told if missed in line]


def test_generated_documents_have_no_target_for_their_size() -> None:
    measured = _measured(rows=[_row("Chimera", 120.0, 1.0, 140.0), *_measured()["rows"][1:]])

    assert not all(goal.met for goal in goals(measured))
    assert all(goal.met for goal in goals({**measured, "documents": "generated"}))


def test_the_table_names_every_client_and_those_that_were_skipped() -> None:
    lines = list(table(_measured()))

    assert "| pairs per second | >= 100 | **120.0** | met |" in lines
    assert "| pulsefire + JSONB | not on this Python | | | | | | | | | |" in lines
    assert len({line.count("|") for line in lines if "pulsefire" in line or "Chimera |" in line}) == 1
    client = next(line for line in lines if line.startswith("| cassiopeia's objects"))
    assert client.split("|")[3:5] == [" **12.0** ", " 10 x "]
