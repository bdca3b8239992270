"""The shapes of signs, drawn from their corners."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from src.adapters.charts.look import INK, TEXT_PT
from src.adapters.charts.placing import Mark

_WRITING: Final[dict[str, Any]] = {
    "fontsize": TEXT_PT - 1, "fontweight": "bold", "va": "center_baseline", "zorder": 8,
}  # fmt: skip


def draw_mark(ink: Axes, mark: Mark, y: float, colour: str) -> None:
    """A sign, with its number if there are several, at a height of axes whose units are pixels, y downwards."""
    sign, beside = mark.sign, mark.sign.beside_px(mark.count)
    x = mark.x - beside / 2
    path = SHAPES[sign.shape].transformed(Affine2D().scale(sign.radius, -sign.radius).translate(x, y))
    ink.add_artist(PathPatch(path, facecolor=colour, edgecolor="none", zorder=7))
    if sign.letter:
        ink.text(x, y + _LOWER_PX.get(sign.shape, 0.0), sign.letter, color=INK, ha="center", **_WRITING)
    if beside:
        ink.text(x + sign.radius + 1, y, str(mark.count), color=colour, ha="left", **_WRITING)


def _regular(corners: int, *, turned: float = 0.0) -> Path:
    return _star(corners, 1.0, turned=turned, between=False)


def _star(points: int, inner: float, *, turned: float = 0.0, between: bool = True) -> Path:
    """A star with a point on top; without the corners between its points a regular polygon."""
    every = points * (2 if between else 1)
    angles = turned + np.pi / 2 + 2 * np.pi * np.arange(every) / every
    radii = np.where(np.arange(every) % 2 == 0, 1.0, inner) if between else np.ones(every)
    return _closed(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]))


def _closed(corners: Sequence[tuple[float, float]] | NDArray[np.float64]) -> Path:
    return Path(np.asarray(corners, dtype=float))


_ROOK: Final = (
    (-1, 1), (-0.6, 1), (-0.6, 0.7), (-0.2, 0.7), (-0.2, 1), (0.2, 1), (0.2, 0.7), (0.6, 0.7), (0.6, 1), (1, 1),
    (1, 0.35), (0.8, 0.2), (0.8, -0.7), (1, -0.8), (1, -1.1), (-1, -1.1), (-1, -0.8), (-0.8, -0.7), (-0.8, 0.2),
    (-1, 0.35),
)  # fmt: skip
_CROSS: Final = (
    (-1, 0.6), (-0.6, 1), (0, 0.4), (0.6, 1), (1, 0.6), (0.4, 0), (1, -0.6), (0.6, -1), (0, -0.4), (-0.6, -1),
    (-1, -0.6), (-0.4, 0),
)  # fmt: skip
SHAPES: Final = {
    "circle": Path.unit_circle(),
    "cross": _closed(_CROSS),
    "diamond": _regular(4),
    "hexagon": _regular(6),
    "octagon": _regular(8, turned=np.pi / 8),
    "pentagon": _regular(5),
    "rook": _closed(_ROOK),
    "shield": _closed([(-0.85, 0.9), (0.85, 0.9), (0.85, -0.4), (0, -1.05), (-0.85, -0.4)]),
    "square": _closed([(-1, 1), (1, 1), (1, -1), (-1, -1)]),
    "star": _star(8, 0.76),
    "triangle": _closed([(0, 1), (1, -0.8), (-1, -0.8)]),
}
"""Each around (0, 0) in a circle of radius 1, or little more; y upwards."""
_LOWER_PX: Final = {"pentagon": 1.0, "shield": -2.0}
"""So much below the middle is the room for a letter."""
