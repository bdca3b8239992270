"""The picture of an analysis."""

from typing import Protocol

from src.core.domain.analysis import MatchAnalysis


class MatchChart(Protocol):
    """Draws the gold difference and, where it is known, the win probability over time."""

    def draw(self, analysis: MatchAnalysis) -> bytes | None:
        """A PNG (at least 800 px wide), or None when there is nothing to draw. CPU-bound: call it off the loop."""
        ...
