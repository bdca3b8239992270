"""The calibration plot: how often blue won, against what the model said."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from src.core.domain.win_probability.regression import NINETY_PERCENT
from tools.win_probability.bins import Bin
from tools.win_probability.wording import CALLED

if TYPE_CHECKING:
    from matplotlib.artist import Artist

# Okabe and Ito's palette.
_STYLES: Final = {
    "ricefarmer": ("#0072B2", "o"), "ricefarmer27": ("#0072B2", "D"), "kaggle10": ("#D55E00", "s"),
    "bigsiimp15": ("#CC79A7", "v"), "ethan15": ("#009E73", "^"), "voltether10": ("#E69F00", "P"),
}  # fmt: skip
_GOLD, _INK, _GRID = "#888888", "#222222", "#DDDDDD"
_SIZE: Final = 11
_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One source at the panel's minute."""

    source: str
    model: Sequence[Bin]
    gold_only: Sequence[Bin]


def draw(panels: Sequence[tuple[str, Sequence[Line]]], path: Path) -> None:
    """A panel per minute: title and lines; what they are stands in the place that the panels leave."""
    rows = len(panels) // _COLUMNS + 1
    figure = Figure(figsize=(10.0, 3.45 * rows), dpi=150, facecolor="white", layout="constrained")
    grid = figure.subplots(rows, _COLUMNS, sharex=True, sharey=True, squeeze=False)
    meanings: dict[str, Artist] = {}
    for axes, (title, lines) in zip(grid.flat, panels, strict=False):
        _panel(axes, title, lines)
        handles, labels = axes.get_legend_handles_labels()
        meanings |= dict(zip(labels, handles, strict=True))
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for axes in (*grid[-1], grid[-2, -1]):
        axes.set_xlabel("the model says, %", color=_INK, fontsize=_SIZE)
        axes.tick_params(labelbottom=True)
    for axes in grid[:, 0]:
        axes.set_ylabel("blue won, %", color=_INK, fontsize=_SIZE)
    last = grid.flat[-1]
    last.legend(meanings.values(), meanings, frameon=False, labelcolor=_INK, fontsize=_SIZE - 1, loc="center")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})  # the same picture, the same bytes


def _panel(axes: Axes, title: str, lines: Sequence[Line]) -> None:
    axes.plot([0, 100], [0, 100], color=_INK, linewidth=0.8, zorder=1)
    for line in lines:
        colour, mark = _STYLES[line.source]
        seen = [100 * one.probability for one in line.model]
        axes.errorbar(
            seen,
            [100 * one.frequency for one in line.model],
            yerr=[100 * NINETY_PERCENT * one.error for one in line.model],
            color=colour, marker=mark, markersize=5, linewidth=1.0, capsize=2, label=CALLED[line.source], zorder=3,
        )  # fmt: skip
    first = lines[0]
    axes.fill_between(
        [100 * one.probability for one in first.model],
        [100 * one.low for one in first.model],
        [100 * one.high for one in first.model],
        color="#0072B2", alpha=0.13, linewidth=0, label="the model's bounds",
    )  # fmt: skip
    axes.plot(
        [100 * one.probability for one in first.gold_only],
        [100 * one.frequency for one in first.gold_only],
        color=_GOLD, marker="x", markersize=5, linewidth=0.9, linestyle=":", label="gold alone", zorder=2,
    )  # fmt: skip
    axes.set_title(title, color=_INK, fontsize=_SIZE + 1, loc="left")
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 20), yticks=range(0, 101, 20), aspect="equal")
    axes.tick_params(colors=_INK, labelsize=_SIZE - 1)
    axes.grid(color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_GRID)
