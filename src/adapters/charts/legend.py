"""What the signs mean, below everything."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from matplotlib.textpath import TextPath

from src.adapters.charts.look import TEXT, TEXT_PT
from src.adapters.charts.placing import Mark
from src.adapters.charts.shapes import draw_mark
from src.adapters.charts.sheet import WIDTH_PX, Sheet
from src.adapters.charts.signs import Sign

ROW_PX: Final = 42.0
_LEFT_PX: Final = 20.0
_NAME_PT: Final = TEXT_PT - 2
_AFTER_SIGN_PX, _AFTER_NAME_PX = 8.0, 18.0
_PX_PER_PT: Final = 100 / 72

Row = list[tuple[Sign, float]]
"""Signs, and where the middle of each is, in pixels from the left edge of the picture."""


def legend_rows(signs: Sequence[Sign]) -> list[Row]:
    """The signs with room for their names, on as few rows as they need, none much longer than another."""
    fewest = len(_wrapped(signs, WIDTH_PX))
    return next(rows for right in range(0, int(WIDTH_PX) + 1, 20) if len(rows := _wrapped(signs, right)) == fewest)


def _wrapped(signs: Sequence[Sign], right: float) -> list[Row]:
    rows: list[Row] = []
    x = WIDTH_PX
    for sign in signs:
        width = 2 * sign.radius + _AFTER_SIGN_PX + _name_px(sign.name) + _AFTER_NAME_PX
        if x + width > right:
            rows.append([])
            x = _LEFT_PX
        rows[-1].append((sign, x + sign.radius))
        x += width
    return rows


def draw_legend(sheet: Sheet, rows: Sequence[Row], top: float) -> None:
    """Draws them below `top`, each `ROW_PX` high."""
    for index, row in enumerate(rows):
        y = top + ROW_PX * (index + 0.5)
        for sign, x in row:
            draw_mark(sheet.ink, Mark(sign, x), y, TEXT)
            sheet.write(x + sign.radius + _AFTER_SIGN_PX, y, sign.name, fontsize=_NAME_PT)


@cache
def _name_px(name: str) -> float:
    extents = TextPath((0, 0), name, size=_NAME_PT).get_extents()
    return float(extents.x1) * _PX_PER_PT
