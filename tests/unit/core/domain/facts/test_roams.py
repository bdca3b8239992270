import pytest

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
    TOP,
    UPPER_RIVER,
    Point,
    Scene,
)

LANERS = {1, 3, 4, 5, 6, 8, 9, 10}


def roamed(scene: Scene, document: Document | None = None) -> dict[int, tuple[Roam, ...]]:
    match = scene.match(document)
    return roams(match, kill_facts(match, scene.timeline, scene.detail, None))


def test_to_kill_to_help_and_to_die_away_from_the_lane_is_a_roam() -> None:
    found = roamed(Scene().kill(300.0, 3, 8, assists=(2, 5), at=TOP).kill(400.0, 9, 5, at=UPPER_RIVER))
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
        (1, (TOP,), (MID, BOT, UPPER_RIVER, BARON, DRAGON, BLUES_BUFF)),
        (3, (MID,), (TOP, BOT, UPPER_RIVER, LOWER_RIVER, DRAGON, BARON)),
        (4, (BOT, DRAGON), (MID, TOP, LOWER_RIVER, BARON)),
        (5, (BOT, DRAGON), (MID, TOP, LOWER_RIVER, BARON)),
    ],
)
def test_everywhere_but_the_own_lane_and_the_bases_is_away(
    who: int, at_home: tuple[Point, ...], away: tuple[Point, ...]
) -> None:
    for at in (*at_home, BLUE_BASE, RED_BASE):
        assert roamed(Scene().kill(300.0, who, 7, at=at))[who] == ()
    for at in away:
        assert [roam.place for roam in roamed(Scene().kill(300.0, who, 7, at=at))[who]] == [place_of(*at)]


def test_there_are_roams_until_14_minutes() -> None:
    assert len(roamed(Scene().kill(839.9, 3, 7, at=TOP))[3]) == 1
    assert roamed(Scene().kill(840.0, 3, 7, at=TOP))[3] == ()


def test_an_execution_is_no_roam_nor_is_what_happened_nobody_knows_where() -> None:
    assert roamed(Scene().kill(300.0, 0, 3, at=BLUES_BUFF).kill(310.0, 3, 7, at=None))[3] == ()


def test_without_lanes_nobody_roams() -> None:
    assert roamed(Scene().kill(300.0, 3, 7, at=TOP), change_people(Story().match(), teamPosition="")) == {}
