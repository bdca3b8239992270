"""Objectives taken within a span of time, by what they are."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from src.core.domain.observations.viewpoint import Viewpoint
from src.core.domain.timeline import BuildingKill, MonsterKill

# What an observation about an objective weighs, in gold: the gold it pays a team, and for buffs a rough worth of them.
# It only orders observations; no number shown to anybody depends on it.
_WORTH: Final = {
    "tower": 550, "nexus_tower": 100, "inhibitor": 750, "dragon": 600, "elder": 1500, "baron": 1500, "herald": 500,
    "grubs": 200, "atakhan": 1000, "monster": 400, "building": 300,
}  # fmt: skip

_MONSTERS: Final = {
    "DRAGON": "dragon", "BARON_NASHOR": "baron", "RIFTHERALD": "herald", "HORDE": "grubs", "ATAKHAN": "atakhan",
}  # fmt: skip

_BUILDINGS: Final = {"TOWER_BUILDING": "tower", "INHIBITOR_BUILDING": "inhibitor"}


def objective_name(objective: MonsterKill | BuildingKill) -> str:
    """The objective's name in `Observation.values`; `monster` or `building` for one Chimera has not met."""
    if isinstance(objective, BuildingKill):
        return "nexus_tower" if objective.tower == "NEXUS_TURRET" else _BUILDINGS.get(objective.building, "building")
    if objective.subtype == "ELDER_DRAGON":
        return "elder"
    return _MONSTERS.get(objective.monster, "monster")


def worth(objectives: Iterable[MonsterKill | BuildingKill]) -> int:
    """What the objectives weigh together."""
    return sum(_WORTH[objective_name(objective)] for objective in objectives)


def taken(view: Viewpoint, after_s: float, until_s: float, *, by_enemy: bool) -> list[MonsterKill | BuildingKill]:
    """The objectives that one team took in the span, its start excluded and its end included, in order of time."""
    if view.timeline is None or not view.enemies:
        return []
    own, other = view.me.team_id, view.enemies[0].team_id
    taker, loser = (other, own) if by_enemy else (own, other)
    objectives: list[MonsterKill | BuildingKill] = [
        *(monster for monster in view.timeline.monsters if monster.team_id == taker),
        *(building for building in view.timeline.buildings if building.lost_by_team_id == loser),
    ]
    return sorted((p for p in objectives if after_s < p.time_s <= until_s), key=lambda objective: objective.time_s)


def counted(objectives: Iterable[MonsterKill | BuildingKill], side: str) -> dict[str, int]:
    """Values that count the objectives: `{"<side>_<name>": how many}`."""
    return {f"{side}_{name}": count for name, count in sorted(Counter(map(objective_name, objectives)).items())}
