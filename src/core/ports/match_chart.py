"""The picture of an analysis."""

from typing import Protocol

from src.core.domain.analysis import MatchAnalysis


class MatchChart(Protocol):
    """Draws a match over time.

    The gold difference; where it is known, the win probability; what both teams took, and what the player did.
    """

    def draw(self, analysis: MatchAnalysis) -> bytes | None:
        """A PNG (at least 800 px wide), or None when there is nothing to draw. CPU-bound: call it off the loop."""
        ...
