from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from src.core.domain.facts.nearby import Nearby, milliseconds
from src.core.domain.timeline_detail import Spot
from tests.unit.core.domain.facts.scenes import EVERYBODY, MID, TOP, Point, Scene, points, scenes


def near(scene: Scene, at_s: float, at: Point | None = MID) -> set[int]:
    return set(Nearby(scene.timeline, scene.detail).at(at_s, Spot(*at) if at else None))


def test_killer_and_victim_of_another_kill_are_near_for_ten_seconds_but_not_its_helpers() -> None:
    scene = Scene().kill(100.0, 3, 8, assists=(2,))
    assert near(scene, 90.0) == near(scene, 100.0) == near(scene, 110.0) == {3, 8}
    assert near(scene, 89.999) == near(scene, 110.001) == set()


@given(st.integers(0, 10**8))
@example(1_001)
def test_a_time_in_seconds_is_riots_time_again(time_ms: int) -> None:
    assert milliseconds(time_ms / 1000) == time_ms


def test_the_bounds_are_exact_though_seconds_are_not() -> None:
    """In floating point 16.1 - 6.1 is more than 10, and 16.4 - 6.4 is less."""
    for at_s in (6.1, 6.4):
        scene = Scene().kill(at_s, 3, 8)
        assert near(scene, (milliseconds(at_s) + 10_000) / 1000) == {3, 8}
        assert near(scene, (milliseconds(at_s) + 10_001) / 1000) == set()


def test_near_is_2500_units() -> None:
    scene = Scene().kill(100.0, 3, 8, at=(7000, 7000))
    assert near(scene, 100.0, (8500, 9000)) == {3, 8}
    assert near(scene, 100.0, (8501, 9000)) == set()


def test_a_frame_within_five_seconds_tells_who_stands_near() -> None:
    scene = Scene().stands(2, 3, (7000, 7000)).stands(7, 3, (7000, 2000)).stands(9, 3, None)
    assert near(scene, 175.0) == near(scene, 180.0) == near(scene, 185.0) == {2}
    assert near(scene, 174.999) == near(scene, 185.001) == set()


def test_a_body_is_not_near() -> None:
    """Frames leave the dead where they died."""
    scene = Scene().kill(150.0, 3, 8).stands(8, 3, MID).stands(2, 3, MID)
    assert near(scene, 180.0) == {2}


def test_who_died_at_a_frames_very_time_is_a_body_in_it() -> None:
    """Events that would place them aside."""
    for died_s, standing in ((180.0, set()), (180.001, {8})):
        scene = Scene().kill(died_s, 3, 8).stands(8, 3, MID)
        assert Nearby(scene.timeline, replace(scene.detail, placed=())).at(180.0, Spot(*MID)) == standing


def test_dead_is_who_died_in_the_last_ten_seconds_wherever_it_was() -> None:
    scene = Scene().kill(90.1, 3, 8, at=None).kill(100.1, 0, 2, at=TOP)
    nearby = Nearby(scene.timeline, scene.detail)
    assert nearby.dead(90.099) == nearby.dead(110.101) == set()
    assert nearby.dead(90.1) == {8}
    assert nearby.dead(100.1) == {2, 8}
    assert nearby.dead(100.101) == nearby.dead(110.1) == {2}


def test_who_came_back_is_near_and_so_is_who_dies_there_later() -> None:
    back = Scene().kill(100.0, 3, 8).stands(8, 3, (MID[0] + 1, MID[1]))
    assert near(back, 180.0) == {8}
    later = Scene().stands(8, 3, MID).kill(200.0, 3, 8)
    assert near(later, 180.0) == {8}


def test_of_several_deaths_the_last_one_has_the_body() -> None:
    scene = Scene().kill(60.0, 3, 8).kill(150.0, 3, 8, at=(1500, 9000)).stands(8, 3, MID)
    assert near(scene, 180.0) == {8}
    elsewhere = Scene().kill(60.0, 3, 8, at=(1500, 9000)).kill(150.0, 3, 8).stands(8, 3, MID)
    assert near(elsewhere, 180.0) == set()


def test_who_died_nobody_knows_where_left_no_body() -> None:
    scene = Scene().kill(150.0, 3, 8, at=None).stands(8, 3, MID)
    assert near(scene, 180.0) == {8}


def test_nobody_is_known_to_be_near_a_spot_that_is_not_known() -> None:
    assert near(Scene().kill(100.0, 3, 8), 100.0, None) == set()


def test_monsters_and_buildings_place_their_killers() -> None:
    scene = Scene().monster(100.0, "DRAGON", 2, assists=(4,), at=MID).building(101.0, 100, killer=8, at=MID)
    assert near(scene, 100.0) == {2, 8}


@given(scenes(), st.integers(0, 600_000), points)
def test_it_is_what_a_look_at_everything_finds(scene: Scene, now: int, at: Point) -> None:
    timeline, detail = scene.timeline, scene.detail
    expected = set()
    for event in detail.placed:
        if abs(milliseconds(event.time_s) - now) <= 10_000 and _is_close(event.spot, at):
            expected |= set(event.participant_ids)
    for frame, frame_s in enumerate(timeline.frame_times):
        for who in EVERYBODY:
            stood = detail.positions[who][frame]
            own = [d for d in timeline.kills if d.victim_id == who and d.time_s <= frame_s and d.x is not None]
            is_body = bool(own) and stood is not None and (own[-1].x, own[-1].y) == (stood.x, stood.y)
            if abs(milliseconds(frame_s) - now) <= 5_000 and stood and _is_close(stood, at) and not is_body:
                expected.add(who)
    assert near(scene, now / 1000, at) == expected


def _is_close(spot: Spot, at: Point) -> bool:
    return (spot.x - at[0]) ** 2 + (spot.y - at[1]) ** 2 <= 2_500**2
