"""The parts of the benchmark, and what each module of one has to offer."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

PARTS = {
    "submission": "benchmarks.submission",
    "budget": "benchmarks.budget",
    "waits": "benchmarks.waits",
    "ingest": "benchmarks.ingest",
    "scale": "benchmarks.scale",
}
"""Names and modules, in the order in which they run."""


class Part(Protocol):
    """A module that measures one thing. It may also have `plot(measured, folder)`."""

    def measure(self, quick: bool) -> dict[str, Any]:  # noqa: FBT001 - the only argument
        """Measure: what can be kept as JSON. `missed` in it lists the targets that were not met, in words."""
        ...

    def table(self, measured: dict[str, Any]) -> Iterator[str]:
        """Lines of Markdown that tell what was measured."""
        ...


def part(name: str) -> Part:
    """The part of that name. Importing one may start nothing."""
    return cast("Part", import_module(PARTS[name]))


def plot(name: str, measured: dict[str, Any], folder: Path) -> None:
    """Draw the part's pictures, if it has any."""
    draw = getattr(import_module(PARTS[name]), "plot", None)
    if draw is not None:
        draw(measured, folder)
