from hypothesis import given

from src.core.domain.facts.kills import kill_facts
from src.core.domain.facts.model import ObjectiveFact, PlateFact, TeamFacts
from src.core.domain.facts.objectives import ObjectiveCounts, objective_counts, team_facts
from src.core.domain.objectives import Objective
from tests.unit.core.domain.documents import Document, Story, arena, change_people
from tests.unit.core.domain.facts.scenes import DRAGON, MID, TOP, Scene, curve, scenes

NOBODY = ObjectiveCounts()


def teams(scene: Scene, document: Document | None = None) -> dict[str, TeamFacts]:
    course = scene.course(document)
    return team_facts(course.match, course, kill_facts(course))


def test_a_team_has_what_it_took_in_order_of_time() -> None:
    scene = (
        Scene().building(500.0, 200, killer=4, assists=(5,), at=MID).monster(400.0, "DRAGON", 2, subtype="AIR_DRAGON")
    )
    scene.monster(450.0, "HORDE", 7).building(600.0, 100, building="INHIBITOR_BUILDING", tower=None, lane="TOP_LANE")
    found = teams(scene)
    assert found["100"].objectives == (
        ObjectiveFact(
            objective=Objective.DRAGON, subtype="AIR_DRAGON", time_s=400.0, lane=None, killer_id=2, assist_ids=(),
            there=(2,), win_change=None,
        ),
        ObjectiveFact(
            objective=Objective.TOWER, subtype="OUTER_TURRET", time_s=500.0, lane="MID_LANE", killer_id=4,
            assist_ids=(5,), there=(4, 5), win_change=None,
        ),
    )  # fmt: skip
    assert [(taken.objective, taken.lane, taken.there) for taken in found["200"].objectives] == [
        (Objective.GRUBS, None, (7,)), (Objective.INHIBITOR, "TOP_LANE", ()),
    ]  # fmt: skip


def test_a_monster_that_fell_to_nobody_is_nobodys() -> None:
    found = teams(Scene().monster(400.0, "RIFTHERALD", 0))
    assert found["100"].objectives == found["200"].objectives == ()


def test_an_enemy_who_struck_the_monster_was_there_but_did_not_help() -> None:
    """Riot lists both sides."""
    (dragon,) = teams(Scene().monster(400.0, "DRAGON", 2, assists=(7, 3, 9)))["100"].objectives
    assert dragon.assist_ids == (3,)
    assert dragon.there == (2, 3, 7, 9)


def test_there_is_who_stood_near_when_it_fell_of_either_side() -> None:
    scene = Scene().monster(418.0, "DRAGON", 2).stands(3, 7, DRAGON).stands(8, 7, DRAGON).stands(9, 7, TOP)
    (dragon,) = teams(scene.kill(410.0, 4, 10, at=DRAGON))["100"].objectives
    assert dragon.there == (2, 3, 4, 8)


def test_who_died_up_to_ten_seconds_before_is_not_there_any_more() -> None:
    """Unless the event names them."""
    scene = Scene().kill(399.9, 1, 6, at=DRAGON).kill(400.0, 1, 7, at=DRAGON).kill(410.0, 9, 3, at=DRAGON)
    (dragon,) = teams(scene.kill(405.0, 1, 8, at=DRAGON).monster(410.0, "DRAGON", 2, assists=(8,)))["100"].objectives
    assert dragon.there == (1, 2, 8, 9)


def test_plates_are_of_the_team_that_did_not_lose_them() -> None:
    found = teams(Scene().plate(500.0, lost_by=200, killer=1).plate(560.0, lost_by=100, lane="BOT_LANE"))
    assert found["100"].plates == (PlateFact(time_s=500.0, lane="TOP_LANE", killer_id=1),)
    assert found["200"].plates == (PlateFact(time_s=560.0, lane="BOT_LANE", killer_id=0),)


def test_first_blood_is_of_a_team_and_no_execution() -> None:
    found = teams(Scene().kill(100.0, 0, 3).kill(120.0, 8, 3).kill(130.0, 3, 8))
    assert (found["100"].first_blood, found["200"].first_blood) == (False, True)


def test_first_blood_is_drawn_by_a_participant() -> None:
    found = teams(Scene().kill(100.0, 99, 3).kill(130.0, 3, 8))
    assert (found["100"].first_blood, found["200"].first_blood) == (True, False)


def test_the_first_tower_is_of_a_team_even_if_minions_felled_it() -> None:
    inhibitor_first = Scene().building(90.0, 100, building="INHIBITOR_BUILDING", tower=None).building(100.0, 200)
    found = teams(inhibitor_first.building(110.0, 100, killer=6))
    assert (found["100"].first_tower, found["200"].first_tower) == (True, False)


def test_who_was_first_is_not_known_where_nobody_was() -> None:
    found = teams(Scene().kill(100.0, 0, 3))
    assert {(team.first_blood, team.first_tower) for team in found.values()} == {(None, None)}


def test_without_a_timeline_a_team_has_its_result_alone() -> None:
    story = Story(winner=200).kill(60, 1, 6).kill(70, 2, 7).kill(80, 6, 1)
    found = team_facts(Scene().match(story.match()), None, ())
    gold = sum(story.gold(who, 20) for who in range(1, 6))
    assert found == {
        "100": TeamFacts(won=False, kills=2, gold=gold),
        "200": TeamFacts(won=True, kills=1, gold=gold),
    }


def test_nobody_wins_a_remake() -> None:
    found = teams(Scene(), change_people(Story().match(), gameEndedInEarlySurrender=True))
    assert [team.won for team in found.values()] == [False, False]


def test_nobody_won_where_the_document_says_that_both_did() -> None:
    found = teams(Scene(), change_people(Story().match(), win=True))
    assert [team.won for team in found.values()] == [False, False]


def test_where_there_are_not_two_teams_there_are_no_facts_of_teams() -> None:
    assert teams(Scene().monster(400.0, "DRAGON", 2), arena(Story().match())) == {}
    assert teams(Scene(), change_people(Story().match(), teamId=100)) == {}


def test_an_objective_changes_the_win_probability_by_the_curves_step() -> None:
    scene = Scene().monster(400.0, "DRAGON", 7)
    found = team_facts(scene.match(), scene.course(win=curve((400.0, 0.5, 0.25))), ())
    assert found["200"].objectives[0].win_change == -0.25


def test_everybody_took_what_the_own_team_took_with_them() -> None:
    scene = Scene().monster(400.0, "DRAGON", 2, assists=(3, 7)).building(500.0, 200, killer=4, assists=(3,))
    scene.building(700.0, 200, killer=3, tower="NEXUS_TURRET").building(710.0, 200, building="INHIBITOR_BUILDING")
    scene.plate(450.0, 200, killer=3).plate(460.0, 200, killer=3).plate(470.0, 200)
    counts = objective_counts(scene.match(), teams(scene))
    assert counts[3] == ObjectiveCounts(objectives_taken=3, plates=2, towers=2)
    assert counts[2] == ObjectiveCounts(objectives_taken=1)
    assert counts[7] == counts[1] == NOBODY
    assert list(counts) == list(range(1, 11))


def test_nobody_knows_what_anybody_took_where_there_are_not_two_teams() -> None:
    document = arena(Story().match())
    assert objective_counts(Scene().match(document), teams(Scene().monster(400.0, "DRAGON", 2), document)) == {}


@given(scenes())
def test_each_thing_falls_to_one_team_and_its_helpers_are_of_it(scene: Scene) -> None:
    match, timeline, found = scene.match(), scene.timeline, teams(scene)
    fell = [monster for monster in timeline.monsters if monster.killer_id]
    assert sum(len(team.objectives) for team in found.values()) == len(fell) + len(timeline.buildings)
    for team_id, team in found.items():
        assert [taken.time_s for taken in team.objectives] == sorted(taken.time_s for taken in team.objectives)
        own = {p.participant_id for p in match.participants if str(p.team_id) == team_id}
        for taken in team.objectives:
            assert own.issuperset({taken.killer_id, *taken.assist_ids} - {0})
            assert set(taken.there).issuperset({taken.killer_id, *taken.assist_ids} - {0})
    assert all(counts.towers <= counts.objectives_taken for counts in objective_counts(match, found).values())
