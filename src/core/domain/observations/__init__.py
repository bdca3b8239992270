"""True things to say about a match, each with its minute and its numbers, and the choice among them."""

from collections.abc import Callable
from typing import Final

from src.core.domain.analysis import Observation, ObservationKind
from src.core.domain.match import Outcome
from src.core.domain.observations.deaths import deaths, first_death
from src.core.domain.observations.fighting import (
    damage_share,
    gold_peak,
    gold_share,
    kill_share,
    kill_streak,
    placement,
)
from src.core.domain.observations.finding import Finding
from src.core.domain.observations.lane import cs_pace, cs_total, lane_lead
from src.core.domain.observations.objectives import monster_count, monsters_taken
from src.core.domain.observations.team_gold import gold_swing, lead_kept, team_lead
from src.core.domain.observations.viewpoint import Viewpoint

__all__ = ["Viewpoint", "observe"]

_SHOWN = 3
_SAID_BEFORE = 0.3  # what is left of a finding's weight when a chosen one speaks of the same minutes

_Look = Callable[[Viewpoint], Finding | None]

_FROM_TIMELINE: Final[tuple[_Look, ...]] = (
    gold_swing, team_lead, lead_kept, lane_lead, deaths, monsters_taken, monster_count, kill_streak, cs_pace,
    first_death, gold_peak, placement,
)  # fmt: skip
_FROM_RESULT: Final[tuple[_Look, ...]] = (damage_share, kill_share, cs_total, gold_share, placement)

_THEMES: Final = (
    {ObservationKind.TEAM_LEAD, ObservationKind.LEAD_KEPT},
    {ObservationKind.OBJECTIVE, ObservationKind.MONSTER_COUNT},
)
"""Kinds that tell the same story: one of each set is enough."""

_OWN: Final = frozenset({
    ObservationKind.LANE_LEAD, ObservationKind.DEATHS_COST, ObservationKind.DEATH_AND_OBJECTIVE,
    ObservationKind.CS_PACE, ObservationKind.CS_TOTAL,
})  # fmt: skip
"""What the player can change alone."""

_NO_LESSON: Final = frozenset({
    ObservationKind.PLACEMENT, ObservationKind.FIRST_DEATH, ObservationKind.NO_DEATH, ObservationKind.OBJECTIVE,
    ObservationKind.DAMAGE_SHARE, ObservationKind.FARM_SHARE, ObservationKind.KILL_SHARE,
})  # fmt: skip


def observe(view: Viewpoint) -> tuple[tuple[Observation, ...], Observation | None]:
    """The three observations that mattered most, in order of time, and the one to learn from, if any.

    What the timeline tells comes first; the end-of-game numbers fill up. A remake is not judged at all. Where the
    documents hold less, there are fewer than three.
    """
    if view.me.outcome is Outcome.REMAKE:
        return (), None
    chosen: list[Finding] = []
    if view.timeline is not None:
        _choose(chosen, _found(_FROM_TIMELINE, view))
    _choose(chosen, _found(_FROM_RESULT, view))
    in_time = sorted(chosen, key=lambda found: found.from_s)
    return tuple(found.observation for found in in_time), _lesson(chosen)


def _found(looks: tuple[_Look, ...], view: Viewpoint) -> list[Finding]:
    return [finding for look in looks if (finding := look(view)) is not None]


def _choose(chosen: list[Finding], candidates: list[Finding]) -> None:
    """Add the weightiest candidates to `chosen`, one by one, until three are."""
    while len(chosen) < _SHOWN:
        fresh = [candidate for candidate in candidates if not _is_told(candidate, chosen)]
        if not fresh:
            return
        chosen.append(max(fresh, key=lambda candidate: _weight_beside(candidate, chosen)))


def _is_told(candidate: Finding, chosen: list[Finding]) -> bool:
    kind, kinds = candidate.observation.kind, {found.observation.kind for found in chosen}
    return kind in kinds or any(kind in theme and theme & kinds for theme in _THEMES)


def _weight_beside(candidate: Finding, chosen: list[Finding]) -> float:
    told = any(candidate.lies_within(found) for found in chosen)
    return candidate.weight * (_SAID_BEFORE if told else 1.0)


def _lesson(chosen: list[Finding]) -> Observation | None:
    """The weightiest setback that is shown, the player's own before the team's; else the weightiest of all.

    What went well can be repeated.
    """
    telling = [found for found in chosen if found.observation.kind not in _NO_LESSON]
    setbacks = [found for found in telling if found.is_setback]
    own = [found for found in setbacks if found.observation.kind in _OWN]
    best = max(own or setbacks or telling, key=lambda found: found.weight, default=None)
    return best.observation if best is not None else None
