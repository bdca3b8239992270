"""The story of a match for one player: what decided it, and what else is worth a line.

Chosen from an analysis, never added to. What one line tells is not told again by another, nor what the answer's title
and numbers say anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from src.core.domain.analysis import MatchAnalysis, Observation, ObservationKind, Part, Turn
from src.core.domain.match import Outcome

MOST_LINES: Final = 4
"""Beside the lead, a story has so many lines at most."""

Line = Turn | Observation

_LAST_FRAME_S: Final = 62.0
_LONG_S: Final = 120.0
_EARLY_S: Final = 600.0


class LeadKind(StrEnum):
    """How a match was decided."""

    TURNED = "turned"  # one turn, or one swing of gold, brought the winner ahead for good
    KEPT = "kept"  # the winner was ahead from some minute on, and no single turn brought that about
    LATE = "late"  # the winner was ahead for good in the last two minutes only


class Measure(StrEnum):
    """What being ahead is measured by."""

    CHANCE = "chance"  # a probability to win above one half
    GOLD = "gold"  # more gold than the other team


@dataclass(frozen=True, slots=True)
class Lead:
    """What decided the match: since when the winner was ahead at every minute, and what brought that about.

    `since_s`: seconds from game start; of a turn or swing its beginning; of a `LATE` one the last minute at which the
    winner was not ahead. `line`: the turn or swing of one that `TURNED`, else None.
    """

    kind: LeadKind
    measure: Measure
    since_s: float
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """`lead` is None where nothing can be said to have decided the match; `lines` are in order of time."""

    lead: Lead | None
    lines: tuple[Line, ...]


_ELSEWHERE: Final = frozenset({
    ObservationKind.PLACEMENT, ObservationKind.DAMAGE_SHARE, ObservationKind.KILL_SHARE, ObservationKind.GOLD_SHARE,
})  # fmt: skip
"""What the title and the numbers of an answer say."""

_PARTS_OF_SWINGS: Final = frozenset({
    ObservationKind.DEATH_AND_OBJECTIVE, ObservationKind.KILL_STREAK, ObservationKind.GOLD_PEAK,
    ObservationKind.MONSTER_COUNT, ObservationKind.OBJECTIVE,
})  # fmt: skip
"""What a turn or a swing of the same time tells."""

_RANKS: Final = (
    ObservationKind.DEATHS_COST, ObservationKind.DEATH_AND_OBJECTIVE, ObservationKind.TEAM_LEAD,
    ObservationKind.KILL_STREAK, ObservationKind.CS_PACE, ObservationKind.MONSTER_COUNT, ObservationKind.OBJECTIVE,
    ObservationKind.LANE_LEAD, ObservationKind.CS_TOTAL, ObservationKind.NO_DEATH, ObservationKind.FIRST_DEATH,
    ObservationKind.GOLD_PEAK, ObservationKind.LEAD_KEPT,
)  # fmt: skip
"""Who gives way last to whom, where there are too many lines. Turns and the swing of gold give way to none."""


def story_of(analysis: MatchAnalysis) -> Story:
    """What decided a match and what else happened, in at most 1 + `MOST_LINES` lines."""
    lead = _lead(analysis)
    first = [lead.line] if lead is not None and lead.line is not None else []
    told: list[Line] = [*first]
    lines: list[Line] = []
    others = [seen for seen in analysis.observations if seen.kind is not ObservationKind.GOLD_SWING]
    candidates: list[Line] = [*_swings(analysis, first), *sorted(others, key=_rank)]
    for line in candidates:
        is_new = line not in told and not _is_elsewhere(line, analysis, lead)
        if is_new and not any(_tells(other, line) for other in told):
            told.append(line)
            lines.append(line)
    return Story(lead, tuple(sorted(lines[:MOST_LINES], key=_from_s)))


def _rank(seen: Observation) -> int:
    return _RANKS.index(seen.kind) if seen.kind in _RANKS else len(_RANKS)


def _swings(analysis: MatchAnalysis, lead: Sequence[Line]) -> list[Line]:
    """The turns and the swing of gold, where they tell of the same only one of them.

    That is the swing, unless the turns have half of its kills or one of them leads the story.
    """
    turns, swing = _turns(analysis), _gold_swing(analysis)
    if swing is None:
        return [*turns]
    within = [turn for turn in turns if _meet(turn, swing)]
    if not within:
        return [*turns, swing]
    kills = int(swing.values["own_kills"]) + int(swing.values["enemy_kills"])
    is_told = any(turn in lead for turn in within) or 2 * sum(turn.kills + turn.deaths for turn in within) >= kills
    return [*turns] if is_told else [*(turn for turn in turns if turn not in within), swing]


def _gold_swing(analysis: MatchAnalysis) -> Observation | None:
    return next((seen for seen in analysis.observations if seen.kind is ObservationKind.GOLD_SWING), None)


def _turns(analysis: MatchAnalysis) -> list[Turn]:
    """The turns, but for the own deaths that an observation tells together."""
    clusters = [_span(seen) for seen in analysis.observations if seen.kind is ObservationKind.DEATHS_COST]
    return [
        turn
        for turn in analysis.turns
        if not (_is_own_death(turn) and any(from_s <= turn.time_s <= until_s for from_s, until_s in clusters))
    ]


def _is_own_death(turn: Turn) -> bool:
    return turn.parts == (Part.DIED,) and turn.deaths == 1 and turn.kills == 0 and not turn.taken


def _lead(analysis: MatchAnalysis) -> Lead | None:
    if analysis.outcome not in {Outcome.WIN, Outcome.LOSS}:
        return None
    sign = 1 if analysis.outcome is Outcome.WIN else -1
    if analysis.win:
        chances = [(point.time_s, sign * (point.own - 0.5)) for point in analysis.win]
        return _by_chance(analysis, chances) if _reaches_end(analysis, chances) else None
    gold = [(point.time_s, sign * float(point.team)) for point in analysis.gold]
    return _by_gold(analysis, gold, sign) if _reaches_end(analysis, gold) else None


_Course = Sequence[tuple[float, float]]
"""By how much the winner was ahead, over time in seconds."""


def _reaches_end(analysis: MatchAnalysis, course: _Course) -> bool:
    """False for a timeline that stops early: nobody knows what came after it."""
    return bool(course) and analysis.duration_s - course[-1][0] <= _LAST_FRAME_S


def _by_chance(analysis: MatchAnalysis, course: _Course) -> Lead | None:
    for_good = next((turn for turn in analysis.turns if turn.for_good), None)
    if for_good is not None:
        return Lead(LeadKind.TURNED, Measure.CHANCE, for_good.time_s, for_good)
    since_s = _ahead_since(course)
    if since_s is not None and _is_long(since_s, course):
        return Lead(LeadKind.KEPT, Measure.CHANCE, since_s)
    open_until_s = next((time_s for time_s, ahead in reversed(course) if ahead <= 0), None)
    return None if open_until_s is None else Lead(LeadKind.LATE, Measure.CHANCE, open_until_s)


def _by_gold(analysis: MatchAnalysis, course: _Course, sign: int) -> Lead | None:
    since_s = _ahead_since(course)
    if since_s is None:
        return None
    swing = _gold_swing(analysis)
    if swing is not None and _turned(swing, since_s, sign):
        return Lead(LeadKind.TURNED, Measure.GOLD, _from_s(swing), swing)
    return Lead(LeadKind.KEPT, Measure.GOLD, since_s) if _is_long(since_s, course) else None


def _ahead_since(course: _Course) -> float | None:
    """Since when the winner was ahead at every point; None if not at the last one."""
    since_s = None
    for time_s, ahead in reversed(course):
        if ahead <= 0:
            break
        since_s = time_s
    return since_s


def _is_long(since_s: float, course: _Course) -> bool:
    """False for a lead that a team had but in the last moments."""
    return course[-1][0] - since_s >= _LONG_S


def _turned(swing: Observation, since_s: float, sign: int) -> bool:
    """True if within this swing the winner, who was not ahead before it, got ahead for good."""
    from_s, until_s = _span(swing)
    return sign * float(swing.values["from_gold"]) <= 0 and from_s < since_s <= until_s


def _is_elsewhere(line: Line, analysis: MatchAnalysis, lead: Lead | None) -> bool:
    """True if the title, the numbers or the lead say it already, or others of its kind."""
    if isinstance(line, Turn):
        return False
    if line.kind is ObservationKind.LEAD_KEPT:
        return lead is not None
    if line.kind is ObservationKind.LANE_LEAD:
        return any(mark.gold_diff == line.values["gold"] for mark in analysis.marks)
    if line.kind is ObservationKind.FIRST_DEATH:  # to have lived for a few minutes is no feat
        return float(line.values["at_s"]) < _EARLY_S
    return line.kind in _ELSEWHERE


def _tells(told: Line, line: Line) -> bool:
    """True if a turn or a swing of gold leaves nothing of `line` to say."""
    if isinstance(line, Turn) or not _meet(told, line):
        return False
    if isinstance(told, Observation) and told.kind is not ObservationKind.GOLD_SWING:
        return False
    if line.kind is ObservationKind.KILL_STREAK and isinstance(told, Turn):
        return any(part is not Part.DIED for part in told.parts)
    return line.kind in _PARTS_OF_SWINGS


def _meet(one: Line, other: Line) -> bool:
    """True if both speak of the same moment, among others."""
    (from_s, until_s), (other_from_s, other_until_s) = _span(one), _span(other)
    return from_s <= other_until_s and other_from_s <= until_s


def _from_s(line: Line) -> float:
    return _span(line)[0]


def _span(line: Line) -> tuple[float, float]:
    """What a line is about, in seconds from game start; what has no time of its own is about the minute it names."""
    if isinstance(line, Turn):
        return line.time_s, line.until_s
    values = line.values
    times = [float(values[key]) for key in _TIMES if key in values] or [60.0 * line.minute]
    return min(times), max(times)


_TIMES: Final = ("from_s", "to_s", "first_s", "last_s", "at_s", "until_s", "top_s", "duration_s")
