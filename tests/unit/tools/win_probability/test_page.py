"""docs/analysis.md and docs/win-probability.md tell of the model that is in the project."""

import re

import pytest

from src.core.domain.win_probability.coefficients import MODEL_VERSION
from src.core.domain.win_probability.model import FITTED
from src.core.domain.win_probability.regression import TERMS
from tests.real_documents import PROJECT
from tools.win_probability.bins import ENOUGH
from tools.win_probability.bounds import assumed
from tools.win_probability.worth import worth

SHORT = (PROJECT / "docs" / "analysis.md").read_text(encoding="utf-8")
LONG = (PROJECT / "docs" / "win-probability.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [SHORT, LONG])
def test_the_card_is_that_of_the_model_in_the_project(page: str) -> None:
    """`make model` renews all of them."""
    assert f"Version {MODEL_VERSION}:" in _part(page, "card")


def test_the_sources_of_the_long_card_are_the_rows_of_the_short_one() -> None:
    counts = re.findall(r"^\| [^|]+ \| ([\d,]+) \| [\d.]+ \|$", _part(LONG, "card"), re.MULTILINE)
    total = sum(int(count.replace(",", "")) for count in counts)
    assert f"on {total:,} rows of" in " ".join(_part(SHORT, "card").split())


def test_what_things_are_worth_is_what_the_model_says() -> None:
    assert _part(SHORT, "card").split("\n\n")[-1].split("\n") == list(worth(FITTED))


def test_the_spreads_of_the_long_page_are_those_of_the_model() -> None:
    told = " ".join(_part(LONG, "slopes").split())
    spreads = ", ".join(f"{value:.4g}" for value in FITTED.unseen)
    assert f"{spreads}; of the sides: {FITTED.side_spread:.4g}." in told


def test_the_long_card_names_the_weights_that_are_assumed() -> None:
    names = re.findall(r"^\| (\w+) \| 0?[\d, ]* \| [\d.]+", _part(LONG, "card"), re.MULTILINE)
    assert names == [term for term, spread in zip(TERMS, assumed(FITTED.weights).T, strict=True) if spread.any()]


def test_a_row_of_the_short_table_says_what_the_long_one_says() -> None:
    short, full = _table(SHORT), _table(LONG)
    assert len(short) > 10
    for place, cells in short.items():
        count, *measured = full[place]
        # After n and laid %: of each measure the model's, that of gold alone, and that of own columns.
        assert cells == [count, *(cell for number, cell in enumerate(measured[1:]) if number % 3 < 2)]


def _part(page: str, name: str) -> str:
    begin, end = (f"<!-- win-probability-{name}: {edge} -->" for edge in ("begin", "end"))
    return page.partition(begin)[2].partition(end)[0].strip()


def _table(page: str) -> dict[tuple[str, str], list[str]]:
    """Cells by minute and games."""
    lines = re.findall(r"^\| (\d.*) \|$", _part(page, "table"), re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {(minute, games): cells for minute, games, *cells in rows}


@pytest.mark.parametrize("page", [SHORT, LONG])
def test_nothing_between_the_marks_is_left_out(page: str) -> None:
    parts = re.findall(r"<!-- win-probability-(\w+): begin -->(.*?)<!-- win-probability-\1: end -->", page, re.DOTALL)
    assert len(parts) == page.count("<!-- win-probability-") / 2
    assert all(text.strip() for _, text in parts)


def test_the_picture_is_there_and_as_it_is_told() -> None:
    assert "(pictures/win-probability-calibration.png)" in SHORT
    assert (PROJECT / "docs" / "pictures" / "win-probability-calibration.png").is_file()
    assert f"A point stands for {ENOUGH} games or more" in SHORT


def test_the_pages_lead_to_each_other() -> None:
    titles = re.findall(r"^##+ (.+)$", LONG, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\(win-probability\.md#([\w-]+)\)", SHORT)) <= headings
    assert "## Win probability\n" in SHORT
