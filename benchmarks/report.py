"""Brings docs/performance.md and its pictures up to the last results."""

import re
from pathlib import Path

from benchmarks.parts import PARTS, part, plot
from benchmarks.results import PROJECT, RESULTS, Result

PAGE = PROJECT / "docs" / "performance.md"
PICTURES = PROJECT / "docs" / "pictures"


def renew(page: Path = PAGE, pictures: Path = PICTURES, results: Path = RESULTS) -> list[str]:
    """Put every part's last result into its place; the names of the parts that have one."""
    text, renewed = page.read_text("utf-8"), []
    for name in PARTS:
        result = Result.load(name, results)
        if result is None:
            continue
        text = filled(text, name, rendered(result))
        plot(name, result.measured, pictures)
        renewed.append(name)
    page.write_text(text, "utf-8")
    return renewed


def rendered(result: Result) -> str:
    """A result as Markdown: when and where, then the part's own lines."""
    return "\n".join((f"{result.circumstances()}.", "", *part(result.part).table(result.measured)))


def filled(text: str, name: str, content: str) -> str:
    r"""The text with `content` between the part's two marks, whatever was there.

    >>> filled("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb", "x", "new")
    'a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb'

    Raises:
        ValueError: the text has no such place.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not place.search(text):
        raise ValueError(f"there is no place for {name!r}: it needs {begin} and {end}")
    return place.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text, count=1)
