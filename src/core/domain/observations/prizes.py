"""Objectives taken within a span of time, by what they are."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from src.core.domain.observations.viewpoint import Viewpoint
from src.core.domain.timeline import BuildingKill, MonsterKill

# What a finding about an objective weighs, in gold: the gold it pays a team, and for buffs a rough worth of them.
# It only orders findings; no number shown to anybody depends on it.
_WORTH: Final = {
    "tower": 550, "nexus_tower": 100, "inhibitor": 750, "dragon": 600, "elder": 1500, "baron": 1500, "herald": 500,
    "grubs": 200, "atakhan": 1000, "monster": 400, "building": 300,
}  # fmt: skip

_MONSTERS: Final = {
    "DRAGON": "dragon", "BARON_NASHOR": "baron", "RIFTHERALD": "herald", "HORDE": "grubs", "ATAKHAN": "atakhan",
}  # fmt: skip

_BUILDINGS: Final = {"TOWER_BUILDING": "tower", "INHIBITOR_BUILDING": "inhibitor"}


def prize_name(prize: MonsterKill | BuildingKill) -> str:
    """The objective's name in `Observation.values`; `monster` or `building` for one Chimera has not met."""
    if isinstance(prize, BuildingKill):
        return "nexus_tower" if prize.tower == "NEXUS_TURRET" else _BUILDINGS.get(prize.building, "building")
    if prize.subtype == "ELDER_DRAGON":
        return "elder"
    return _MONSTERS.get(prize.monster, "monster")


def worth(prizes: Iterable[MonsterKill | BuildingKill]) -> int:
    """What the objectives weigh together."""
    return sum(_WORTH[prize_name(prize)] for prize in prizes)


def taken(view: Viewpoint, after_s: float, until_s: float, *, by_enemy: bool) -> list[MonsterKill | BuildingKill]:
    """The objectives that one team took in the span, its start excluded and its end included, in order of time."""
    if view.timeline is None or not view.enemies:
        return []
    own, other = view.me.team_id, view.enemies[0].team_id
    taker, loser = (other, own) if by_enemy else (own, other)
    prizes: list[MonsterKill | BuildingKill] = [
        *(monster for monster in view.timeline.monsters if monster.team_id == taker),
        *(building for building in view.timeline.buildings if building.lost_by_team_id == loser),
    ]
    return sorted((p for p in prizes if after_s < p.time_s <= until_s), key=lambda prize: prize.time_s)


def counted(prizes: Iterable[MonsterKill | BuildingKill], side: str) -> dict[str, int]:
    """Values that count the objectives: `{"<side>_<name>": how many}`."""
    return {f"{side}_{name}": count for name, count in sorted(Counter(map(prize_name, prizes)).items())}
