"""What is marked on the course of a match, told for each of its sides."""

import pytest

from src.core.domain.analysis import MatchAnalysis, Part
from src.core.domain.objectives import Objective
from tests.analysing import analysed
from tests.unit.core.domain.documents import Story, arena, change_people, puuid


def told(story: Story, participant_id: int = 3) -> MatchAnalysis:
    return analysed(story.match(), story.timeline(), puuid(participant_id))


def moments(analysis: MatchAnalysis) -> list[tuple[float, Part]]:
    return [(moment.time_s, moment.part) for moment in analysis.own_moments]


def takings(analysis: MatchAnalysis) -> list[tuple[float, Objective, bool]]:
    return [(taking.time_s, taking.taken.objective, taking.taken.is_own) for taking in analysis.takings]


SKIRMISHES = Story(minutes=30).kill(100, 3, 8).kill(200, 2, 9, assists=(3,)).kill(300, 8, 3).kill(400, 1, 7)


@pytest.mark.parametrize(
    ("participant_id", "expected"),
    [
        (3, [(100, Part.KILLED), (200, Part.HELPED), (300, Part.DIED)]),
        (8, [(100, Part.DIED), (300, Part.KILLED)]),
        (10, []),
    ],
)
def test_own_moments_are_what_the_player_had_a_part_in(participant_id: int, expected: list[tuple[float, Part]]) -> None:
    assert moments(told(SKIRMISHES, participant_id)) == expected


def test_an_execution_is_an_own_death() -> None:
    assert moments(told(Story().kill(100, 0, 3))) == [(100, Part.DIED)]


def test_takings_of_both_teams_stand_in_order_of_time() -> None:
    story = Story(minutes=30).monster(900, "HORDE", 7).monster(500, "DRAGON", 2, subtype="AIR_DRAGON")
    story.building(1000, lost_by=200).building(1100, lost_by=100, kind="INHIBITOR_BUILDING")
    expected = [
        (500, Objective.DRAGON, True),
        (900, Objective.GRUBS, False),
        (1000, Objective.TOWER, True),
        (1100, Objective.INHIBITOR, False),
    ]
    assert takings(told(story)) == expected
    assert takings(told(story, 8)) == [(at_s, what, not is_own) for at_s, what, is_own in expected]


def test_a_monster_that_fell_to_nobody_is_no_taking() -> None:
    assert told(Story().monster(500, "DRAGON", 0)).takings == ()


def test_each_teams_fourth_dragon_is_its_soul_elders_aside() -> None:
    story = Story(minutes=40)
    for number in range(8):
        story.monster(300 * (number + 1), "DRAGON", 2 + 5 * (number % 2), subtype="AIR_DRAGON")
    story.monster(310, "DRAGON", 2, subtype="ELDER_DRAGON")
    souls = [(taking.time_s, taking.taken.is_own) for taking in told(story).takings if taking.taken.is_soul]
    assert souls == [(2100, True), (2400, False)]


def test_without_a_timeline_nothing_is_marked() -> None:
    analysis = analysed(SKIRMISHES.match(), None, puuid(3))
    assert (analysis.own_moments, analysis.takings) == ((), ())


def test_in_arena_there_are_own_moments_and_nobody_takes_anything() -> None:
    story = Story().kill(100, 3, 8).kill(150, 4, 9, assists=(3,)).monster(200, "DRAGON", 3)
    analysis = analysed(arena(story.match()), story.timeline(), puuid(3))
    assert moments(analysis) == [(100, Part.KILLED), (150, Part.HELPED)]
    assert analysis.takings == ()


def test_a_game_that_was_broken_off_is_marked_as_far_as_it_got() -> None:
    story = Story(minutes=10).kill(100, 3, 8).building(500, lost_by=100)
    for match in (
        story.match(endOfGameResult="Abort_Unexpected"),
        change_people(story.match(), gameEndedInEarlySurrender=True),
    ):
        analysis = analysed(match, story.timeline(), puuid(3))
        assert moments(analysis) == [(100, Part.KILLED)]
        assert takings(analysis) == [(500, Objective.TOWER, False)]
