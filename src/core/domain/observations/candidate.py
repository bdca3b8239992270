"""An observation and how much it mattered."""

from collections.abc import Mapping
from dataclasses import dataclass

from src.core.domain.analysis import Observation, ObservationKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """An observation that may be shown, about `from_s` to `until_s` (seconds from game start).

    `weight` compares observations of all kinds: roughly the gold at stake. `is_setback`: it went against the player,
    so there is something to try next. `is_shown_anyway`: every answer has a place of its own for these numbers.
    """

    observation: Observation
    weight: float
    is_setback: bool
    from_s: float
    until_s: float
    is_shown_anyway: bool = False

    def lies_within(self, other: "Candidate") -> bool:
        """True if the other speaks of the same minutes, and perhaps more."""
        return other.from_s <= self.from_s and self.until_s <= other.until_s

    def touches(self, other: "Candidate") -> bool:
        """True if this one's moment is an end of the other's span."""
        return self.from_s in {other.from_s, other.until_s}


def candidate(
    kind: ObservationKind,
    time_s: float,
    weight: float,
    values: Mapping[str, float | str],
    *,
    until_s: float | None = None,
    is_setback: bool = False,
    is_shown_anyway: bool = False,
) -> Candidate:
    """A candidate about a moment, or about a span from there `until_s`."""
    observation = Observation(kind=kind, minute=int(time_s // 60), values=dict(values))
    return Candidate(observation, weight, is_setback, time_s, time_s if until_s is None else until_s, is_shown_anyway)
