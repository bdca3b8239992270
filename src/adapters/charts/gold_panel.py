"""The gold difference over time."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from src.adapters.charts.look import OWN, TEXT, Entry, sided
from src.core.domain.analysis import GoldPoint, MatchAnalysis, Observation, ObservationKind
from src.core.domain.lead import Line

_LEAST_GOLD: Final = 1000  # the axis shows at least this much both ways: a quiet game must look quiet


def draw_gold(axes: Axes, analysis: MatchAnalysis, told: Sequence[Line]) -> list[Entry]:
    """The team's and the lane's gold difference, and the swing if it is `told`; answers the entries of its key."""
    minutes = np.array([point.time_s / 60 for point in analysis.gold])
    team = np.array([point.team for point in analysis.gold], dtype=float)
    sided(axes, minutes, team, 0.0)
    entries = [*_draw_lane(axes, minutes, analysis.gold), *_draw_swing(axes, told)]
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -_LEAST_GOLD), max(high, _LEAST_GOLD))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda gold, _position: in_thousands(gold)))
    return entries


def in_thousands(gold: float) -> str:
    """`+2k`, `-0.5k` (with a real minus sign), `0`."""
    return f"{gold / 1000:+g}k".replace("-", "\u2212") if gold else "0"


def _draw_lane(axes: Axes, minutes: NDArray[np.float64], gold: tuple[GoldPoint, ...]) -> list[Entry]:
    lane = np.array([np.nan if point.lane is None else point.lane for point in gold], dtype=float)
    if np.isnan(lane).all():
        return []
    style: dict[str, Any] = {"color": OWN, "linewidth": 2.5, "linestyle": (0, (4, 1.5))}
    axes.plot(minutes, lane, zorder=5, **style)
    return [(Line2D([], [], **style), "you vs lane")]


def _draw_swing(axes: Axes, told: Sequence[Line]) -> list[Entry]:
    """Mark the minutes of the swing."""
    for seen in told:
        if isinstance(seen, Observation) and seen.kind is ObservationKind.GOLD_SWING:
            start, end = (float(seen.values[key]) / 60 for key in ("from_s", "to_s"))
            axes.axvspan(start, end, color=TEXT, alpha=0.14, linewidth=0)
            return [(Patch(color=TEXT, alpha=0.25), "gold swing")]
    return []
