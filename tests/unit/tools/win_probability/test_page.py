"""docs/analysis.md tells of the model that is in the project."""

from src.core.domain.win_probability.coefficients import MODEL_VERSION, ROWS
from tests.real_documents import PROJECT

PAGE = (PROJECT / "docs" / "analysis.md").read_text(encoding="utf-8")


def test_the_card_is_that_of_the_model_in_the_project() -> None:
    """`make model` renews both."""
    card = PAGE.partition("<!-- win-probability-card: begin -->")[2].partition("<!-- win-probability-card: end -->")[0]
    assert f"Version {MODEL_VERSION}:" in card
    for count in ROWS.values():
        assert f"| {count:,} |" in card


def test_the_picture_is_there() -> None:
    assert "(pictures/win-probability-calibration.png)" in PAGE
    assert (PROJECT / "docs" / "pictures" / "win-probability-calibration.png").is_file()
