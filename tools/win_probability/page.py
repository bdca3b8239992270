"""Brings the win probability's pages and picture up to the model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from benchmarks.report import filled
from src.core.domain.win_probability.regression import Regression
from tools.win_probability import long, short
from tools.win_probability.bins import binned
from tools.win_probability.coefficients import PROJECT
from tools.win_probability.judged import Judged
from tools.win_probability.picture import Line, draw
from tools.win_probability.population import Population
from tools.win_probability.trials import Trial, Tried, laid_out

SHORT: Final = PROJECT / "docs" / "analysis.md"
LONG: Final = PROJECT / "docs" / "win-probability.md"
PICTURE: Final = PROJECT / "docs" / "pictures" / "win-probability-calibration.png"
_PICTURED: Final = (5, 10, 14, 15, 20, 27, 30, 35)
_CHECKS: Final = frozenset({"real", "pro"})


def renew(judged: Judged, version: str) -> None:
    """Both pages, and the picture."""
    told: Mapping[str, Iterable[str]] = {
        "plain": short.plain(judged),
        "table": short.table(judged),
        "card": short.card(judged, version),
        "limits": short.limits(judged),
    }
    in_full: Mapping[str, Iterable[str]] = {
        "card": long.card(judged, version),
        "laying": long.laying(judged),
        "table": long.table(judged.trials),
        "slopes": long.slopes(judged),
        "held": long.held(judged),
        "given": long.given(judged),
    }
    for page, parts in ((SHORT, told), (LONG, in_full)):
        text = page.read_text("utf-8")
        for name, lines in parts.items():
            text = filled(text, f"win-probability-{name}", "\n".join(lines))
        page.write_text(text, "utf-8")
    draw([(f"Minute {minute}", _lines(judged.tried, judged.model, minute)) for minute in _PICTURED], PICTURE)


def as_it_is(population: Population, model: Regression) -> Iterator[str]:
    """The table for the model in the project, on games that it need not have been fitted on."""
    put = population.put()
    found = laid_out(population, lambda minute: put.at_minutes.at(minute) if put else None)
    tried = (Tried.of(minute, source, rows, rows.predicted(model).blue) for minute, source, rows in found)
    return long.table(map(Trial.of, tried))


def _lines(tried: Sequence[Tried], model: Regression, minute: int) -> list[Line]:
    lines = []
    for one in tried:
        if one.minute == minute and one.source not in _CHECKS:
            told = one.rows.predicted(model)
            mine, gold = (list(binned(one.rows, said, told)) for said in (one.model, one.gold_only))
            lines.append(Line(one.source, mine, gold))
    return lines
