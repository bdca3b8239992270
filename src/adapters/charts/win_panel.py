"""The own team's probability to win over time."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from src.adapters.charts.look import OWN, TEXT, TEXT_PT, sided
from src.core.domain.analysis import MatchAnalysis

_EVEN: Final = 0.5


def draw_win_chance(axes: Axes, analysis: MatchAnalysis) -> None:
    """The line, the range it may lie in, and a dot where each of the moments that turned the game left it."""
    minutes = np.array([point.time_s / 60 for point in analysis.win])
    low, high = (np.array([getattr(point, side) for point in analysis.win]) for side in ("low", "high"))
    axes.fill_between(minutes, low, high, color=TEXT, alpha=0.22, linewidth=0)
    sided(axes, minutes, np.array([point.own for point in analysis.win]), _EVEN, ("", ""))
    for turn in analysis.turns:
        axes.plot([turn.time_s / 60] * 2, [turn.before, turn.after], color=OWN, linewidth=3, zorder=5)
        axes.plot(turn.time_s / 60, turn.after, "o", color=OWN, markersize=10, zorder=6)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.25, _EVEN, 0.75, 1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda chance, _position: f"{round(100 * chance)} %"))
    axes.set_ylabel("win chance", color=TEXT, fontsize=TEXT_PT)
