"""What decided a match: since when the winner was ahead for good, and what brought that about."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from src.core.domain.analysis import MatchAnalysis, Observation, ObservationKind, Turn
from src.core.domain.match import Outcome
from src.core.domain.win_probability.scope import MEASURED_FROM_S

AHEAD_FROM: Final = 0.55
"""A team whose probability to win is this is ahead; between it and what it leaves the other team a match is open."""
AHEAD_GOLD: Final = 1000
"""So much more gold is being ahead, where there is no win chance."""

Line = Turn | Observation

_LONG_S: Final = 120.0


class LeadKind(StrEnum):
    """How a match was decided."""

    TURNED = "turned"  # one turn, or one swing of gold, brought the winner ahead for good
    KEPT = "kept"  # the winner was ahead from some moment on, and no single turn brought that about
    LATE = "late"  # the winner was ahead for good in the last two minutes only


class Measure(StrEnum):
    """What being ahead is measured by."""

    CHANCE = "chance"  # a probability to win of `AHEAD_FROM`
    GOLD = "gold"  # `AHEAD_GOLD` more than the other team


@dataclass(frozen=True, slots=True)
class Lead:
    """What decided the match: since when the winner was ahead at every moment known, and what brought that about.

    `since_s`: seconds from game start; of a turn or swing its beginning; of a `LATE` one the last moment at which the
    winner was not ahead. `line`: the turn or swing of one that `TURNED`, else None. `chance`: the own team's at the
    moment of a `LATE` one, else None.
    """

    kind: LeadKind
    measure: Measure
    since_s: float
    line: Line | None = None
    chance: float | None = None


def lead_of(analysis: MatchAnalysis) -> Lead | None:
    """What decided a match; None where nobody won, where no timeline says it, and where gold says otherwise."""
    if analysis.outcome not in {Outcome.WIN, Outcome.LOSS} or analysis.timeline_stops_s is not None:
        return None
    won = analysis.outcome is Outcome.WIN
    return _by_chance(analysis, won=won) if analysis.win else _by_gold(analysis, 1 if won else -1)


def gold_swing_of(analysis: MatchAnalysis) -> Observation | None:
    """The swing of gold, where there is one that mattered."""
    return next((seen for seen in analysis.observations if seen.kind is ObservationKind.GOLD_SWING), None)


_Course = Sequence[tuple[float, float]]
"""What the winner had over time in seconds, in order of time: a chance, or gold more than the other team."""


def _by_chance(analysis: MatchAnalysis, *, won: bool) -> Lead | None:
    for_good = next((turn for turn in analysis.turns if turn.for_good), None)
    if for_good is not None:
        return Lead(LeadKind.TURNED, Measure.CHANCE, for_good.time_s, for_good)
    course = [(time_s, own if won else 1 - own) for time_s, own in analysis.chances if time_s >= MEASURED_FROM_S]
    since_s = _ahead_since(course, AHEAD_FROM)
    if since_s is not None and _is_long(since_s, course):
        return Lead(LeadKind.KEPT, Measure.CHANCE, since_s)
    open_at = next(((time_s, chance) for time_s, chance in reversed(course) if chance < AHEAD_FROM), None)
    if open_at is None:
        return None
    time_s, chance = open_at
    return Lead(LeadKind.LATE, Measure.CHANCE, time_s, chance=chance if won else 1 - chance)


def _by_gold(analysis: MatchAnalysis, sign: int) -> Lead | None:
    course = [(point.time_s, float(sign * point.team)) for point in analysis.gold]
    swing = gold_swing_of(analysis)
    if swing is not None and _turned(swing, course, sign):
        return Lead(LeadKind.TURNED, Measure.GOLD, float(swing.values["from_s"]), swing)
    since_s = _ahead_since(course, AHEAD_GOLD)
    if since_s is None or not _is_long(since_s, course):
        return None
    return Lead(LeadKind.KEPT, Measure.GOLD, since_s)


def _ahead_since(course: _Course, least: float) -> float | None:
    """Since when the winner had at least that at every point; None if not at the last one."""
    since_s = None
    for time_s, had in reversed(course):
        if had < least:
            break
        since_s = time_s
    return since_s


def _is_long(since_s: float, course: _Course) -> bool:
    """False for a lead that a team had but in the last moments."""
    return course[-1][0] - since_s >= _LONG_S


def _turned(swing: Observation, course: _Course, sign: int) -> bool:
    """True if a swing of `AHEAD_GOLD` or more took the winner from behind to ahead, and gold was never even again."""
    from_s, until_s, before, change = (float(swing.values[key]) for key in ("from_s", "to_s", "from_gold", "swing"))
    since_s = _ahead_since(course, 1)
    is_for_good = since_s is not None and from_s < since_s <= until_s
    return is_for_good and sign * before < 0 and sign * change >= AHEAD_GOLD
