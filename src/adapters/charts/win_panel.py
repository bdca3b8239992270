"""The own team's probability to win over time."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, PercentFormatter

from src.adapters.charts.look import OWN, TEXT, Entry, sided
from src.core.domain.analysis import MatchAnalysis, Turn
from src.core.domain.lead import Line

_EVEN: Final = 0.5
_DOT: Final[dict[str, Any]] = {"marker": "o", "markersize": 10, "color": OWN}


def draw_win_chance(axes: Axes, analysis: MatchAnalysis, told: Sequence[Line]) -> list[Entry]:
    """The line with the range it may lie in, and on it each turn that is `told`, with a dot where it ended.

    Answers what the legend has to explain of it.
    """
    minutes = np.array([point.time_s / 60 for point in analysis.win])
    low, high = (np.array([getattr(point, name) for point in analysis.win]) for name in ("low", "high"))
    axes.fill_between(minutes, low, high, color=TEXT, alpha=0.35, linewidth=0)
    course = np.array(analysis.chances)
    sided(axes, course[:, 0] / 60, course[:, 1], _EVEN)
    turns = [line for line in told if isinstance(line, Turn)]
    for turn in turns:
        times, chances = zip(*turn.ends, strict=True)
        axes.plot([time_s / 60 for time_s in times], chances, color=OWN, linewidth=3.5, zorder=5)
        axes.plot(times[-1] / 60, chances[-1], zorder=6, **_DOT)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_locator(FixedLocator([0, _EVEN, 1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    moments = [(Line2D([], [], linewidth=3.5, **_DOT), "key moments")] if turns else []
    return [*moments, (Patch(color=TEXT, alpha=0.5), "likely range")]
