"""A chart without a picture."""

from dataclasses import dataclass, field

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.match import Outcome

# The smallest of pictures: one pixel.
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63600000000200014821a4f10000000049454e44ae426082"
)


@dataclass
class FakeMatchChart:
    """Implements `MatchChart`: a pixel for every analysis with something to draw; `drawn` keeps them."""

    drawn: list[MatchAnalysis] = field(default_factory=list)

    def draw(self, analysis: MatchAnalysis) -> bytes | None:
        """See `MatchChart.draw`."""
        has_news = any(point.team or point.lane for point in analysis.gold[1:])
        if not has_news or analysis.outcome is Outcome.REMAKE:
            return None
        self.drawn.append(analysis)
        return ONE_PIXEL
