"""The chart of a match, which takes its time to load: matplotlib is imported by those processes that draw."""

from threading import Lock

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.match import Outcome

# One drawing at a time: matplotlib makes no promise about threads.
_drawing = Lock()


class MatplotlibMatchChart:
    """Implements `MatchChart`: 1000 px wide. The same analysis gives the same bytes."""

    def draw(self, analysis: MatchAnalysis) -> bytes | None:
        """See `MatchChart.draw`."""
        drawable = any(point.team or point.lane for point in analysis.gold[1:])
        if not drawable or analysis.outcome is Outcome.REMAKE:
            return None
        from src.adapters.charts.drawing import draw_match  # noqa: PLC0415 - a second of imports

        with _drawing:
            return draw_match(analysis)
