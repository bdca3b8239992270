import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.facts.fights import fights
from src.core.domain.facts.kills import kill_facts
from src.core.domain.facts.model import Moment, MomentKind, Place
from src.core.domain.facts.moments import moments
from src.core.domain.facts.objectives import team_facts
from src.core.domain.objectives import Objective
from src.core.domain.win_probability.curve import WinCurve
from tests.unit.core.domain.facts.scenes import BARON, Scene, curve, scenes


def turned(scene: Scene, win: WinCurve | None) -> tuple[Moment, ...]:
    course = scene.course(win=win)
    kills = kill_facts(course)
    return moments(kills, fights(course, kills), team_facts(course.match, course, kills), win)


def test_a_kill_that_changed_much_is_a_moment() -> None:
    scene = Scene().kill(50.0, 1, 6).kill(130.0, 3, 8, assists=(5, 2))
    assert turned(scene, curve((130.0, 0.5, 0.75))) == (
        Moment(
            time_s=130.0, minute=2, kind=MomentKind.KILL, team_id=100, place=Place.MID_LANE, objective=None,
            participants=(2, 3, 5), before=0.5, after=0.75, change=0.25, index=1,
        ),
    )  # fmt: skip


def test_an_objective_that_changed_much_is_a_moment_with_its_index_in_the_team() -> None:
    scene = Scene().monster(300.0, "HORDE", 2).monster(400.0, "HORDE", 7)
    scene.monster(1199.9, "BARON_NASHOR", 7, assists=(9, 3), at=BARON)
    assert turned(scene, curve((1199.9, 0.75, 0.5))) == (
        Moment(
            time_s=1199.9, minute=19, kind=MomentKind.OBJECTIVE, team_id=200, place=None, objective=Objective.BARON,
            participants=(7, 9), before=0.75, after=0.5, change=-0.25, index=1,
        ),
    )  # fmt: skip


def test_a_fight_is_one_moment_and_its_kills_are_none() -> None:
    scene = Scene().kill(100.0, 3, 8).kill(600.0, 3, 8, assists=(2,)).kill(601.0, 3, 6).kill(602.0, 9, 3)
    win = curve((600.0, 0.5, 0.6), (601.0, 0.6, 0.8), (602.0, 0.8, 0.75))
    assert turned(scene, win) == (
        Moment(
            time_s=600.0, minute=10, kind=MomentKind.FIGHT, team_id=100, place=Place.MID_LANE, objective=None,
            participants=(2, 3, 6, 8, 9), before=0.5, after=0.75, change=0.25, index=0,
        ),
    )  # fmt: skip


def test_an_execution_had_nobody_in_it_who_did_something() -> None:
    (moment,) = turned(Scene().kill(130.0, 0, 8), curve((130.0, 0.5, 0.75)))
    assert moment.participants == ()


@pytest.mark.parametrize(("after", "count"), [(0.5195, 0), (0.5205, 1), (0.4805, 0), (0.4795, 1)])
def test_a_moment_changes_two_points_or_more(after: float, count: int) -> None:
    assert len(turned(Scene().kill(130.0, 3, 8), curve((130.0, 0.5, after)))) == count


def test_there_are_no_moments_without_a_model() -> None:
    assert turned(Scene().kill(130.0, 3, 8), None) == ()


def test_there_are_ten_at_most_the_greatest_and_of_equals_the_earlier() -> None:
    scene, steps = Scene(), []
    for number in range(12):
        at_s = 100.0 + 60 * number
        scene.kill(at_s, 3, 8)
        change = 0.0625 if number in {0, 11} else 0.125
        steps.append((at_s, 0.5, 0.5 + (change if number % 2 else -change)))
    assert [moment.index for moment in turned(scene, curve(*steps))] == list(range(1, 11))
    steps[5] = (400.0, 0.5, 0.53125)
    assert [moment.index for moment in turned(scene, curve(*steps))] == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]


@given(scenes(), st.lists(st.floats(0, 1), min_size=30, max_size=30))
def test_moments_are_the_greatest_changes_in_order_of_time(scene: Scene, after: list[float]) -> None:
    timeline = scene.timeline
    times = sorted(
        {event.time_s for events in (timeline.kills, timeline.monsters, timeline.buildings) for event in events}
    )
    found = turned(scene, curve(*((time_s, 0.5, level) for time_s, level in zip(times, after, strict=False))))
    assert [moment.time_s for moment in found] == sorted(moment.time_s for moment in found)
    assert len(found) <= 10
    for moment in found:
        assert moment.change == moment.after - moment.before
        assert abs(moment.change) >= 0.02
        if moment.kind is not MomentKind.OBJECTIVE:
            assert moment.team_id == (100 if moment.change > 0 else 200)
        assert 60 * moment.minute <= moment.time_s < 60 * (moment.minute + 1)


@given(scenes(), st.floats(0, 1))
def test_a_kill_is_told_as_part_of_a_fight_or_alone(scene: Scene, after: float) -> None:
    win = curve(*((kill.time_s, 0.5, after) for kill in scene.timeline.kills))
    course = scene.course(win=win)
    told = {index for fight in fights(course, kill_facts(course)) for index in fight.kills}
    alone = {moment.index for moment in turned(scene, win) if moment.kind is MomentKind.KILL}
    assert not told & alone
