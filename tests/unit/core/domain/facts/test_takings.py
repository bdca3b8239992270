import pytest

from src.core.domain.facts.takings import Takings
from src.core.domain.objectives import Objective
from src.core.domain.timeline_detail import Spot
from tests.unit.core.domain.documents import Document, Story, arena, change_people
from tests.unit.core.domain.facts.scenes import DRAGON, MID, Scene


def takings(scene: Scene, document: Document | None = None) -> Takings:
    return Takings(scene.match(document), scene.timeline, scene.detail)


def test_monsters_and_buildings_of_both_teams_are_in_order_of_time_with_their_spots() -> None:
    scene = Scene().building(90.0, 200, at=MID).monster(100.0, "HORDE", 7).building(80.0, 100)
    found = takings(scene.monster(85.0, "DRAGON", 1, subtype="ELDER_DRAGON")).all
    assert [(one.time_s, one.team_id, one.objective, one.spot) for one in found] == [
        (80.0, 200, Objective.TOWER, None),
        (85.0, 100, Objective.ELDER, Spot(*DRAGON)),
        (90.0, 100, Objective.TOWER, Spot(*MID)),
        (100.0, 200, Objective.GRUBS, Spot(*DRAGON)),
    ]


def test_what_fell_to_nobody_was_not_taken() -> None:
    assert takings(Scene().monster(100.0, "RIFTHERALD", 0).building(100.0, 300)).all == ()


@pytest.mark.parametrize("document", [arena(Story().match()), change_people(Story().match(), teamId=100)])
def test_where_there_are_not_two_teams_nothing_is_taken(document: Document) -> None:
    found = takings(Scene().monster(100.0, "DRAGON", 1).building(110.0, 200), document)
    assert found.all == ()
    assert found.following(60.0) == ()


def test_an_objective_follows_for_a_minute() -> None:
    found = takings(Scene().monster(100.0, "HORDE", 1).monster(160.0, "HORDE", 7).monster(160.001, "HORDE", 7))
    assert [followed.time_s for followed in found.following(100.0)] == [160.0]
    assert [followed.time_s for followed in found.following(99.999)] == [100.0]
    assert found.following(160.001) == ()
