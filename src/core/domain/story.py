"""The story of a match for one player: what decided it, and what else is worth a line.

Chosen from an analysis, never added to. What one line tells is not told again by another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from src.core.domain.analysis import MatchAnalysis, Observation, ObservationKind, Part, Turn
from src.core.domain.facts.model import FOLLOWED_WITHIN_S
from src.core.domain.lead import Lead, Line, gold_swing_of, lead_of

MOST_LINES: Final = 4
"""Beside the lead, a story has so many lines at most."""


@dataclass(frozen=True, slots=True)
class Story:
    """`lead` is None where nothing can be said to have decided the match; `lines` are in order of time."""

    lead: Lead | None
    lines: tuple[Line, ...]

    @property
    def told(self) -> tuple[Line, ...]:
        """Everything it tells, what leads first."""
        first = () if self.lead is None or self.lead.line is None else (self.lead.line,)
        return (*first, *self.lines)


_PARTS_OF_SWINGS: Final = frozenset({
    ObservationKind.DEATH_AND_OBJECTIVE, ObservationKind.KILL_STREAK, ObservationKind.GOLD_PEAK,
    ObservationKind.MONSTER_COUNT, ObservationKind.OBJECTIVE,
})  # fmt: skip
"""What a turn or a swing of the same time tells."""

_RANKS: Final = (
    ObservationKind.DEATHS_COST, ObservationKind.DEATH_AND_OBJECTIVE, ObservationKind.TEAM_LEAD,
    ObservationKind.KILL_STREAK, ObservationKind.CS_PACE, ObservationKind.MONSTER_COUNT, ObservationKind.OBJECTIVE,
    ObservationKind.LANE_LEAD, ObservationKind.CS_TOTAL, ObservationKind.NO_DEATH, ObservationKind.FIRST_DEATH,
    ObservationKind.GOLD_PEAK,
)  # fmt: skip
"""Who gives way last to whom, where there are too many lines. Turns and the swing of gold give way to none."""


def story_of(analysis: MatchAnalysis) -> Story:
    """What decided a match and what else happened, in at most 1 + `MOST_LINES` lines."""
    lead = lead_of(analysis)
    first = [lead.line] if lead is not None and lead.line is not None else []
    told: list[Line] = [*first]
    lines: list[Line] = []
    others = [seen for seen in analysis.observations if seen.kind is not ObservationKind.GOLD_SWING]
    for line in (*_swings(analysis, first), *sorted(others, key=lambda seen: _RANKS.index(seen.kind))):
        if line not in told and not _is_told(line, told, analysis):
            told.append(line)
            lines.append(line)
    return Story(lead, tuple(sorted(lines[:MOST_LINES], key=lambda line: _span(line)[0])))


def _swings(analysis: MatchAnalysis, lead: Sequence[Line]) -> list[Line]:
    """The turns and the swing of gold, where they tell of the same only one of them.

    That is the swing, unless the turns have half of its kills or one of them leads the story.
    """
    turns, swing = _turns(analysis), gold_swing_of(analysis)
    if swing is None:
        return [*turns]
    within = [turn for turn in turns if _meet(turn, swing)]
    if not within:
        return [*turns, swing]
    kills = int(swing.values["own_kills"]) + int(swing.values["enemy_kills"])
    is_told = any(turn in lead for turn in within) or 2 * sum(turn.kills + turn.deaths for turn in within) >= kills
    return [*turns] if is_told else [*(turn for turn in turns if turn not in within), swing]


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


def _is_told(line: Line, told: Sequence[Line], analysis: MatchAnalysis) -> bool:
    """True if the turns and the swing of gold among `told` leave nothing of `line` to say."""
    if isinstance(line, Turn):
        return False
    swings = [one for one in told if isinstance(one, Turn) or one.kind is ObservationKind.GOLD_SWING]
    if line.kind is ObservationKind.DEATHS_COST:
        return _are_deaths_told(line, swings, analysis)
    return any(_tells(swing, line) for swing in swings)


def _are_deaths_told(line: Observation, swings: Sequence[Line], analysis: MatchAnalysis) -> bool:
    """True if turns and swings have half of these deaths, or anything that the enemy took within 60 s after one."""
    first_s, last_s = _span(line)
    spans = [_span(swing) for swing in swings]
    own = [moment.time_s for moment in analysis.own_moments if moment.part is Part.DIED]
    deaths = [death_s for death_s in own if first_s <= death_s <= last_s]
    taken = [taking.time_s for taking in analysis.takings if not taking.taken.is_own]
    followed = [at_s for at_s in taken if any(0 < at_s - death_s <= FOLLOWED_WITHIN_S for death_s in deaths)]

    def told(times: Sequence[float]) -> int:
        return sum(any(from_s <= at_s <= until_s for from_s, until_s in spans) for at_s in times)

    return 2 * told(deaths) >= int(line.values["deaths"]) or told(followed) > 0


def _tells(told: Line, line: Observation) -> bool:
    """True if a turn or a swing of gold leaves nothing of `line` to say."""
    if line.kind is ObservationKind.KILL_STREAK and isinstance(told, Turn):
        return _meet(told, line) and any(part is not Part.DIED for part in told.parts)
    return _meet(told, line) and line.kind in _PARTS_OF_SWINGS


def _meet(one: Line, other: Line) -> bool:
    """True if both speak of the same moment, among others."""
    (from_s, until_s), (other_from_s, other_until_s) = _span(one), _span(other)
    return from_s <= other_until_s and other_from_s <= until_s


def _span(line: Line) -> tuple[float, float]:
    """What a line is about, in seconds from game start; what has no time of its own is about the minute it names."""
    if isinstance(line, Turn):
        return line.time_s, line.until_s
    values = line.values
    times = [float(values[key]) for key in _TIMES if key in values] or [60.0 * line.minute]
    return min(times), max(times)


_TIMES: Final = ("from_s", "to_s", "first_s", "last_s", "at_s", "until_s", "top_s", "duration_s")
