"""The pictures of docs/performance.md: dark on white, colours that everybody can tell apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

# Okabe and Ito's palette.
_OWN, _OTHER, _THIRD = "#0072B2", "#A6A6A6", "#D55E00"
_INK, _GRID = "#222222", "#DDDDDD"
_SIZE = 11
_LINE: dict[str, Any] = {"markersize": 7, "linewidth": 2}


def ingest_picture(measured: dict[str, Any], path: Path) -> None:
    """Bars: pairs per second, and CPU per pair of the client."""
    rows = measured["rows"][::-1]
    names = [row["name"].replace(": ", ":\n").replace(" + ", " +\n") for row in rows]
    figure = _figure(10.0, 1.2 + 0.62 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, names, [row["per_second"] for row in rows], "pairs stored per second (more is better)")
    _bars(right, names, [row["cpu_ms"]["client"] for row in rows], "client's CPU, ms per pair (less is better)")
    _save(figure, path)


def scale_picture(measured: dict[str, Any], path: Path) -> None:
    """Lines over the number of stored matches: insert rate, and the median of each lookup."""
    sizes = [row["stored"] for row in measured["rows"]]
    figure = _figure(10.0, 3.6)
    left, right = figure.subplots(1, 2)
    left.plot(sizes, [row["per_second"] for row in measured["rows"]], color=_OWN, marker="o", **_LINE)
    _label(left, "pairs stored per second", sizes)
    styles = zip(measured["rows"][0]["lookups"], (_OWN, _THIRD, _INK), "os^", strict=False)
    for name, colour, mark in styles:
        values = [row["lookups"][name]["p50"] for row in measured["rows"]]
        right.plot(sizes, values, color=colour, marker=mark, label=name, **_LINE)
    _label(right, "ms per lookup (median)", sizes)
    right.legend(frameon=False, labelcolor=_INK, fontsize=_SIZE - 1)
    _save(figure, path)


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), dpi=110, facecolor="white", layout="constrained")


def _bars(axes: Axes, names: Sequence[str], values: Sequence[float], title: str) -> None:
    colours = [_OWN if name == "Chimera" else _OTHER for name in names]
    bars = axes.barh(names, values, color=colours, height=0.62)
    axes.bar_label(bars, fmt="%.3g", padding=4, color=_INK, fontsize=_SIZE)
    axes.set_xlim(0, 1.18 * max(values))
    axes.set_title(title, color=_INK, fontsize=_SIZE + 1, loc="left")
    axes.tick_params(colors=_INK, labelsize=_SIZE, length=0)
    axes.xaxis.set_visible(False)
    _bare(axes)


def _label(axes: Axes, title: str, sizes: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=0)
    axes.set_xlabel("stored matches", color=_INK, fontsize=_SIZE)
    axes.set_title(title, color=_INK, fontsize=_SIZE + 1, loc="left")
    axes.tick_params(colors=_INK, labelsize=_SIZE)
    axes.grid(axis="y", color=_GRID)
    axes.set_axisbelow(True)
    _bare(axes)


def _bare(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})  # the same picture, the same bytes
