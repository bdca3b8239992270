import pytest

from src.core.domain.objectives import Objective, objective_of, taker_of
from src.core.domain.timeline import BuildingKill, MonsterKill


@pytest.mark.parametrize(
    ("monster", "subtype", "objective"),
    [
        ("DRAGON", "AIR_DRAGON", Objective.DRAGON), ("DRAGON", "ELDER_DRAGON", Objective.ELDER),
        ("DRAGON", None, Objective.DRAGON), ("BARON_NASHOR", None, Objective.BARON),
        ("RIFTHERALD", None, Objective.HERALD), ("HORDE", None, Objective.GRUBS),
        ("ATAKHAN", "THORNBOUND", Objective.ATAKHAN), ("RUINOUS_TURTLE", None, Objective.MONSTER),
    ],
)  # fmt: skip
def test_monsters_by_name(monster: str, subtype: str | None, objective: Objective) -> None:
    event = MonsterKill(time_s=1.0, monster=monster, subtype=subtype, killer_id=1, team_id=100)
    assert objective_of(event) is objective


@pytest.mark.parametrize(
    ("building", "tower", "objective"),
    [
        ("TOWER_BUILDING", "OUTER_TURRET", Objective.TOWER), ("TOWER_BUILDING", None, Objective.TOWER),
        ("TOWER_BUILDING", "NEXUS_TURRET", Objective.NEXUS_TOWER), ("INHIBITOR_BUILDING", None, Objective.INHIBITOR),
        ("GARDEN_SHED", None, Objective.BUILDING),
    ],
)  # fmt: skip
def test_buildings_by_name(building: str, tower: str | None, objective: Objective) -> None:
    event = BuildingKill(time_s=1.0, building=building, tower=tower, lane=None, killer_id=1, lost_by_team_id=100)
    assert objective_of(event) is objective


@pytest.mark.parametrize(("team_id", "taker"), [(100, 100), (200, 200), (300, None), (0, None)])
def test_a_monster_falls_to_one_of_two_teams_or_to_nobody(team_id: int, taker: int | None) -> None:
    assert taker_of(MonsterKill(time_s=1.0, monster="HORDE", subtype=None, killer_id=1, team_id=team_id)) == taker


@pytest.mark.parametrize(("lost_by", "taker"), [(100, 200), (200, 100), (300, None)])
def test_a_building_falls_to_the_team_that_did_not_lose_it(lost_by: int, taker: int | None) -> None:
    tower = BuildingKill(
        time_s=1.0, building="TOWER_BUILDING", tower=None, lane=None, killer_id=0, lost_by_team_id=lost_by
    )  # fmt: skip
    assert taker_of(tower) == taker
