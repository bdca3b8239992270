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

_Look = Callable[[Viewpoint], Finding | None]

_FROM_TIMELINE: Final[tuple[_Look, ...]] = (
    gold_swing, team_lead, lead_kept, lane_lead, deaths, monsters_taken, monster_count, kill_streak, cs_pace,
    first_death, gold_peak, placement,
)  # fmt: skip
# What the player can change alone.
_OWN: Final = frozenset({
    ObservationKind.LANE_LEAD, ObservationKind.DEATHS_COST, ObservationKind.DEATH_AND_OBJECTIVE,
    ObservationKind.CS_PACE, ObservationKind.CS_TOTAL,
})  # fmt: skip
_FROM_RESULT: Final[tuple[_Look, ...]] = (damage_share, kill_share, cs_total, gold_share, placement)


def observe(view: Viewpoint) -> tuple[tuple[Observation, ...], Observation | None]:
    """The three observations that mattered most, in order of time, and the one to learn from, if any.

    What the timeline tells comes first; the end-of-game numbers fill up. A remake is not judged at all. Where the
    documents hold less, there are fewer than three.
    """
    if view.me.outcome is Outcome.REMAKE:
        return (), None
    from_timeline = _FROM_TIMELINE if view.timeline is not None else ()
    chosen = _weightiest(from_timeline, view, _SHOWN)
    known = {found.observation.kind for found in chosen}
    fill = [
        found for found in _weightiest(_FROM_RESULT, view, len(_FROM_RESULT)) if found.observation.kind not in known
    ]
    chosen += fill[: _SHOWN - len(chosen)]
    in_time = sorted(chosen, key=lambda found: found.observation.minute)
    return tuple(found.observation for found in in_time), _lesson(chosen)


def _weightiest(looks: tuple[_Look, ...], view: Viewpoint, count: int) -> list[Finding]:
    found = [finding for look in looks if (finding := look(view)) is not None]
    return sorted(found, key=lambda finding: -finding.weight)[:count]


def _lesson(chosen: list[Finding]) -> Observation | None:
    """The weightiest setback that is shown, the player's own before the team's; else the weightiest of all.

    What went well can be repeated.
    """
    setbacks = [found for found in chosen if found.is_setback]
    own = [found for found in setbacks if found.observation.kind in _OWN]
    best = max(own or setbacks or chosen, key=lambda found: found.weight, default=None)
    return best.observation if best is not None else None
