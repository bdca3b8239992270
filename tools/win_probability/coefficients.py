"""Writes the fitted model into the project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Final

import numpy as np

from src.core.domain.win_probability.model import KNOT_MINUTES, TERMS
from tools.win_probability.rows import Numbers

PROJECT: Final = Path(__file__).resolve().parents[2]
MODULE: Final = PROJECT / "src" / "core" / "domain" / "win_probability" / "coefficients.py"
_WIDTH: Final = 116
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the module holds, and the day (YYYY-MM-DD) it was fitted on.

    Shapes: `weights` (knots, terms), `spread` (ways, knots, terms), `unseen` (knots,).
    """

    fitted_on: str
    rows: Mapping[str, int]
    side: float
    gain: float
    weights: Numbers
    spread: Numbers
    unseen: Numbers
    side_spread: float


def write(model: Model, module: Path = MODULE) -> None:
    """Replace the module."""
    module.write_text("".join(f"{line}\n" for line in _lines(model)), "utf-8")


def _lines(model: Model) -> Iterable[str]:
    yield '"""The weights of the win probability. Written by `make model`; its card is in docs/analysis.md."""'
    yield ""
    yield "from typing import Final"
    yield ""
    yield "# fmt: off"
    yield f'MODEL_VERSION: Final = "{model.fitted_on}"'
    yield "ROWS: Final[dict[str, int]] = {"
    yield from (f'    "{name}": {count},' for name, count in model.rows.items())
    yield "}"
    yield '"""What it was fitted on: rows, one per game and moment, by source."""'
    yield ""
    yield f"KNOT_MINUTES: Final = {_row(np.array(KNOT_MINUTES))}"
    yield f"SIDE: Final = {_number(model.side)}"
    yield f"NEW_ERA_GAIN: Final = {_number(model.gain)}"
    yield ""
    yield f"# A row per knot: {', '.join(TERMS[:8])},"
    yield f"# {', '.join(TERMS[8:])}."
    yield "WEIGHTS: Final = ("
    yield from _rows(model.weights, "    ")
    yield ")"
    yield "# Ways in which the weights may be off: standard deviations, like WEIGHTS."
    yield "SPREAD: Final = ("
    for way in model.spread:
        yield "    ("
        yield from _rows(way, "        ")
        yield "    ),"
    yield ")"
    yield f"UNSEEN_SPREAD: Final = {_row(model.unseen)}"
    yield f"SIDE_SPREAD: Final = {_number(model.side_spread)}"


def _rows(rows: Numbers, indent: str) -> Iterable[str]:
    for row in rows:
        lines = wrap(_row(row), _WIDTH - len(indent))
        yield from (f"{indent}{' ' * (place > 0)}{line}" for place, line in enumerate([*lines[:-1], f"{lines[-1]},"]))


def _row(row: Numbers) -> str:
    return f"({', '.join(map(_number, row))})"


def _number(value: float) -> str:
    """Four significant digits; never an exponent below what matters."""
    return repr(float(f"{value:.{_DIGITS}g}")) if abs(value) >= 1e-5 else "0.0"  # noqa: PLR2004
