"""The chart of a match: the win chance, where it is known, above the gold difference."""

from io import BytesIO
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from src.adapters.charts.gold_panel import draw_gold
from src.adapters.charts.look import SURFACE, TEXT, TEXT_PT, Entry, dress, explain
from src.adapters.charts.win_panel import draw_win_chance
from src.core.domain.analysis import MatchAnalysis

_DPI: Final = 100
_WIDTH: Final = 10.0
_GOLD_HEIGHT, _WIN_HEIGHT = 5.6, 3.2
_TICKS_EVERY: Final = ((12, 2), (45, 5), (10_000, 10))  # up to so many minutes, a tick every so many


def draw_match(analysis: MatchAnalysis) -> bytes:
    """A PNG, 1000 px wide; the same analysis gives the same bytes."""
    height = _GOLD_HEIGHT + (_WIN_HEIGHT if analysis.win else 0)
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=SURFACE, layout="constrained")
    FigureCanvasAgg(figure)
    gold, entries = _panels(figure, analysis)
    explain(figure, [*draw_gold(gold, analysis), *entries])
    _dress_minutes(gold, analysis.gold[-1].time_s / 60)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _panels(figure: Figure, analysis: MatchAnalysis) -> tuple[Axes, list[Entry]]:
    """Draws the win chance, where it is known; answers the panel for the gold, and what to explain of the other."""
    if not analysis.win:
        only: Axes = figure.add_subplot()
        dress(only)
        return only, []
    grid = figure.add_gridspec(2, 1, height_ratios=(_WIN_HEIGHT, _GOLD_HEIGHT))
    gold: Axes = figure.add_subplot(grid[1])
    chance: Axes = figure.add_subplot(grid[0], sharex=gold)
    for panel in (chance, gold):
        dress(panel)
    chance.tick_params(labelbottom=False)
    entries = draw_win_chance(chance, analysis)
    figure.align_ylabels()
    return gold, entries


def _dress_minutes(axes: Axes, last_minute: float) -> None:
    axes.set_xlim(0, last_minute * 1.01)
    axes.xaxis.set_major_locator(MultipleLocator(next(step for until, step in _TICKS_EVERY if last_minute <= until)))
    axes.set_xlabel("minute", color=TEXT, fontsize=TEXT_PT)
