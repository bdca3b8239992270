"""How charts look: to be read on a phone inside Discord's dark theme, with any colour vision."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

TEXT_PT: Final = 20  # 11 px when Discord shows the 1000 px picture at 400
SURFACE, TEXT = "#313338", "#dbdee1"
FAINT: Final = "#5c5e66"
BAND: Final = "#3a3c43"
AHEAD, BEHIND = "#56b4e9", "#e69f00"  # from Okabe and Ito's palette: told apart with any colour vision
OWN: Final = "#f2f3f5"
INK: Final = "#1e1f22"  # on signs

Entry = tuple[Patch | Line2D, str]
"""Of a panel's key."""


def dress(axes: Axes) -> None:
    """Ground, grid and ticks."""
    axes.set_facecolor(SURFACE)
    axes.grid(visible=True, color=FAINT, linewidth=0.8, alpha=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=TEXT, labelsize=TEXT_PT, length=0)


def sided(axes: Axes, minutes: NDArray[np.float64], values: NDArray[np.float64], middle: float) -> None:
    """A line coloured by its side of the middle, with the area between."""
    minutes, values = with_crossings(minutes, values - middle)
    for colour, side in ((AHEAD, values >= 0), (BEHIND, values <= 0)):
        if not (side & (values != 0)).any():
            continue
        axes.fill_between(minutes, values + middle, middle, where=side.tolist(), color=colour, alpha=0.45, linewidth=0)
        axes.plot(minutes, np.where(side, values + middle, np.nan), color=colour, linewidth=3.5, zorder=4)
    axes.axhline(middle, color=TEXT, linewidth=1.5, zorder=3)


def with_crossings(
    minutes: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same line with a point wherever it crosses zero, so that its colour changes exactly there."""
    before = np.flatnonzero(values[:-1] * values[1:] < 0)
    share = values[before] / (values[before] - values[before + 1])
    crossings = minutes[before] + share * (minutes[before + 1] - minutes[before])
    return np.insert(minutes, before + 1, crossings), np.insert(values, before + 1, 0.0)


def key(ink: Axes, entries: list[Entry], right: tuple[float, float]) -> None:
    """What lines and areas mean, on one row that ends at a point of axes in pixels."""
    if not entries:
        return
    ink.add_artist(
        Legend(
            ink,
            [handle for handle, _ in entries],
            [label for _, label in entries],
            loc="center right",
            bbox_to_anchor=right,
            bbox_transform=ink.transData,
            ncols=len(entries),
            frameon=False,
            labelcolor=TEXT,
            fontsize=TEXT_PT - 2,
            handlelength=1.2,
            handletextpad=0.4,
            columnspacing=1.0,
            borderaxespad=0,
            borderpad=0,
        )
    )
