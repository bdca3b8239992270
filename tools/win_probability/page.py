"""Brings the win probability's part of docs/analysis.md up to the model in the project."""

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.report import filled
from tools.win_probability import report
from tools.win_probability.bounds import on_other_sources
from tools.win_probability.coefficients import PROJECT
from tools.win_probability.fit import Fitted
from tools.win_probability.picture import Line, draw
from tools.win_probability.population import COUNTS, Population
from tools.win_probability.rows import Numbers, Rows
from tools.win_probability.trials import (
    Bin,
    Tried,
    ahead_of_gold,
    binned,
    laid_out,
    out_of_fold_models,
    predicted,
    trial,
    tried,
)

PAGE: Final = PROJECT / "docs" / "analysis.md"
PICTURE: Final = PROJECT / "docs" / "pictures" / "win-probability-calibration.png"
_LATE: Final = 30
_PICTURED: Final = (5, 10, 15, 20, 27, 30)
_CHECKS: Final = frozenset({"real", "pro"})


def renew(population: Population) -> None:
    """Card, table and picture; every game is judged by a model that was fitted without it."""
    model = Fitted.in_project()
    models = out_of_fold_models(population, model)
    found = list(_tried(population, lambda rows: predicted(rows, models)))
    card = report.card(on_other_sources(population.found, COUNTS, model))
    table = report.table(map(trial, found), _bounds(found), ahead_of_gold(population, models))
    text = PAGE.read_text("utf-8")
    text = filled(text, "win-probability-card", "\n".join(card))
    text = filled(text, "win-probability-table", "\n".join(table))
    PAGE.write_text(text, "utf-8")
    draw([(f"Minute {minute}", _lines(found, minute)) for minute in _PICTURED], PICTURE)


def as_it_is(population: Population) -> Iterator[str]:
    """The table for the model in the project, on games that it need not have been fitted on."""
    found = list(_tried(population, lambda rows: rows.predicted().blue))
    return report.table(map(trial, found), _bounds(found), {})


def _tried(population: Population, model: Callable[[Rows], Numbers]) -> Iterator[Tried]:
    return (tried(minute, source, rows, model(rows)) for minute, source, rows in laid_out(population))


def _bounds(found: list[Tried]) -> dict[str, list[Bin]]:
    """All bins up to minute 30, and those after; professionals are another game."""
    told = [(one, list(binned(one.rows, one.model, one.rows.predicted()))) for one in found if one.source != "pro"]
    return {
        "up to minute 30": [each for one, bins in told if one.minute <= _LATE for each in bins],
        "later": [each for one, bins in told if one.minute > _LATE for each in bins],
    }


def _lines(found: list[Tried], minute: int) -> list[Line]:
    return [
        Line(
            report.CALLED[one.source],
            list(binned(one.rows, one.model, one.rows.predicted())),
            list(binned(one.rows, one.gold_only, one.rows.predicted())),
        )
        for one in found
        if one.minute == minute and one.source not in _CHECKS
    ]
