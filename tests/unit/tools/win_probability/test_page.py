"""docs/analysis.md and docs/win-probability.md tell of the model that is in the project."""

import re

import pytest

from src.core.domain.win_probability.coefficients import MODEL_VERSION, ROWS
from tests.real_documents import PROJECT
from tools.win_probability.bins import ENOUGH

SHORT = (PROJECT / "docs" / "analysis.md").read_text(encoding="utf-8")
LONG = (PROJECT / "docs" / "win-probability.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [SHORT, LONG])
def test_the_card_is_that_of_the_model_in_the_project(page: str) -> None:
    """`make model` renews all of them."""
    card = page.partition("<!-- win-probability-card: begin -->")[2].partition("<!-- win-probability-card: end -->")[0]
    assert f"Version {MODEL_VERSION}:" in card


def test_the_long_card_has_all_that_the_model_was_fitted_on() -> None:
    for count in ROWS.values():
        assert f"| {count:,} |" in LONG


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
