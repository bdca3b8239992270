"""What teams take: by which of Riot's names it goes, and who took it."""

from enum import StrEnum
from typing import Final

from src.core.domain.match import BLUE, RED
from src.core.domain.timeline import BuildingKill, MonsterKill

OTHER_TEAM: Final = {BLUE: RED, RED: BLUE}
"""Each of the two teams by the other."""


class Objective(StrEnum):
    """What a team can take."""

    DRAGON = "dragon"
    ELDER = "elder"
    BARON = "baron"
    HERALD = "herald"
    GRUBS = "grubs"  # one void grub
    ATAKHAN = "atakhan"
    MONSTER = "monster"  # an elite monster that Chimera has not met
    TOWER = "tower"
    NEXUS_TOWER = "nexus_tower"
    INHIBITOR = "inhibitor"
    BUILDING = "building"  # a building that Chimera has not met


BUILDINGS: Final = frozenset({Objective.TOWER, Objective.NEXUS_TOWER, Objective.INHIBITOR, Objective.BUILDING})
SOUL_AT: Final = 4
"""So many dragons, elders aside, bring a team the soul."""
TOWERS: Final = frozenset({Objective.TOWER, Objective.NEXUS_TOWER})

_MONSTERS: Final = {
    "DRAGON": Objective.DRAGON,
    "BARON_NASHOR": Objective.BARON,
    "RIFTHERALD": Objective.HERALD,
    "HORDE": Objective.GRUBS,
    "ATAKHAN": Objective.ATAKHAN,
}
_BUILDINGS: Final = {"TOWER_BUILDING": Objective.TOWER, "INHIBITOR_BUILDING": Objective.INHIBITOR}


def objective_of(event: MonsterKill | BuildingKill) -> Objective:
    """Which objective fell; `MONSTER` or `BUILDING` for one that Chimera has not met."""
    if isinstance(event, BuildingKill):
        is_nexus_tower = event.tower == "NEXUS_TURRET"
        return Objective.NEXUS_TOWER if is_nexus_tower else _BUILDINGS.get(event.building, Objective.BUILDING)
    if event.subtype == "ELDER_DRAGON":
        return Objective.ELDER
    return _MONSTERS.get(event.monster, Objective.MONSTER)


def taker_of(event: MonsterKill | BuildingKill) -> int | None:
    """Which of the two teams took it; None if neither did: some monsters fall to nobody."""
    if isinstance(event, BuildingKill):
        return OTHER_TEAM.get(event.lost_by_team_id)
    return event.team_id if event.team_id in OTHER_TEAM else None
