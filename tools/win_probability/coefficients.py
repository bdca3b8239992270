"""Writes the fitted model into the project, and reads it there."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Final

from src.core.domain.win_probability.regression import TERMS, Regression
from tools.win_probability.rows import Numbers

PROJECT: Final = Path(__file__).resolve().parents[2]
MODULE: Final = PROJECT / "src" / "core" / "domain" / "win_probability" / "coefficients.py"
_WIDTH: Final = 116
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the module holds. `fitted_on` is a day, YYYY-MM-DD."""

    fitted_on: str
    fitted: Regression


def write(model: Model, module: Path = MODULE) -> None:
    """Replace the module."""
    module.write_text("".join(f"{line}\n" for line in _lines(model)), "utf-8")


def in_project() -> Regression:
    """What was written last."""
    # Only now, so that whatever has become of the module, it can be written anew.
    from src.core.domain.win_probability.model import FITTED  # noqa: PLC0415

    return FITTED


def _lines(model: Model) -> Iterable[str]:
    yield '"""The weights of the win probability. Written by `make model`; its card is in docs/win-probability.md."""'
    yield ""
    yield "from typing import Final"
    yield ""
    yield "# fmt: off"
    yield f'MODEL_VERSION: Final = "{model.fitted_on}"'
    fitted = model.fitted
    yield f"SIDE: Final = {_number(fitted.side)}"
    yield f"NEW_ERA_GAIN: Final = {_number(fitted.gain)}"
    yield ""
    yield f"# A row per knot: {', '.join(TERMS[:8])},"
    yield f"# {', '.join(TERMS[8:])}."
    yield from _matrix("WEIGHTS", fitted.weights)
    yield "# Ways in which the weights may be off together: standard deviations, like WEIGHTS."
    yield "WAYS: Final = ("
    for way in fitted.ways:
        yield "    ("
        yield from _rows(way, "        ")
        yield "    ),"
    yield ")"
    yield "# By how much each may be off besides."
    yield from _matrix("REST", fitted.rest)
    yield f"UNSEEN_SPREAD: Final = {_row(fitted.unseen)}"
    yield f"SIDE_SPREAD: Final = {_number(fitted.side_spread)}"


def _matrix(name: str, rows: Numbers) -> Iterable[str]:
    yield f"{name}: Final = ("
    yield from _rows(rows, "    ")
    yield ")"


def _rows(rows: Numbers, indent: str) -> Iterable[str]:
    for row in rows:
        lines = wrap(_row(row), _WIDTH - len(indent))
        yield from (f"{indent}{' ' * (place > 0)}{line}" for place, line in enumerate([*lines[:-1], f"{lines[-1]},"]))


def _row(row: Numbers) -> str:
    return f"({', '.join(map(_number, row))})"


def _number(value: float) -> str:
    """Four significant digits; never an exponent below what matters."""
    return repr(float(f"{value:.{_DIGITS}g}")) if abs(value) >= 1e-5 else "0.0"  # noqa: PLR2004
