"""The calibration plot: how often blue won, against what the model said."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tools.win_probability.trials import Bin

# Okabe and Ito's palette.
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73")
_MARKS: Final = ("o", "s", "^")
_GOLD, _INK, _GRID = "#999999", "#222222", "#DDDDDD"
_SIZE: Final = 10
_COLUMNS: Final = 3
_BOUND: Final = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Line:
    """One source at the panel's minute."""

    name: str
    model: Sequence[Bin]
    gold_only: Sequence[Bin]


def draw(panels: Sequence[tuple[str, Sequence[Line]]], path: Path) -> None:
    """A panel per minute: title and lines."""
    rows = -(-len(panels) // _COLUMNS)
    figure = Figure(figsize=(11.0, 3.9 * rows), dpi=110, facecolor="white", layout="constrained")
    grid = figure.subplots(rows, _COLUMNS, sharex=True, sharey=True, squeeze=False)
    for axes, (title, lines) in zip(grid.flat, panels, strict=False):
        _panel(axes, title, lines)
    for axes in grid[-1]:
        axes.set_xlabel("what the model says, %", color=_INK, fontsize=_SIZE)
    for axes in grid[:, 0]:
        axes.set_ylabel("blue won, %", color=_INK, fontsize=_SIZE)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})  # the same picture, the same bytes


def _panel(axes: Axes, title: str, lines: Sequence[Line]) -> None:
    axes.plot([0, 100], [0, 100], color=_INK, linewidth=0.8, zorder=1)
    for line, colour, mark in zip(lines, _COLOURS, _MARKS, strict=False):
        seen = [100 * one.probability for one in line.model]
        axes.errorbar(
            seen,
            [100 * one.frequency for one in line.model],
            yerr=[100 * _BOUND * one.error for one in line.model],
            color=colour, marker=mark, markersize=6, linewidth=1.2, capsize=2, label=line.name, zorder=3,
        )  # fmt: skip
        if len(lines) == 1:
            low, high = ([100 * getattr(one, name) for one in line.model] for name in ("low", "high"))
            axes.fill_between(seen, low, high, color=colour, alpha=0.15, linewidth=0, label="the model's bounds")
    axes.plot(
        [100 * one.probability for one in lines[0].gold_only],
        [100 * one.frequency for one in lines[0].gold_only],
        color=_GOLD, marker="x", markersize=5, linewidth=0.8, linestyle=":", label="gold alone", zorder=2,
    )  # fmt: skip
    axes.set_title(title, color=_INK, fontsize=_SIZE + 1, loc="left")
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 20), yticks=range(0, 101, 20), aspect="equal")
    axes.tick_params(colors=_INK, labelsize=_SIZE - 1)
    axes.grid(color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_GRID)
    axes.legend(frameon=False, labelcolor=_INK, fontsize=_SIZE - 2, loc="upper left")
