"""The page is renewed where its marks are, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks import parts
from benchmarks.report import PAGE, filled, renew
from benchmarks.results import Result

_PAGE = "before\n<!-- waits: begin -->\nold\n<!-- waits: end -->\nafter\n<!-- scale: begin -->\n<!-- scale: end -->\n"


class _Part(ModuleType):
    """A part that tells one number and draws an empty picture."""

    @staticmethod
    def table(measured: dict[str, Any]) -> Iterator[str]:
        yield f"| {measured['ms']} ms |"

    @staticmethod
    def plot(measured: dict[str, Any], folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "waits.png").write_text(str(measured["ms"]))


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parts, "import_module", lambda _: _Part("part"))
    path = tmp_path / "page.md"
    path.write_text(_PAGE)
    return path


def test_a_result_replaces_what_stood_in_its_place(page: Path, tmp_path: Path) -> None:
    Result.of("waits", {"ms": 4.8}, quick=False).save(tmp_path)

    assert renew(page, tmp_path / "pictures", tmp_path) == ["waits"]

    text = page.read_text()
    assert "| 4.8 ms |" in text
    assert "old" not in text
    assert text.startswith("before\n<!-- waits: begin -->\n\n20")  # the date
    assert text.endswith("<!-- waits: end -->\nafter\n<!-- scale: begin -->\n<!-- scale: end -->\n")
    assert (tmp_path / "pictures" / "waits.png").read_text() == "4.8"


def test_renewing_twice_changes_nothing_more(page: Path, tmp_path: Path) -> None:
    Result.of("waits", {"ms": r"\1 C:\g<0>"}, quick=False).save(tmp_path)  # nothing in it is a pattern
    renew(page, tmp_path / "pictures", tmp_path)
    once = page.read_text()

    renew(page, tmp_path / "pictures", tmp_path)

    assert page.read_text() == once
    assert r"\1 C:\g<0>" in once


def test_a_page_without_the_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place for 'ingest'"):
        filled(_PAGE, "ingest", "new")


def test_the_real_page_has_a_place_for_every_part() -> None:
    text = PAGE.read_text("utf-8")

    for name in parts.PARTS:
        assert "new" in filled(text, name, "new")


def test_a_result_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = Result.of("scale", {"rows": [{"stored": 1000}]}, quick=True)
    kept.save(tmp_path)

    assert Result.load("scale", tmp_path) == kept
    assert Result.load("waits", tmp_path) is None
    assert kept.circumstances().endswith("short run")
