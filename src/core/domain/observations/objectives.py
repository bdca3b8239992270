"""Objectives taken within a span of time, by what they are."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from src.core.domain.facts.model import Followed, ObjectiveFact
from src.core.domain.objectives import Objective
from src.core.domain.observations.viewpoint import Viewpoint

# What an observation about an objective weighs, in gold: the gold it pays a team, and for buffs a rough worth of them.
# It only orders observations; no number shown to anybody depends on it.
_WORTH: Final = {
    Objective.TOWER: 550, Objective.NEXUS_TOWER: 100, Objective.INHIBITOR: 750, Objective.DRAGON: 600,
    Objective.ELDER: 1500, Objective.BARON: 1500, Objective.HERALD: 500, Objective.GRUBS: 200, Objective.ATAKHAN: 1000,
    Objective.MONSTER: 400, Objective.BUILDING: 300,
}  # fmt: skip


def worth(objectives: Iterable[ObjectiveFact | Followed]) -> int:
    """What the objectives weigh together."""
    return sum(_WORTH[taken.objective] for taken in objectives)


def taken(view: Viewpoint, after_s: float, until_s: float, *, by_enemy: bool) -> list[ObjectiveFact]:
    """The objectives that one team took in the span, its start excluded and its end included, in order of time."""
    if not view.enemies:
        return []
    taker = view.enemies[0].team_id if by_enemy else view.me.team_id
    team = view.facts.teams.get(str(taker))
    return [objective for objective in (team.objectives if team else ()) if after_s < objective.time_s <= until_s]


def counted(objectives: Iterable[ObjectiveFact | Followed], side: str) -> dict[str, int]:
    """Values that count the objectives: `{"<side>_<name>": how many}`."""
    names = Counter(taken.objective.value for taken in objectives)
    return {f"{side}_{name}": count for name, count in sorted(names.items())}
