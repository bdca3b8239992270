"""The pictures of docs/performance.md: dark on white, colours that everybody can tell apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

# Okabe and Ito's palette.
_OWN, _SECOND, _THIRD = "#0072B2", "#E69F00", "#D55E00"
_OTHER, _REST = "#999999", "#D0D0D0"
_INK, _GRID = "#222222", "#DDDDDD"
_SIZE = 11
_LINE: dict[str, Any] = {"markersize": 7, "linewidth": 2}
_WIDE: dict[str, Any] = {"height": 0.62}
_CPU = (
    ("client", ("client",), _OWN),
    ("Postgres", ("postgres",), _SECOND),
    ("Redis and the stand-in for Riot", ("redis", "riot"), _REST),
)


def ingest_picture(measured: dict[str, Any], path: Path) -> None:
    """Bars: pairs per second; and CPU per pair, of client and servers."""
    rows = measured["rows"][::-1]
    names = [row["name"].replace(": ", ":\n") for row in rows]
    figure = _figure(11.0, 1.4 + 0.6 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True)
    _speed(left, names, [row["per_second"] for row in rows])
    _cpu(right, names, [row["cpu_ms"] for row in rows])
    _save(figure, path)


def budget_picture(measured: dict[str, Any], path: Path) -> None:
    """Bars: the share of the allowed calls that each number of processes used, beside people and alone."""
    rows = measured["rows"]
    kinds = [(key, is_mixed) for key in dict.fromkeys(row["key"] for row in rows) for is_mixed in (True, False)]
    figure = _figure(10.0, 3.6)
    axes = figure.subplots(1, 1)
    for place, (processes, colour) in enumerate(zip((1, 4, 8), (_OWN, _SECOND, _REST), strict=True)):
        used = [
            next(
                100 * row["used"]
                for row in rows
                if (row["key"], row["people"] > 0, row["processes"]) == (key, is_mixed, processes)
            )
            for key, is_mixed in kinds
        ]
        spots = [number + 0.27 * (place - 1) for number in range(len(kinds))]
        told = axes.bar(
            spots, used, width=0.25, color=colour, label=f"{processes} process{'es' if processes > 1 else ''}"
        )
        axes.bar_label(told, fmt="%.1f", color=_INK, fontsize=_SIZE - 2, padding=2)
    names = [f"{key} key,\n{'beside people' if is_mixed else 'backfill alone'}" for key, is_mixed in kinds]
    axes.set_xticks(range(len(kinds)), names, color=_INK, fontsize=_SIZE)
    axes.set_ylim(0, 125)
    axes.set_yticks(range(0, 101, 25))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_ylabel("% of the allowed calls used", color=_INK, fontsize=_SIZE)
    axes.legend(frameon=False, labelcolor=_INK, fontsize=_SIZE - 1, loc="upper center", ncols=3)
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


def _speed(axes: Axes, names: Sequence[str], values: Sequence[float]) -> None:
    colours = [_OWN if name == "Chimera" else _OTHER for name in names]
    bars = axes.barh(names, values, color=colours, **_WIDE)
    axes.bar_label(bars, [f"{value:.0f}" for value in values], padding=4, color=_INK, fontsize=_SIZE)
    _without_scale(axes, "pairs stored per second (more is better)", max(values))


def _cpu(axes: Axes, names: Sequence[str], costs: Sequence[dict[str, float]]) -> None:
    ends = [0.0] * len(names)
    for name, kinds, colour in _CPU:
        widths = [sum(cost[kind] for kind in kinds) for cost in costs]
        bars = axes.barh(names, widths, left=ends, color=colour, label=name, **_WIDE)
        ends = [end + width for end, width in zip(ends, widths, strict=True)]
    axes.bar_label(bars, [f"{end:.0f}" for end in ends], padding=4, color=_INK, fontsize=_SIZE)
    _without_scale(axes, "CPU, ms per pair (less is better)", max(ends))
    axes.legend(frameon=False, labelcolor=_INK, fontsize=_SIZE - 1, loc="upper right")


def _without_scale(axes: Axes, title: str, longest: float) -> None:
    """Every bar has its number; a scale would say it again."""
    axes.set_xlim(0, 1.15 * longest)
    axes.set_title(title, color=_INK, fontsize=_SIZE + 1, loc="left")
    axes.tick_params(colors=_INK, labelsize=_SIZE, length=0)
    axes.xaxis.set_visible(False)
    _bare(axes)
    axes.spines["bottom"].set_visible(False)


def _label(axes: Axes, title: str, sizes: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
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
