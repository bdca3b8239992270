"""True things to say about a match, each with its minute and its numbers, and the choice among them."""

from collections.abc import Callable
from typing import Final

from src.core.domain.analysis import Observation, ObservationKind
from src.core.domain.match import Outcome
from src.core.domain.observations.candidate import Candidate
from src.core.domain.observations.deaths import deaths, first_death
from src.core.domain.observations.elite_monsters import monster_count, monsters_taken
from src.core.domain.observations.fighting import gold_peak, kill_streak
from src.core.domain.observations.lane import cs_pace, cs_total, lane_lead
from src.core.domain.observations.team_gold import gold_swing, is_without_me, team_lead
from src.core.domain.observations.viewpoint import Viewpoint

__all__ = ["Viewpoint", "observe"]

_SHOWN = 3
_SAID_BEFORE = 0.3  # what is left of a weight when a chosen one speaks of the same minutes
_WORTH_A_LESSON = 500  # gold; an observation that is not among the three needs as much to be learnt from

_Look = Callable[[Viewpoint], Candidate | None]

_FROM_TIMELINE: Final[tuple[_Look, ...]] = (
    gold_swing, team_lead, lane_lead, deaths, monsters_taken, monster_count, kill_streak, cs_pace, first_death,
    gold_peak,
)  # fmt: skip
_FROM_RESULT: Final[tuple[_Look, ...]] = (cs_total,)

_MONSTERS: Final = frozenset({ObservationKind.OBJECTIVE, ObservationKind.MONSTER_COUNT})
"""They tell the same story: one of them is enough."""

_OWN: Final = frozenset({
    ObservationKind.LANE_LEAD, ObservationKind.DEATHS_COST, ObservationKind.DEATH_AND_OBJECTIVE,
    ObservationKind.CS_PACE, ObservationKind.CS_TOTAL, ObservationKind.KILL_STREAK,
})  # fmt: skip
"""What the player did, or can change, alone."""

_NO_LESSON: Final = frozenset({
    ObservationKind.FIRST_DEATH, ObservationKind.NO_DEATH, ObservationKind.OBJECTIVE,
})  # fmt: skip


def observe(view: Viewpoint) -> tuple[tuple[Observation, ...], Observation | None]:
    """The up to three observations that mattered most, in order of time, and the one to learn from, if any.

    What the timeline tells comes first; the end-of-game numbers fill up. What every answer has a place for is none of
    the three, but can be learnt from. A remake is not judged at all.
    """
    if view.me.outcome is Outcome.REMAKE:
        return (), None
    from_timeline = _found(_FROM_TIMELINE, view) if view.timeline is not None else []
    from_result = _found(_FROM_RESULT, view)
    chosen: list[Candidate] = []
    _choose(chosen, from_timeline)
    _choose(chosen, from_result)
    in_time = sorted(chosen, key=lambda candidate: candidate.from_s)
    lesson = _lesson(chosen, from_timeline or from_result)
    return tuple(candidate.observation for candidate in in_time), lesson.observation if lesson else None


def _found(looks: tuple[_Look, ...], view: Viewpoint) -> list[Candidate]:
    return [candidate for look in looks if (candidate := look(view)) is not None]


def _choose(chosen: list[Candidate], candidates: list[Candidate]) -> None:
    """Add the weightiest candidates to `chosen`, one by one, until three are."""
    while len(chosen) < _SHOWN:
        fresh = [
            candidate
            for candidate in candidates
            if not candidate.is_shown_anyway and not any(_is_told(candidate, by) for by in chosen)
        ]
        if not fresh:
            return
        chosen.append(max(fresh, key=lambda candidate: _weight_beside(candidate, chosen)))


def _is_told(candidate: Candidate, by: Candidate) -> bool:
    """True if `by` leaves nothing of the candidate to say: the same kind or theme, or the same number."""
    kinds = {candidate.observation.kind, by.observation.kind}
    is_end_of_swing = kinds == {ObservationKind.TEAM_LEAD, ObservationKind.GOLD_SWING} and (
        candidate.touches(by) or by.touches(candidate)
    )
    return len(kinds) == 1 or kinds <= _MONSTERS or is_end_of_swing


def _weight_beside(candidate: Candidate, chosen: list[Candidate]) -> float:
    return candidate.weight * (_SAID_BEFORE if _is_part(candidate, chosen) else 1.0)


def _lesson(chosen: list[Candidate], found: list[Candidate]) -> Candidate | None:
    """What to learn from: a setback in the answer, else what went well and can be repeated; the player's own first.

    What went well is their own lesson only where it is more than a part of another story told. A gold swing that the
    player has no part in gives way to what was theirs, be it among the three or not.
    """
    own = [
        candidate
        for candidate in found
        if candidate.observation.kind in _OWN and (candidate in chosen or candidate.weight >= _WORTH_A_LESSON)
    ]
    answered = [candidate for candidate in own if candidate in chosen or candidate.is_shown_anyway]
    telling = [candidate for candidate in chosen if candidate.observation.kind not in _NO_LESSON]
    repeatable = [candidate for candidate in answered if not _is_part(candidate, chosen)]
    best = _weightiest(_setbacks(answered) or _setbacks(telling) or repeatable or telling)
    if best is not None and is_without_me(best.observation):
        return _weightiest(_setbacks(own) or own) or best
    return best


def _is_part(candidate: Candidate, chosen: list[Candidate]) -> bool:
    return any(candidate.lies_within(other) for other in chosen if other is not candidate)


def _setbacks(candidates: list[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.is_setback]


def _weightiest(candidates: list[Candidate]) -> Candidate | None:
    return max(candidates, key=lambda candidate: candidate.weight, default=None)
