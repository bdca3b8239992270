"""The chart of a match: the win chance, where it is known, what was taken and what the player did, and the gold."""

from collections.abc import Callable
from typing import Final

from matplotlib.axes import Axes

from src.adapters.charts.gold_panel import draw_gold
from src.adapters.charts.legend import ROW_PX, draw_legend, legend_rows
from src.adapters.charts.look import OWN, TEXT_PT, Entry, key
from src.adapters.charts.sheet import MINUTES_PX, RIGHT_PX, Sheet
from src.adapters.charts.signs import signs_of
from src.adapters.charts.strip import draw_strip, strip_height
from src.adapters.charts.win_panel import draw_win_chance
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.story import story_of

_TITLE_PX: Final = 52.0
_WIN_PX, _GOLD_PX, _GOLD_ALONE_PX = 190.0, 205.0, 330.0
_GAP_PX: Final = 12.0
_TITLE_LEFT_PX: Final = 14.0

Part = tuple[float, Callable[[Sheet, float], None]]
"""One below the other: a height, and what draws it below its top, both in pixels."""


def draw_match(analysis: MatchAnalysis) -> bytes:
    """A PNG, 1000 px wide; the same analysis gives the same bytes."""
    parts = _parts(analysis)
    sheet = Sheet(sum(height for height, _draw in parts), analysis.gold[-1].time_s)
    top = 0.0
    for height, draw in parts:
        draw(sheet, top)
        top += height
    return sheet.png()


def _parts(analysis: MatchAnalysis) -> list[Part]:
    """From the top: without a win chance the gold comes first. Moments and the swing are those that the text tells."""
    told = story_of(analysis).told
    signs = signs_of(analysis)
    legend = legend_rows(signs)
    strip: list[Part] = [(strip_height(analysis) + _GAP_PX, lambda sheet, top: draw_strip(sheet, analysis, top))]
    gold_px = _GOLD_PX if analysis.win else _GOLD_ALONE_PX
    gold = _panel(gold_px, "Gold difference", lambda axes: draw_gold(axes, analysis, told))
    if analysis.win:
        panels = [_panel(_WIN_PX, "Win chance", lambda axes: draw_win_chance(axes, analysis, told)), *strip, gold]
    else:
        panels = [gold, *strip]
    minutes: Part = (MINUTES_PX, Sheet.number_minutes)
    return [
        *panels,
        minutes,
        (ROW_PX * len(legend), lambda sheet, top: draw_legend(sheet, legend, top)),
        (_GAP_PX, lambda _sheet, _top: None),
    ]


def _panel(height: float, title: str, draw: Callable[[Axes], list[Entry]]) -> Part:
    def draw_below(sheet: Sheet, top: float) -> None:
        entries = draw(sheet.panel(top + _TITLE_PX, height))
        middle = top + _TITLE_PX / 2
        sheet.write(_TITLE_LEFT_PX, middle, title, color=OWN, fontsize=TEXT_PT, fontweight="bold")
        key(sheet.ink, entries, (RIGHT_PX, middle))

    return _TITLE_PX + height + _GAP_PX, draw_below
