"""A page in pixels, y downwards, with panels one below the other over the minutes of a match."""

from io import BytesIO
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from src.adapters.charts.look import FAINT, SURFACE, TEXT, TEXT_PT, dress

WIDTH_PX: Final = 1000.0
LEFT_PX, RIGHT_PX = 112.0, 984.0
"""Where the time begins and ends: labels stand to the left."""
MINUTES_PX: Final = 36.0
_DPI: Final = 100
_TICKS_EVERY: Final = ((12, 2), (45, 5), (10_000, 10))  # up to so many minutes, a tick every so many
_UNIT_PX: Final = 76.0  # room for "min" beside the last number


class Sheet:
    """`ink` are axes over all of it in pixels, on top of the panels."""

    def __init__(self, height_px: float, last_s: float) -> None:
        """`last_s`: the end of the time axis, in seconds."""
        self._height = height_px
        self._last_s = max(last_s, 1.0)
        size = (WIDTH_PX / _DPI, height_px / _DPI)
        self._figure = Figure(figsize=size, dpi=_DPI, facecolor=SURFACE)
        FigureCanvasAgg(self._figure)
        self.ink: Axes = self._figure.add_axes((0, 0, 1, 1), zorder=5)
        self.ink.set(xlim=(0, WIDTH_PX), ylim=(height_px, 0))
        self.ink.set_axis_off()
        step = next(step for until, step in _TICKS_EVERY if last_s <= 60 * until)
        self._minutes = range(0, int(last_s / 60) + 1, step)

    def x(self, time_s: float) -> float:
        """Where that time is, in pixels; what comes after the end is at the end."""
        return LEFT_PX + (RIGHT_PX - LEFT_PX) * min(max(time_s / self._last_s, 0.0), 1.0)

    def panel(self, top: float, height: float) -> Axes:
        """Axes over the minutes of the match."""
        left, width = LEFT_PX / WIDTH_PX, (RIGHT_PX - LEFT_PX) / WIDTH_PX
        axes: Axes = self._figure.add_axes((left, 1 - (top + height) / self._height, width, height / self._height))
        dress(axes)
        axes.set_xlim(0, self._last_s / 60)
        axes.xaxis.set_major_locator(FixedLocator(self._minutes))
        axes.xaxis.set_major_formatter(NullFormatter())
        return axes

    def guides(self, top: float, height: float) -> None:
        """The panels' lines at the minutes, where there is no panel."""
        xs = [self.x(60.0 * minute) for minute in self._minutes]
        self.ink.vlines(xs, top, top + height, color=FAINT, linewidth=0.8, alpha=0.6, zorder=1)

    def number_minutes(self, top: float) -> None:
        """The numbers of the minutes below everything that is over time."""
        y = top + MINUTES_PX / 2
        for minute in self._minutes:
            self.write(self.x(60.0 * minute), y, str(minute), ha="center")
        if RIGHT_PX - self.x(60.0 * self._minutes[-1]) > _UNIT_PX:
            self.write(RIGHT_PX, y, "min", ha="right")

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Text with its middle at a height; `style` as matplotlib has it."""
        look: dict[str, Any] = {"color": TEXT, "fontsize": TEXT_PT, "va": "center_baseline"}
        self.ink.text(x, y, text, **look | style)

    def png(self) -> bytes:
        """The picture: the same sheet gives the same bytes."""
        buffer = BytesIO()
        self._figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()
