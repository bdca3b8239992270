"""An observation and how much it mattered."""

from collections.abc import Mapping
from dataclasses import dataclass

from src.core.domain.analysis import Observation, ObservationKind


@dataclass(frozen=True, slots=True)
class Finding:
    """An observation that may be shown.

    `weight` compares findings of all kinds: roughly the gold at stake. `is_setback`: it went against the player,
    so there is something to try next.
    """

    observation: Observation
    weight: float
    is_setback: bool = False


def finding(
    kind: ObservationKind, time_s: float, weight: float, values: Mapping[str, float | str], *, is_setback: bool = False
) -> Finding:
    """A finding about `time_s`, seconds from game start."""
    observation = Observation(kind=kind, minute=int(time_s // 60), values=dict(values))
    return Finding(observation, weight, is_setback)
