"""The gold difference over time, drawn to be read on a phone inside Discord's dark theme."""

from io import BytesIO
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from src.core.domain.analysis import GoldPoint, MatchAnalysis, Observation, ObservationKind

_DPI: Final = 100
_SIZE_INCHES: Final = (10.0, 5.6)
_TEXT_PT: Final = 20  # 11 px when Discord shows the 1000 px picture at 400
_SURFACE, _TEXT, _GRID = "#313338", "#dbdee1", "#5c5e66"
_AHEAD, _BEHIND = "#56b4e9", "#e69f00"  # from Okabe and Ito's palette: told apart with any colour vision
_LANE = "#f2f3f5"
_TICKS_EVERY: Final = ((12, 2), (45, 5), (10_000, 10))  # up to so many minutes, a tick every so many

_LEAST_GOLD: Final = 1000  # the axis shows at least this much both ways: a quiet game must look quiet

_Entry = tuple[Patch | Line2D, str]  # of the legend


def draw_gold(analysis: MatchAnalysis) -> bytes:
    """A PNG of 1000 x 560 px; the same analysis gives the same bytes."""
    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor=_SURFACE, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    minutes = np.array([point.time_s / 60 for point in analysis.gold])
    entries = [
        *_draw_team(axes, minutes, np.array([point.team for point in analysis.gold], dtype=float)),
        *_draw_lane(axes, minutes, analysis.gold),
        *_draw_swing(axes, analysis.observations),
    ]
    _dress(axes, float(minutes[-1]))
    _explain(figure, entries)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _dress(axes: Axes, last_minute: float) -> None:
    axes.set_facecolor(_SURFACE)
    axes.grid(visible=True, color=_GRID, linewidth=0.8, alpha=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=_TEXT, labelsize=_TEXT_PT, length=0)
    axes.set_xlim(0, last_minute * 1.01)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -_LEAST_GOLD), max(high, _LEAST_GOLD))
    axes.xaxis.set_major_locator(MultipleLocator(next(step for until, step in _TICKS_EVERY if last_minute <= until)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda gold, _position: _in_thousands(gold)))
    axes.set_xlabel("minute", color=_TEXT, fontsize=_TEXT_PT)
    axes.set_ylabel("gold difference", color=_TEXT, fontsize=_TEXT_PT)
    axes.axhline(0, color=_TEXT, linewidth=1.5, zorder=3)


def _in_thousands(gold: float) -> str:
    """`+2k`, `-0.5k` (with a real minus sign), `0`."""
    return f"{gold / 1000:+g}k".replace("-", "\u2212") if gold else "0"


def _draw_team(axes: Axes, minutes: NDArray[np.float64], team: NDArray[np.float64]) -> list[_Entry]:
    """The team's line, coloured by its side of zero, and the area under it."""
    minutes, team = _with_crossings(minutes, team)
    entries: list[_Entry] = []
    for colour, label, side in ((_AHEAD, "team ahead", team >= 0), (_BEHIND, "behind", team <= 0)):
        if not (side & (team != 0)).any():
            continue
        axes.fill_between(minutes, team, 0, where=side.tolist(), color=colour, alpha=0.45, linewidth=0)
        axes.plot(minutes, np.where(side, team, np.nan), color=colour, linewidth=3.5, zorder=4)
        entries.append((Patch(color=colour), label))
    return entries


def _with_crossings(
    minutes: NDArray[np.float64], gold: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same line with a point wherever it crosses zero, so that its colour changes exactly there."""
    before = np.flatnonzero(gold[:-1] * gold[1:] < 0)
    share = gold[before] / (gold[before] - gold[before + 1])
    crossings = minutes[before] + share * (minutes[before + 1] - minutes[before])
    return np.insert(minutes, before + 1, crossings), np.insert(gold, before + 1, 0.0)


def _draw_lane(axes: Axes, minutes: NDArray[np.float64], gold: tuple[GoldPoint, ...]) -> list[_Entry]:
    lane = np.array([np.nan if point.lane is None else point.lane for point in gold], dtype=float)
    if np.isnan(lane).all():
        return []
    style: dict[str, Any] = {"color": _LANE, "linewidth": 2.5, "linestyle": (0, (4, 1.5))}
    axes.plot(minutes, lane, zorder=5, **style)
    return [(Line2D([], [], **style), "you vs lane")]


def _draw_swing(axes: Axes, observations: tuple[Observation, ...]) -> list[_Entry]:
    """Mark the minutes that the text calls the biggest swing."""
    for seen in observations:
        if seen.kind is ObservationKind.GOLD_SWING:
            start, end = (float(seen.values[key]) / 60 for key in ("from_s", "to_s"))
            axes.axvspan(start, end, color=_TEXT, alpha=0.14, linewidth=0)
            return [(Patch(color=_TEXT, alpha=0.25), "biggest swing")]
    return []


def _explain(figure: Figure, entries: list[_Entry]) -> None:
    figure.legend(
        [handle for handle, _ in entries],
        [label for _, label in entries],
        loc="outside upper center",
        ncols=len(entries),
        frameon=False,
        labelcolor=_TEXT,
        fontsize=_TEXT_PT - 2,
        handlelength=1.2,
        handletextpad=0.4,
        columnspacing=1.0,
        borderaxespad=0.1,
    )
