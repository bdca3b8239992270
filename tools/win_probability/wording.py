"""How the pages call things, and how they write numbers."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from tools.win_probability.trials import Interval

CALLED: Final = {
    "kaggle10": "high Diamond, 2020",
    "voltether10": "Diamond I and above, 2025",
    "ethan15": "all ranks, 2020/21",
    "bigsiimp15": "Diamond and above, 2020",
    "ricefarmer27": "any rank, 2024, long games",
    "ricefarmer": "any rank, 2024, put together",
    "between": "any rank, 2024, minutes 16 to 26",
    "real": "real timelines",
    "pro": "professionals, 2014 to 2018",
}
"""Sources as the pages call them."""
_WIDTH: Final = 120
TWO_ERRORS: Final = 1.96
"""Standard errors either way of a 95 % interval."""
MEASURED: Final = {
    "accuracy": "accuracy %", "auc": "AUC", "brier": "Brier", "log_loss": "log loss", "debiased": "debiased ECE",
}  # fmt: skip


def called(population: str) -> str:
    """A source or a part of one."""
    source, comma, part = population.partition(",")
    return f"{CALLED[source]}{comma}{part}"


def number(value: float, measure: str) -> str:
    """Three digits; of an accuracy one after the point. No minus before a zero."""
    text = f"{value:.1f}" if measure == "accuracy" else f"{value:.3f}"
    return text.removeprefix("-") if not float(text) else text


def interval(of: Interval, measure: str) -> str:
    """With its bounds."""
    return f"{number(of.value, measure)} ({number(of.low, measure)} to {number(of.high, measure)})"


def plus_minus(value: float, error: float) -> str:
    """With two standard errors, nearly."""
    return f"{value:.2f} ± {TWO_ERRORS * error:.2f}"


def paragraph(text: str, *, bullet: str = "") -> Iterator[str]:
    """In lines."""
    yield from wrap(f"{bullet}{text}", _WIDTH, subsequent_indent=" " * len(bullet), break_on_hyphens=False)
