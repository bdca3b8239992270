"""The own team's probability to win over time."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter

from src.adapters.charts.look import OWN, TEXT, Entry, sided
from src.core.domain.analysis import MatchAnalysis, Turn

_EVEN: Final = 0.5
_DOT: Final[dict[str, Any]] = {"marker": "o", "markersize": 10, "color": OWN}


def draw_win_chance(axes: Axes, analysis: MatchAnalysis) -> list[Entry]:
    """The line with the range it may lie in, and each turn on it, with a dot where it ended.

    Answers what the legend has to explain of it.
    """
    minutes = np.array([point.time_s / 60 for point in analysis.win])
    own, low, high = (np.array([getattr(point, name) for point in analysis.win]) for name in ("own", "low", "high"))
    axes.fill_between(minutes, low, high, color=TEXT, alpha=0.35, linewidth=0)
    ends = [(time_s / 60, chance) for turn in analysis.turns for time_s, chance in _ends(turn)]
    course = np.array(sorted([*zip(minutes, own, strict=True), *ends], key=lambda point: point[0]))
    sided(axes, course[:, 0], course[:, 1], _EVEN)
    for turn in analysis.turns:
        times, chances = zip(*_ends(turn), strict=True)
        axes.plot([time_s / 60 for time_s in times], chances, color=OWN, linewidth=3.5, zorder=5)
        axes.plot(times[-1] / 60, chances[-1], zorder=6, **_DOT)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_locator(FixedLocator([0, _EVEN, 1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda chance, _position: f"{round(100 * chance)} %"))
    swings = [(Line2D([], [], linewidth=3.5, **_DOT), "biggest swings")] if analysis.turns else []
    return [*swings, (Patch(color=TEXT, alpha=0.5), "likely range")]


def _ends(turn: Turn) -> tuple[tuple[float, float], tuple[float, float]]:
    return (turn.time_s, turn.before), (turn.until_s, turn.after)
