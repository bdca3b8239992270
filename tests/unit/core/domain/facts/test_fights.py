from itertools import combinations, pairwise

import pytest
from hypothesis import given

from src.core.domain.facts.course import Course
from src.core.domain.facts.fights import fights, together
from src.core.domain.facts.kills import kill_facts
from src.core.domain.facts.model import Fight, Followed, KillFact, Place
from src.core.domain.facts.nearby import milliseconds
from src.core.domain.facts.places import SIZE, place_of
from src.core.domain.objectives import Objective
from src.core.domain.timeline_detail import Spot, TimelineDetail
from tests.unit.core.domain.documents import Document, Story, arena, change_people
from tests.unit.core.domain.facts.scenes import BARON, BLUES_BUFF, MID, TOP, UPPER_RIVER, Scene, curve, scenes


def fought(scene: Scene, document: Document | None = None) -> tuple[Fight, ...]:
    return _fights(scene.course(document))


def _fights(course: Course) -> tuple[Fight, ...]:
    return fights(course, kill_facts(course))


def only(scene: Scene) -> Fight:
    (fight,) = fought(scene)
    return fight


def test_three_deaths_together_are_a_teamfight() -> None:
    scene = Scene().kill(600.0, 3, 8, assists=(2,), at=(4900, 9000), shutdown=100).kill(610.0, 8, 3, at=(5000, 9001))
    scene.kill(620.0, 3, 6, at=(5101, 9001)).monster(620.0, "DRAGON", 7).monster(680.0, "HORDE", 2).building(680.1, 200)
    assert only(scene) == Fight(
        start_s=600.0, end_s=620.0, place=Place.RIVER_TOP, x=5000, y=9000, kills=(0, 1, 2), blue=(2, 3), red=(6, 8),
        blue_deaths=(3,), red_deaths=(8, 6), winner=100, gold=400,
        followed=(Followed(objective=Objective.GRUBS, time_s=680.0, team_id=100),), win_change=None,
    )  # fmt: skip


def test_two_deaths_are_a_teamfight_if_six_are_in_it() -> None:
    assert fought(Scene().kill(600.0, 3, 8, assists=(2,)).kill(605.0, 10, 5)) == ()
    fight = only(Scene().kill(600.0, 3, 8, assists=(2,)).kill(605.0, 10, 5).stands(7, 10, MID))
    assert (fight.blue, fight.red) == ((2, 3, 5), (7, 8, 10))
    assert fight.winner is None


def test_one_death_is_no_teamfight_however_many_were_there() -> None:
    scene = Scene().kill(600.0, 3, 8, assists=(1, 2, 4, 5)).stands(6, 10, MID).stands(7, 10, MID)
    assert fought(scene) == ()


def test_deaths_belong_together_up_to_15_seconds_and_4000_units_from_one_of_them() -> None:
    near, far = (MID[0] + 2400, MID[1] - 3200), (MID[0] + 2400, MID[1] - 3201)
    assert only(Scene().kill(600.1, 3, 8).kill(615.1, 3, 6, at=near).kill(630.1, 3, 7)).kills == (0, 1, 2)
    assert fought(Scene().kill(600.1, 3, 8).kill(615.101, 3, 6).kill(615.2, 3, 7)) == ()
    assert fought(Scene().kill(600.1, 3, 8).kill(605.0, 3, 6, at=far).kill(610.0, 3, 7)) == ()


def test_a_death_may_bring_two_groups_together() -> None:
    here, there, between = (4000, 9000), (10000, 9000), (7000, 9000)
    scene = Scene().kill(600.0, 3, 8, at=here).kill(601.0, 8, 3, at=there).kill(602.0, 4, 9, at=here)
    assert together(kill_facts(scene.course())) == [(0, 2), (1,)]
    assert together(kill_facts(scene.kill(615.0, 5, 10, at=between).course())) == [(0, 1, 2, 3)]
    late = Scene().kill(600.0, 3, 8, at=here).kill(601.0, 8, 3, at=there).kill(615.001, 5, 10, at=between)
    assert together(kill_facts(late.course())) == [(0,), (1, 2)]


def test_who_was_there_and_had_just_died_elsewhere_had_a_part() -> None:
    scene = Scene().stands(7, 10, MID).kill(602.0, 2, 7, at=TOP)
    fight = only(scene.kill(603.0, 3, 8).kill(604.0, 3, 9).kill(605.0, 3, 10))
    assert (fight.kills, fight.blue, fight.red) == ((1, 2, 3), (3,), (7, 8, 9, 10))


def test_a_death_joins_by_one_that_is_near_in_time_and_space_at_once() -> None:
    scene = (
        Scene()
        .kill(600.0, 3, 8, at=(4000, 9000))
        .kill(610.0, 4, 9, at=(7900, 9000))
        .kill(620.0, 5, 10, at=(3000, 9000))
    )
    assert together(kill_facts(scene.course())) == [(0, 1), (2,)]


def test_two_fights_at_once_in_two_places_are_two() -> None:
    scene = Scene()
    for number, victim in enumerate((6, 7, 8)):
        scene.kill(600.0 + number, 1, victim, at=BLUES_BUFF).kill(600.5 + number, 9, victim - 5, at=(12000, 2000))
    one, other = fought(scene)
    assert (one.kills, other.kills) == ((0, 2, 4), (1, 3, 5))
    assert (one.winner, other.winner) == (100, 200)


def test_a_death_nobody_knows_where_joins_by_time_alone() -> None:
    scene = Scene().kill(600.0, 3, 8, at=BLUES_BUFF).kill(605.0, 3, 6, at=None).kill(610.0, 3, 7, at=(12000, 2000))
    fight = only(scene)
    assert fight.kills == (0, 1, 2)
    assert (fight.x, fight.y) == (7910, 4995)


def test_a_fight_nobody_knows_where_is_nowhere() -> None:
    fight = only(Scene().kill(600.0, 3, 8, at=None).kill(601.0, 3, 6, at=None).kill(602.0, 3, 7, at=None))
    assert (fight.place, fight.x, fight.y) == (None, None, None)


def test_a_fight_is_where_most_died_of_equals_where_somebody_died_first() -> None:
    most = Scene().kill(600.0, 3, 8, at=UPPER_RIVER).kill(601.0, 3, 6, at=BARON).kill(602.0, 3, 7, at=BARON)
    assert only(most).place is Place.BARON_PIT
    assert only(most.kill(603.0, 3, 9, at=UPPER_RIVER)).place is Place.RIVER_TOP


def test_an_execution_is_a_death_like_any_other_but_pays_nobody() -> None:
    fight = only(Scene().kill(600.0, 3, 8).kill(601.0, 0, 6, shutdown=500).kill(602.0, 8, 3))
    assert (fight.blue_deaths, fight.red_deaths, fight.winner, fight.gold) == ((3,), (8, 6), 100, 0)


def test_who_died_twice_stands_twice() -> None:
    scene = Scene().kill(600.0, 3, 8).kill(612.0, 3, 6).kill(624.0, 3, 8)
    assert only(scene).red_deaths == (8, 6, 8)


def test_a_fight_changes_the_win_probability_from_before_it_until_after_it() -> None:
    scene = Scene().kill(600.0, 3, 8).kill(601.0, 3, 6).kill(602.0, 3, 7)
    (fight,) = _fights(scene.course(win=curve((600.0, 0.5, 0.55), (601.0, 0.6, 0.65), (602.0, 0.7, 0.875))))
    assert fight.win_change == 0.375


@pytest.mark.parametrize("document", [arena(Story().match()), change_people(Story().match(), teamId=100)])
def test_there_are_no_teamfights_where_there_are_not_two_teams(document: Document) -> None:
    assert fought(Scene().kill(600.0, 3, 8).kill(601.0, 3, 6).kill(602.0, 3, 7), document) == ()


def _belong(one: KillFact, other: KillFact) -> bool:
    is_soon = abs(milliseconds(one.time_s) - milliseconds(other.time_s)) <= 15_000
    if one.x is None or one.y is None or other.x is None or other.y is None:
        return is_soon
    return is_soon and (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= 4_000**2


@given(scenes())
def test_every_death_is_in_one_group_and_groups_do_not_touch(scene: Scene) -> None:
    kills = kill_facts(scene.course())
    groups = together(kills)
    assert sorted(index for group in groups for index in group) == list(range(len(kills)))
    for one, other in combinations(groups, 2):
        assert not any(_belong(kills[a], kills[b]) for a in one for b in other)


@given(scenes())
def test_a_group_hangs_together(scene: Scene) -> None:
    kills = kill_facts(scene.course())
    for group in together(kills):
        reached = {group[0]}
        for _ in group:
            reached |= {a for a in group if any(_belong(kills[a], kills[b]) for b in reached)}
        assert reached == set(group)


@given(scenes())
def test_fights_are_in_order_of_time_and_of_each_others_deaths_there_are_none(scene: Scene) -> None:
    kills, found = kill_facts(scene.course()), fought(scene)
    assert all(one.start_s <= other.start_s for one, other in pairwise(found))
    told = [index for fight in found for index in fight.kills]
    assert len(told) == len(set(told))
    for fight in found:
        deaths = [kills[index] for index in fight.kills]
        assert (fight.start_s, fight.end_s) == (deaths[0].time_s, deaths[-1].time_s)
        assert len(fight.blue_deaths) + len(fight.red_deaths) == len(deaths)
        assert {d.victim_id for d in deaths} | {d.killer_id for d in deaths} - {0} <= {*fight.blue, *fight.red}
        assert len(deaths) >= 3 or len(fight.blue) + len(fight.red) >= 6


def _turned(scene: Scene) -> Course:
    """The same game seen from the other side of the table: red is blue, and the map is turned."""
    match, timeline, detail = scene.match(), scene.timeline, scene.detail
    people = (p.model_copy(update={"team_id": 300 - p.team_id}) for p in match.participants)
    kills = (
        k.model_copy(update={} if k.x is None or k.y is None else {"x": SIZE - k.x, "y": SIZE - k.y})
        for k in timeline.kills
    )
    placed = (type(p)(p.time_s, p.participant_ids, _turned_spot(p.spot)) for p in detail.placed)
    stood = {who: tuple(s and _turned_spot(s) for s in spots) for who, spots in detail.positions.items()}
    return Course(
        match.model_copy(update={"participants": tuple(people)}),
        timeline.model_copy(update={"kills": tuple(kills), "monsters": (), "buildings": ()}),
        TimelineDetail(
            stood, tuple(placed), monster_spots=(), building_spots=(), wards_placed=(), wards_killed=(), items=(),
            skills=(), levels=(), plates=(), event_count=0,
        ),
        None,
    )  # fmt: skip


def _turned_spot(spot: Spot) -> Spot:
    return Spot(SIZE - spot.x, SIZE - spot.y)


@given(scenes())
def test_from_the_other_side_of_the_table_every_fight_is_the_same(scene: Scene) -> None:
    for one, other in zip(fought(scene), _fights(_turned(scene)), strict=True):
        assert (one.kills, one.blue, one.red) == (other.kills, other.red, other.blue)
        assert (one.blue_deaths, one.red_deaths) == (other.red_deaths, other.blue_deaths)
        assert one.winner == (None if other.winner is None else 300 - other.winner)
        assert one.gold == -other.gold
        assert (one.place is None) == (other.place is None)
        if one.place and one.x is not None and one.y is not None and len(set(_places(scene, one))) == 1:
            assert other.place is place_of(*_turned_point(scene, one))


def _places(scene: Scene, fight: Fight) -> list[Place]:
    kills = [scene.timeline.kills[index] for index in fight.kills]
    return [place_of(kill.x, kill.y) for kill in kills if kill.x is not None and kill.y is not None]


def _turned_point(scene: Scene, fight: Fight) -> tuple[int, int]:
    kill = next(k for k in (scene.timeline.kills[index] for index in fight.kills) if k.x is not None)
    assert kill.x is not None
    assert kill.y is not None
    return SIZE - kill.x, SIZE - kill.y
