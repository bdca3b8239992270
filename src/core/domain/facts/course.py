"""How a match went."""

from dataclasses import dataclass
from functools import cached_property

from src.core.domain.facts.nearby import Nearby
from src.core.domain.facts.takings import Takings
from src.core.domain.match import Match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import TimelineDetail
from src.core.domain.win_probability.curve import WinCurve


@dataclass(frozen=True)
class Course:
    """A match, its timeline, what else is in the timeline's document, and the win probability over it."""

    match: Match
    timeline: Timeline
    detail: TimelineDetail
    curve: WinCurve | None

    @cached_property
    def nearby(self) -> Nearby:
        """Who was where."""
        return Nearby(self.timeline, self.detail)

    @cached_property
    def takings(self) -> Takings:
        """What the teams took."""
        return Takings(self.match, self.timeline, self.detail)

    def win_change(self, since_s: float, until_s: float) -> float | None:
        """How blue's win probability changed between two moments, both included; None where there is no model."""
        return self.curve.change(since_s, until_s) if self.curve else None
