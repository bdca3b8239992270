import pytest
from hypothesis import given

from src.core.domain.facts.kills import kill_facts
from src.core.domain.facts.model import Place, Roam
from src.core.domain.facts.places import place_of
from src.core.domain.facts.roams import roams
from tests.unit.core.domain.documents import Document, Story, change_people
from tests.unit.core.domain.facts.scenes import (
    BARON,
    BLUE_BASE,
    BLUES_BUFF,
    BOT,
    DRAGON,
    LOWER_RIVER,
    MID,
    RED_BASE,
    REDS_BUFF,
    TOP,
    UPPER_RIVER,
    Point,
    Scene,
    scenes,
)

LANERS = {1, 3, 4, 5, 6, 8, 9, 10}


def roamed(scene: Scene, document: Document | None = None) -> dict[int, tuple[Roam, ...]]:
    course = scene.course(document)
    return roams(course.match, kill_facts(course))


def test_to_kill_to_help_and_to_die_away_from_the_lane_is_a_roam() -> None:
    found = roamed(Scene().kill(300.0, 3, 8, assists=(2, 5), at=TOP).kill(400.0, 9, 5, at=UPPER_RIVER))
    assert found[9] == (Roam(time_s=400.0, place=Place.RIVER_TOP, part="kill"),)
    assert found[3] == (Roam(time_s=300.0, place=Place.TOP_LANE, part="kill"),)
    assert found[8] == (Roam(time_s=300.0, place=Place.TOP_LANE, part="death"),)
    assert found[5] == (
        Roam(time_s=300.0, place=Place.TOP_LANE, part="assist"),
        Roam(time_s=400.0, place=Place.RIVER_TOP, part="death"),
    )
    assert found[4] == ()


def test_a_jungler_does_not_roam() -> None:
    assert roamed(Scene().kill(300.0, 2, 7, at=TOP)).keys() == LANERS


@pytest.mark.parametrize(
    ("who", "at_home", "away"),
    [
        (1, (TOP, UPPER_RIVER, BARON), (MID, BOT, LOWER_RIVER, DRAGON, BLUES_BUFF)),
        (3, (MID, UPPER_RIVER, LOWER_RIVER), (TOP, BOT, DRAGON, BARON, REDS_BUFF)),
        (4, (BOT, LOWER_RIVER, DRAGON), (MID, TOP, UPPER_RIVER, BARON)),
        (5, (BOT, LOWER_RIVER, DRAGON), (MID, TOP, UPPER_RIVER, BARON)),
    ],
)
def test_everywhere_but_the_own_lane_the_river_beside_it_and_the_bases_is_away(
    who: int, at_home: tuple[Point, ...], away: tuple[Point, ...]
) -> None:
    for at in (*at_home, BLUE_BASE, RED_BASE):
        assert roamed(Scene().kill(300.0, who, 7, at=at))[who] == ()
    for at in away:
        assert [roam.place for roam in roamed(Scene().kill(300.0, who, 7, at=at))[who]] == [place_of(*at)]


@given(scenes())
def test_no_death_is_both_a_gank_and_a_roam(scene: Scene) -> None:
    kills = kill_facts(scene.course())
    found = roams(scene.match(), kills)
    for kill in kills:
        died_away = any(r.part == "death" and r.time_s == kill.time_s for r in found.get(kill.victim_id, ()))
        alone = sum(one.time_s == kill.time_s for one in kills) == 1
        assert not (alone and died_away and kill.is_gank)


def test_there_are_roams_until_14_minutes() -> None:
    assert len(roamed(Scene().kill(839.9, 3, 7, at=TOP))[3]) == 1
    assert roamed(Scene().kill(840.0, 3, 7, at=TOP))[3] == ()


def test_an_execution_is_no_roam_nor_is_what_happened_nobody_knows_where() -> None:
    assert roamed(Scene().kill(300.0, 0, 3, at=BLUES_BUFF).kill(310.0, 3, 7, at=None))[3] == ()


def test_without_lanes_nobody_roams() -> None:
    assert roamed(Scene().kill(300.0, 3, 7, at=TOP), change_people(Story().match(), teamPosition="")) == {}
