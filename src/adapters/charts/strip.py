"""The strip of a match: what the own team took, below it what the player did, below that what the enemy took.

Monsters lie on the outer rows, buildings, which are many and small, on the inner ones.
"""

from collections.abc import Sequence
from typing import Final

from src.adapters.charts.look import AHEAD, BAND, BEHIND, FAINT, OWN
from src.adapters.charts.placing import Mark, arranged
from src.adapters.charts.shapes import draw_mark
from src.adapters.charts.sheet import LEFT_PX, RIGHT_PX, Sheet
from src.adapters.charts.signs import ASSIST, BUILDINGS, DEATH, KILL, own_sign, taken_sign
from src.core.domain.analysis import MatchAnalysis

_MONSTERS_PX, _BUILDINGS_PX, _OWN_PX = 46.0, 30.0, 68.0
_BESIDE_PX: Final = 10.0  # between a row and its name
_EDGE_PX: Final = 2.0  # between rows
_OWN_ROWS: Final = ((KILL, -19.0), (ASSIST, 0.0), (DEATH, 20.0))
"""How far below the player's line each sign lies, in pixels."""


def strip_height(analysis: MatchAnalysis) -> float:
    """Pixels; 0 where nothing happened that it could show."""
    rows = _rows(analysis)
    return 2 * sum(height for height, _of_buildings in rows) + _OWN_PX if rows or analysis.own_moments else 0.0


def draw_strip(sheet: Sheet, analysis: MatchAnalysis, top: float) -> None:
    """Draws it below `top`, all of it over the time of the match."""
    height = strip_height(analysis)
    sheet.guides(top, height)
    _draw_takings(sheet, analysis, top, is_own=True)
    _draw_own(sheet, analysis, top + height / 2)
    _draw_takings(sheet, analysis, top + (height + _OWN_PX) / 2, is_own=False)


def _rows(analysis: MatchAnalysis) -> list[tuple[float, bool]]:
    """The heights of a team's rows, from the outer edge, and whether it is the one of buildings.

    Both teams have the same ones: a team that took nothing has them empty.
    """
    taken = {taken_sign(taking.taken) for taking in analysis.takings}
    rows = ((_MONSTERS_PX, False, taken - BUILDINGS), (_BUILDINGS_PX, True, taken & BUILDINGS))
    return [(height, of_buildings) for height, of_buildings, signs in rows if signs]


def _draw_takings(sheet: Sheet, analysis: MatchAnalysis, top: float, *, is_own: bool) -> None:
    rows = _rows(analysis) if is_own else _rows(analysis)[::-1]
    if not rows:
        return
    name, colour = ("team", AHEAD) if is_own else ("enemy", BEHIND)
    bottom = top + sum(height for height, _of_buildings in rows)
    sheet.ink.fill_betweenx([top + _EDGE_PX, bottom - _EDGE_PX], LEFT_PX, RIGHT_PX, color=BAND, linewidth=0, zorder=0)
    _name(sheet, (top + bottom) / 2, name, colour)
    marks = [
        Mark(taken_sign(taking.taken), sheet.x(taking.time_s))
        for taking in analysis.takings
        if taking.taken.is_own is is_own
    ]
    for height, of_buildings in rows:
        _draw(sheet, [mark for mark in marks if (mark.sign in BUILDINGS) is of_buildings], top + height / 2, colour)
        top += height


def _draw_own(sheet: Sheet, analysis: MatchAnalysis, y: float) -> None:
    sheet.ink.plot([LEFT_PX, RIGHT_PX], [y, y], color=FAINT, linewidth=1.5, zorder=3)
    _name(sheet, y, "you", OWN)
    for sign, below in _OWN_ROWS:
        times = [moment.time_s for moment in analysis.own_moments if own_sign(moment.part) is sign]
        _draw(sheet, [Mark(sign, sheet.x(time_s)) for time_s in times], y + below, OWN)


def _name(sheet: Sheet, y: float, name: str, colour: str) -> None:
    sheet.write(LEFT_PX - _BESIDE_PX, y, name, color=colour, ha="right")


def _draw(sheet: Sheet, marks: Sequence[Mark], y: float, colour: str) -> None:
    for mark in arranged(marks, (LEFT_PX, RIGHT_PX)):
        draw_mark(sheet.ink, mark, y, colour)
