import pytest
from hypothesis import given

from src.core.domain.facts.course import Course
from src.core.domain.facts.kills import KillCounts, kill_counts, kill_facts
from src.core.domain.facts.model import Followed, KillFact, Place
from src.core.domain.facts.nearby import milliseconds
from src.core.domain.match import GameKind, Match
from src.core.domain.objectives import Objective
from tests.unit.core.domain.documents import Document, Story, arena, change_people, team_of
from tests.unit.core.domain.facts.scenes import (
    BARON,
    BLUE_BASE,
    BOT,
    DRAGON,
    EVERYBODY,
    LOWER_RIVER,
    MID,
    REDS_BUFF,
    TOP,
    UPPER_RIVER,
    Point,
    Scene,
    curve,
    scenes,
)


def kills(scene: Scene, document: Document | None = None) -> tuple[KillFact, ...]:
    return kill_facts(scene.course(document))


def only(scene: Scene, document: Document | None = None) -> KillFact:
    (kill,) = kills(scene, document)
    return kill


EVERYBODY_AT_ONCE = frozenset(EVERYBODY)


def without_lanes() -> Document:
    return change_people(Story().match(), teamPosition="")


def aram() -> Document:
    document = without_lanes()
    document["info"] |= {"gameMode": "ARAM", "mapId": 12, "queueId": 450}
    return document


def test_a_death_is_told_as_it_was() -> None:
    kill = only(Scene().kill(100.0, 3, 8, assists=(2, 5), at=(1500, 11500), bounty=300, shutdown=150))
    assert (kill.time_s, kill.killer_id, kill.victim_id, kill.assist_ids) == (100.0, 3, 8, (2, 5))
    assert (kill.x, kill.y, kill.place) == (1500, 11500, Place.TOP_LANE)
    assert (kill.gold, kill.shutdown) == (450, 150)
    assert not kill.is_solo
    assert kill.is_first_blood
    assert kill.win_change is None


def test_a_death_somewhere_unknown_has_no_place_and_those_it_names_near() -> None:
    kill = only(Scene().kill(100.0, 3, 8, assists=(2,), at=None).stands(7, 2, MID))
    assert (kill.place, kill.x, kill.y) == (None, None, None)
    assert (kill.allies_near, kill.enemies_near) == (0, 2)


def test_off_the_rift_there_are_positions_but_no_places() -> None:
    kill = only(Scene().kill(120.0, 3, 8).stands(7, 2, MID), aram())
    assert (kill.place, kill.x, kill.y) == (None, *MID)
    assert (kill.allies_near, kill.enemies_near) == (1, 1)


def test_deaths_are_in_order_of_time() -> None:
    timeline = Scene().kill(100.0, 3, 8).kill(200.0, 8, 3).timeline
    shuffled = timeline.model_copy(update={"kills": timeline.kills[::-1]})
    facts = kill_facts(Course(Scene().match(), shuffled, Scene().detail, None))
    assert [kill.time_s for kill in facts] == [100.0, 200.0]
    assert [kill.is_first_blood for kill in facts] == [True, False]


def test_near_are_who_is_named_who_stood_there_and_who_did_something_there() -> None:
    scene = Scene().kill(118.0, 3, 8, assists=(2,)).stands(7, 2, MID).stands(1, 2, TOP).kill(125.0, 10, 4)
    first, second = kills(scene)
    assert (first.allies_near, first.enemies_near) == (2, 3)
    assert (second.allies_near, second.enemies_near) == (1, 2)


def test_who_died_up_to_ten_seconds_before_is_not_near_any_more() -> None:
    scene = Scene().kill(100.1, 4, 7).kill(110.1, 3, 8).kill(110.1, 10, 1).kill(120.2, 2, 6)
    found = kills(scene)
    assert [(kill.allies_near, kill.enemies_near) for kill in found] == [(2, 3), (1, 2), (2, 1), (0, 1)]


def test_who_comes_to_where_the_dead_lie_is_counted_without_them() -> None:
    first, second = kills(Scene().kill(100.0, 3, 8, assists=(2,)).kill(110.0, 4, 9))
    assert (first.allies_near, first.enemies_near) == (1, 3)
    assert (second.allies_near, second.enemies_near) == (0, 2)


def test_the_dead_who_killed_or_helped_are_near() -> None:
    """With a fire that still burnt, say."""
    _, second = kills(Scene().kill(100.0, 8, 3).kill(105.0, 3, 8))
    assert (second.allies_near, second.enemies_near) == (0, 1)


def test_who_died_far_away_is_not_near_though_a_frame_just_before_has_them_here() -> None:
    scene = Scene().stands(7, 2, MID).stands(1, 2, MID).kill(122.0, 2, 7, at=TOP).kill(125.0, 3, 8)
    _, second = kills(scene)
    assert (second.allies_near, second.enemies_near) == (0, 2)


def test_a_victim_is_not_near_its_own_death() -> None:
    kill = only(Scene().kill(120.0, 3, 8).stands(8, 2, (MID[0] + 9, MID[1])))
    assert (kill.allies_near, kill.enemies_near) == (0, 1)


def test_in_arena_everybody_but_the_own_subteam_is_an_enemy() -> None:
    scene = Scene().kill(120.0, 1, 3).stands(2, 2, MID).stands(4, 2, MID).stands(5, 2, MID)
    kill = only(scene, arena(Story().match()))
    assert (kill.allies_near, kill.enemies_near) == (1, 3)


def test_nothing_follows_where_there_are_not_two_teams() -> None:
    kill = only(Scene().kill(120.0, 1, 3).monster(130.0, "DRAGON", 1), arena(Story().match()))
    assert kill.followed == ()


def test_in_arena_without_subteams_everybody_stands_alone() -> None:
    document = change_people(arena(Story().match()), playerSubteamId=0)
    kill = only(Scene().kill(120.0, 1, 3).stands(2, 2, MID).stands(4, 2, MID), document)
    assert (kill.allies_near, kill.enemies_near) == (0, 3)


def test_an_execution_pays_nobody_and_is_nobodys_solo_kill() -> None:
    kill = only(Scene().kill(100.0, 0, 8, shutdown=233))
    assert (kill.gold, kill.shutdown, kill.gold_swing) == (0, 0, None)
    assert not kill.is_solo
    assert not kill.is_first_blood
    assert kill.is_gank is False
    assert (kill.allies_near, kill.enemies_near) == (0, 0)


def test_a_negative_shutdown_is_no_shutdown() -> None:
    kill = only(Scene().kill(100.0, 3, 8, bounty=200, shutdown=-50))
    assert (kill.gold, kill.shutdown) == (200, 0)


def test_who_helped_is_a_participant() -> None:
    """Arena's events also credit 0: nobody that is known, but somebody, as Riot's count of solo kills has it."""
    kill = only(Scene().kill(100.0, 3, 8, assists=(0,)))
    assert kill.assist_ids == ()
    assert not kill.is_solo


def test_first_blood_is_the_first_death_that_is_no_execution() -> None:
    facts = kills(Scene().kill(50.0, 0, 1).kill(60.0, 3, 8).kill(70.0, 8, 3))
    assert [kill.is_first_blood for kill in facts] == [False, True, False]


def test_first_blood_is_a_participants() -> None:
    """Arena's guests kill too."""
    facts = kills(Scene().kill(50.0, 99, 1).kill(60.0, 3, 8))
    assert [kill.is_first_blood for kill in facts] == [False, True]


def test_the_gold_swing_is_from_the_frame_before_to_the_first_a_minute_later() -> None:
    scene = Scene().kill(100.0, 3, 8).kill(110.0, 8, 3)
    scene.earns(1, 1, gold=1000).earns(3, 2, gold=300).earns(6, 2, gold=100).earns(3, 3, gold=50).earns(3, 4, gold=999)
    first, second = kills(scene)
    assert first.gold_swing == 250
    assert second.gold_swing == -250


def test_the_frame_of_the_very_moment_is_not_before_but_may_be_a_minute_after() -> None:
    scene = Scene().kill(120.0, 3, 8).earns(3, 2, gold=300).earns(3, 3, gold=20)
    assert only(scene).gold_swing == 320


@pytest.mark.parametrize("at_s", [0.0, 1140.1, 1200.0])
def test_there_is_no_gold_swing_where_frames_do_not_enclose_it(at_s: float) -> None:
    assert only(Scene(minutes=20).kill(at_s, 3, 8)).gold_swing is None
    assert only(Scene(minutes=20).kill(1140.0, 3, 8)).gold_swing == 0


def with_frames_at(*times_s: float) -> Course:
    """A kill at 100 s in a game with frames at these times."""
    scene = Scene(minutes=len(times_s) - 1).kill(100.0, 3, 8).earns(3, 1, gold=300)
    return Course(scene.match(), scene.timeline.model_copy(update={"frame_times": times_s}), scene.detail, None)


@pytest.mark.parametrize(
    ("before_s", "after_s", "swing"),
    [(38.0, 222.0, 300), (37.999, 222.0, None), (38.0, 222.001, None), (99.9, 160.0, 300), (37.9, 160.0, None)],
)
def test_there_is_no_gold_swing_where_a_frame_is_missing(before_s: float, after_s: float, swing: int | None) -> None:
    (kill,) = kill_facts(with_frames_at(before_s, after_s))
    assert kill.gold_swing == swing


def test_what_fell_within_a_minute_after_it_followed_it_whoever_took_it() -> None:
    scene = Scene().kill(100.0, 3, 8).monster(100.0, "DRAGON", 2).monster(160.0, "DRAGON", 7).building(130.0, 200)
    scene.monster(160.001, "HORDE", 2)
    assert only(scene).followed == (
        Followed(objective=Objective.TOWER, time_s=130.0, team_id=100),
        Followed(objective=Objective.DRAGON, time_s=160.0, team_id=200),
    )


def test_what_fell_to_nobody_followed_nothing() -> None:
    assert only(Scene().kill(100.0, 3, 8).monster(130.0, "RIFTHERALD", 0)).followed == ()


@pytest.mark.parametrize(
    ("victim", "killers", "at", "is_gank"),
    [
        (6, (2,), TOP, True), (6, (1, 2), UPPER_RIVER, True), (6, (1, 3), BARON, True), (6, (1,), TOP, False),
        (6, (2,), LOWER_RIVER, False), (6, (2,), BOT, False), (6, (2,), REDS_BUFF, False),
        (8, (2,), MID, True), (8, (2,), UPPER_RIVER, True), (8, (3, 5), LOWER_RIVER, True), (8, (2,), DRAGON, False),
        (9, (2,), BOT, True), (9, (4, 5), BOT, False), (10, (4,), BOT, False), (10, (4, 3), DRAGON, True),
        (9, (1,), LOWER_RIVER, True), (9, (2,), UPPER_RIVER, False), (7, (3,), MID, False), (7, (2, 3), TOP, False),
        (6, (0,), TOP, False),
    ],
)  # fmt: skip
def test_a_laner_is_ganked_in_the_own_lane_or_beside_it_by_somebody_of_elsewhere(
    victim: int, killers: tuple[int, ...], at: Point, *, is_gank: bool
) -> None:
    killer, *helpers = killers
    assert only(Scene().kill(839.9, killer, victim, tuple(helpers), at=at)).is_gank == is_gank
    assert not only(Scene().kill(840.0, killer, victim, tuple(helpers), at=at)).is_gank
    assert only(Scene().kill(100.0, killer, victim, tuple(helpers), at=at), without_lanes()).is_gank is None
    assert only(Scene().kill(100.0, killer, victim, tuple(helpers), at=None)).is_gank is None


def test_of_who_has_no_position_it_is_not_known_whether_they_were_ganked() -> None:
    document = change_people(Story().match(), teamPosition=lambda who: "" if who == 6 else "JUNGLE")
    assert only(Scene().kill(100.0, 2, 6, at=TOP), document).is_gank is None
    assert only(Scene().kill(100.0, 6, 2, at=TOP), document).is_gank is False


def test_who_has_no_position_is_not_said_to_have_ganked() -> None:
    document = change_people(Story().match(), teamPosition=lambda who: "" if who == 2 else "TOP")
    assert only(Scene().kill(100.0, 2, 6, at=TOP), document).is_gank is False


def test_a_kill_changes_the_win_probability_by_the_curves_step() -> None:
    scene = Scene().kill(100.0, 3, 8)
    (kill,) = kill_facts(scene.course(win=curve((100.0, 0.5, 0.625))))
    assert kill.win_change == 0.125


def test_everybodys_part_in_the_deaths() -> None:
    scene = Scene().kill(50.0, 3, 6, assists=(2,), at=TOP).kill(839.0, 8, 3).kill(840.0, 3, 8).kill(899.9, 0, 3)
    match = scene.match()
    counts = kill_counts(match, kills(scene))
    assert list(counts) == list(EVERYBODY)
    assert counts[3] == KillCounts(
        deaths_before_14=1, deaths_before_15=2, kills_before_14=1, assists_before_14=0, solo_kills=1, solo_deaths=1,
        gank_deaths=0, first_blood="kill",
    )  # fmt: skip
    assert (counts[6].first_blood, counts[6].gank_deaths, counts[6].solo_deaths) == ("victim", 1, 0)
    assert (counts[2].first_blood, counts[2].assists_before_14, counts[2].gank_deaths) == ("assist", 1, 0)
    assert (counts[8].first_blood, counts[8].kills_before_14, counts[8].deaths_before_15) == (None, 1, 1)


def test_without_lanes_nobody_knows_of_ganks() -> None:
    scene = Scene().kill(50.0, 3, 6)
    counts = kill_counts(scene.match(without_lanes()), kills(scene, without_lanes()))
    assert {count.gank_deaths for count in counts.values()} == {None}


def test_where_nobody_knows_of_any_early_death_where_it_was_nobody_knows_of_ganks() -> None:
    scene = Scene().kill(50.0, 3, 6, at=None).kill(60.0, 3, 8, at=None).kill(90.0, 2, 8).kill(95.0, 3, 7, at=None)
    counts = kill_counts(scene.match(), kills(scene.kill(840.0, 3, 6, at=TOP).kill(850.0, 3, 9, at=None)))
    assert [counts[who].gank_deaths for who in (6, 7, 8, 9, 10)] == [None, 0, 1, 0, 0]


def test_nobody_had_first_blood_where_everybody_was_executed() -> None:
    scene = Scene().kill(50.0, 0, 6)
    assert {count.first_blood for count in kill_counts(scene.match(), kills(scene)).values()} == {None}


@given(scenes())
def test_counts_add_up(scene: Scene) -> None:
    match, facts = scene.match(), kills(scene)
    counts = kill_counts(match, facts).values()
    assert [kill.time_s for kill in facts] == sorted(kill.time_s for kill in scene.timeline.kills)
    early = [kill for kill in facts if kill.time_s < 840]
    assert sum(count.deaths_before_14 for count in counts) == len(early)
    assert sum(count.kills_before_14 for count in counts) == sum(kill.killer_id > 0 for kill in early)
    assert sum(count.assists_before_14 for count in counts) == sum(len(kill.assist_ids) for kill in early)
    assert sum(count.solo_kills for count in counts) == sum(count.solo_deaths for count in counts)
    assert sum(count.gank_deaths or 0 for count in counts) == sum(bool(kill.is_gank) for kill in facts)
    assert sum(count.first_blood == "kill" for count in counts) == any(kill.killer_id for kill in facts)


@given(scenes())
def test_who_is_named_is_near_and_nobody_is_near_twice(scene: Scene) -> None:
    for kill in kills(scene):
        assert len({kill.killer_id, *kill.assist_ids} - {0}) <= kill.enemies_near <= 5
        assert 0 <= kill.allies_near <= 4


@given(scenes())
def test_all_who_are_near_are_alive_or_named(scene: Scene) -> None:
    found = kills(scene)
    for kill in found:
        died = {one.victim_id for one in found if 0 <= milliseconds(kill.time_s) - milliseconds(one.time_s) <= 10_000}
        living = EVERYBODY_AT_ONCE - died | {kill.killer_id, kill.victim_id, *kill.assist_ids} - {0}
        assert kill.allies_near + kill.enemies_near + 1 <= len(living)


def _sides_swapped(match: Match) -> Match:
    people = [p.model_copy(update={"team_id": 300 - p.team_id}) for p in match.participants]
    return match.model_copy(update={"participants": tuple(people)})


@given(scenes())
def test_a_death_does_not_depend_on_who_is_called_blue(scene: Scene) -> None:
    """Only what is named by its team does."""
    swapped = Course(_sides_swapped(scene.match()), scene.timeline, scene.detail, None)
    for one, other in zip(kills(scene), kill_facts(swapped), strict=True):
        assert one.model_dump(exclude={"followed"}) == other.model_dump(exclude={"followed"})


def test_the_kinds_of_games_here_are_what_they_are_meant_to_be() -> None:
    kinds = [Scene().match(document).kind for document in (None, without_lanes(), aram(), arena(Story().match()))]
    assert kinds == [GameKind.RIFT, GameKind.RIFT_NO_LANES, GameKind.ARAM, GameKind.ARENA]
    assert [team_of(who) for who in (5, 6)] == [100, 200]
    assert only(Scene().kill(1.0, 3, 8, at=BLUE_BASE)).place is Place.BLUE_BASE
