"""An observation and how much it mattered."""

from collections.abc import Mapping
from dataclasses import dataclass

from src.core.domain.analysis import Observation, ObservationKind


@dataclass(frozen=True, slots=True)
class Finding:
    """An observation that may be shown, about `from_s` to `until_s` (seconds from game start).

    `weight` compares findings of all kinds: roughly the gold at stake. `is_setback`: it went against the player,
    so there is something to try next.
    """

    observation: Observation
    weight: float
    is_setback: bool
    from_s: float
    until_s: float

    def lies_within(self, other: "Finding") -> bool:
        """True if the other speaks of the same minutes, and perhaps more."""
        return other.from_s <= self.from_s and self.until_s <= other.until_s


def finding(
    kind: ObservationKind,
    time_s: float,
    weight: float,
    values: Mapping[str, float | str],
    *,
    until_s: float | None = None,
    is_setback: bool = False,
) -> Finding:
    """A finding about a moment, or about a span from there `until_s`."""
    observation = Observation(kind=kind, minute=int(time_s // 60), values=dict(values))
    return Finding(observation, weight, is_setback, time_s, time_s if until_s is None else until_s)
