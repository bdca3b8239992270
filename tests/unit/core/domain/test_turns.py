"""What turned a game, told for each of its sides."""

import pytest

from src.core.domain.analysis import Part, Turn
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.facts.model import MatchFacts, MomentKind, Place
from src.core.domain.match_document import read_match
from src.core.domain.objectives import Objective
from src.core.domain.turns import turns_of
from tests.analysing import analysed
from tests.unit.core.domain.documents import Story, puuid

ME = read_match(Story().match()).participants[2]


def turns(story: Story, participant_id: int = 3) -> tuple[Turn, ...]:
    return analysed(story.match(), story.timeline(), puuid(participant_id)).turns


def analysed_facts(story: Story) -> MatchFacts:
    return facts_of(story.match(), story.timeline())


def objectives(turn: Turn) -> list[tuple[Objective, bool]]:
    return [(taken.objective, taken.is_own) for taken in turn.taken]


def test_a_turn_is_told_from_the_own_side() -> None:
    story = Story(minutes=30).monster(1300, "BARON_NASHOR", 2, assists=(3,))
    ((taken,), (lost,)) = (turns(story, participant) for participant in (3, 8))
    assert (objectives(taken), objectives(lost)) == ([(Objective.BARON, True)], [(Objective.BARON, False)])
    assert taken.before < taken.after
    assert (lost.before, lost.after) == pytest.approx((1 - taken.before, 1 - taken.after))


def test_a_fight_counts_each_sides_kills_and_deaths() -> None:
    story = Story(minutes=30)
    for at, killer, victim in ((1500, 3, 8), (1505, 2, 9), (1509, 9, 1), (1512, 3, 10)):
        story.kill(at, killer, victim)
    ((ours,), (theirs,)) = (turns(story, participant) for participant in (3, 8))
    assert (ours.is_fight, ours.kills, ours.deaths) == (True, 3, 1)
    assert (theirs.is_fight, theirs.kills, theirs.deaths) == (True, 1, 3)
    assert (ours.time_s, ours.until_s) == (1500, 1512)


def test_an_execution_is_a_death_and_nobodys_kill() -> None:
    story = Story(minutes=30).kill(1500, 3, 8).kill(1503, 3, 9).kill(1506, 0, 10)
    ((ours,), (theirs,)) = (turns(story, participant) for participant in (3, 8))
    assert (ours.kills, ours.deaths) == (2, 0)
    assert (theirs.kills, theirs.deaths) == (0, 3)


@pytest.mark.parametrize(
    ("participant_id", "part"), [(3, Part.KILLED), (2, Part.HELPED), (1, None), (8, Part.DIED), (7, None)]
)
def test_one_death_has_the_readers_part(participant_id: int, part: Part | None) -> None:
    story = Story(minutes=20).kill(320, 3, 8, assists=(2,))
    ((turn),) = turns(story, participant_id)
    assert turn.parts == ((part,) if part else ())
    assert (turn.kills, turn.deaths) == ((1, 0) if participant_id <= 5 else (0, 1))


def test_what_comes_within_20_s_is_one_turn() -> None:
    story = Story(minutes=30)
    for at, killer, victim in ((1500, 3, 8), (1505, 2, 9), (1509, 3, 10)):
        story.kill(at, killer, victim)
    story.monster(1529, "BARON_NASHOR", 2).building(1600, lost_by=200, kind="INHIBITOR_BUILDING")
    fight, inhibitor = turns(story)
    assert (fight.time_s, fight.until_s, fight.kills, objectives(fight)) == (1500, 1529, 3, [(Objective.BARON, True)])
    assert objectives(inhibitor) == [(Objective.INHIBITOR, True)]
    assert fight.after < inhibitor.after


def test_kills_that_make_up_for_each_other_turn_nothing() -> None:
    assert turns(Story(minutes=20).kill(200, 3, 8).kill(203, 8, 3)) == ()


def test_a_single_kill_is_told_only_where_there_is_not_enough_of_anything_else() -> None:
    story = Story(minutes=40).kill(320, 3, 8)
    assert [turn.time_s for turn in turns(story)] == [320]
    story.monster(1300, "BARON_NASHOR", 2).monster(1700, "BARON_NASHOR", 7)
    assert [turn.time_s for turn in turns(story)] == [320, 1300, 1700]
    story.monster(2100, "BARON_NASHOR", 2)
    assert [turn.time_s for turn in turns(story)] == [1300, 1700, 2100]


def test_a_single_kill_before_minute_5_is_told_nowhere() -> None:
    assert turns(Story(minutes=20).kill(299, 3, 8)) == ()
    fight = Story(minutes=20).kill(200, 3, 8).kill(204, 3, 9).kill(208, 3, 10)
    assert [turn.time_s for turn in turns(fight)] == [200]


def test_at_most_three_are_told_the_greatest_in_order_of_time() -> None:
    story = Story(minutes=40)
    for minute in range(20, 38, 3):
        story.monster(60 * minute + 5, "BARON_NASHOR", 2)
    story.monster(60 * 36 + 30, "DRAGON", 7, subtype="ELDER_DRAGON")
    told = turns(story)
    assert len(told) == 3
    assert [turn.time_s for turn in told] == sorted(turn.time_s for turn in told)
    assert [(Objective.ELDER, False)] in [objectives(turn) for turn in told]


def test_the_fourth_dragon_is_the_soul() -> None:
    story = Story(minutes=40)
    for minute in (6, 12, 18):
        story.monster(60 * minute + 5, "DRAGON", 2, subtype="AIR_DRAGON")
    story.monster(1300, "DRAGON", 2, subtype="ELDER_DRAGON").monster(1550, "DRAGON", 2, subtype="AIR_DRAGON")
    story.monster(1900, "DRAGON", 7, subtype="AIR_DRAGON")
    assert [turn.time_s for turn in turns(story) if any(taken.is_soul for taken in turn.taken)] == [1550]


def test_a_remake_has_no_turns() -> None:
    story = Story(minutes=3).kill(100, 3, 8)
    match = story.match()
    for person in match["info"]["participants"]:
        person["gameEndedInEarlySurrender"] = True
    assert analysed(match, story.timeline(), puuid(3)).turns == ()


def at(story: Story, time_s: float, x: int, y: int) -> Story:
    """The death of that moment happened there."""
    for event in story.events:
        if event["timestamp"] == round(time_s * 1000):
            event["position"] = {"x": x, "y": y}
    return story


def test_a_turn_has_a_place_only_if_all_of_it_happened_there() -> None:
    story = Story(minutes=30)
    for at_s, killer, victim in ((500, 3, 8), (503, 2, 9), (506, 4, 10)):
        at(story.kill(at_s, killer, victim), at_s, 9866, 4414)
    assert [turn.place for turn in turns(story)] == [Place.DRAGON_PIT]
    at(story.kill(490, 7, 1), 490, 1000, 13000)
    (turn,) = turns(story)
    assert (turn.place, turn.kills, turn.deaths) == (None, 3, 1)


def test_a_death_elsewhere_that_changes_little_is_no_part_of_a_fight() -> None:
    """It is none of the moments, though it lies in the same seconds."""
    facts = analysed_facts(Story(minutes=30).kill(1500, 3, 8).kill(1503, 2, 9).kill(1504, 7, 1).kill(1506, 4, 10))
    fight = facts.fights[0]
    alone = facts.model_copy(
        update={
            "fights": (fight.model_copy(update={"kills": (0, 1, 3)}),),
            "moments": tuple(moment for moment in facts.moments if moment.kind is MomentKind.FIGHT),
        }
    )
    (turn,) = turns_of(alone, ME)
    assert (turn.kills, turn.deaths) == (3, 0)


def test_what_comes_after_20_s_is_another_turn() -> None:
    story = Story(minutes=30).monster(1500, "BARON_NASHOR", 2).monster(1521, "DRAGON", 2, subtype="ELDER_DRAGON")
    assert [turn.time_s for turn in turns(story)] == [1500, 1521]
    story = Story(minutes=30).monster(1500, "BARON_NASHOR", 2).monster(1520, "DRAGON", 2, subtype="ELDER_DRAGON")
    (turn,) = turns(story)
    assert objectives(turn) == [(Objective.BARON, True), (Objective.ELDER, True)]


def test_what_is_taken_while_a_fight_lasts_does_not_end_it() -> None:
    story = Story(minutes=30)
    for at_s, killer, victim in ((1500, 3, 8), (1510, 2, 9), (1520, 7, 1), (1530, 3, 10)):
        story.kill(at_s, killer, victim)
    story.monster(1505, "BARON_NASHOR", 2)
    (turn,) = turns(story)
    assert (turn.is_fight, turn.until_s, objectives(turn)) == (True, 1530, [(Objective.BARON, True)])
    facts = analysed_facts(story)
    assert turn.after == next(moment.after for moment in facts.moments if moment.kind is MomentKind.FIGHT)


def test_what_was_taken_is_told_in_order_of_time_whoever_took_it() -> None:
    story = Story(minutes=30).monster(1500, "BARON_NASHOR", 7).monster(1512, "DRAGON", 2, subtype="ELDER_DRAGON")
    assert objectives(turns(story)[0]) == [(Objective.BARON, False), (Objective.ELDER, True)]


def test_a_net_change_below_two_points_is_no_turn() -> None:
    facts = analysed_facts(Story(minutes=30).monster(1500, "BARON_NASHOR", 2))
    (moment,) = facts.moments
    for change, count in ((0.0199, 0), (0.0201, 1)):
        small = moment.model_copy(update={"after": moment.before + change, "change": change})
        assert len(turns_of(facts.model_copy(update={"moments": (small,)}), ME)) == count


def test_an_enemys_execution_counts_as_a_single_kill() -> None:
    story = Story(minutes=40).kill(200, 0, 8)
    for at_s in (1300, 1400, 1500):
        story.monster(at_s, "BARON_NASHOR", 2)
    facts = analysed_facts(story)
    great = facts.moments[0].model_copy(update={"before": 0.1, "after": 0.9, "change": 0.8})
    fall = great.model_copy(update={"kind": MomentKind.KILL, "objective": None, "index": 0, "time_s": 200.0})
    told = turns_of(facts.model_copy(update={"moments": (fall, *facts.moments)}), ME)
    assert [turn.time_s for turn in told] == [1300, 1400, 1500]


def course(facts: MatchFacts, *blue: float) -> MatchFacts:
    """The facts with these probabilities at the minutes from 20 on, and blue as the winner."""
    points = tuple(
        facts.win_probability[0].model_copy(update={"minute": 20.0 + minute, "blue": chance})
        for minute, chance in enumerate(blue)
    )
    return facts.model_copy(update={"win_probability": points, "winner": 100})


@pytest.mark.parametrize(
    ("blue", "is_for_good"),
    [
        ((0.4, 0.45, 0.6, 0.7, 1.0), True),
        ((0.6, 0.45, 0.51, 0.7, 1.0), True),
        ((0.4, 0.45, 0.6, 0.5, 1.0), False),
        ((0.4, 0.45, 0.6, 0.7, 0.4), False),
        ((0.4, 0.45, 0.51, 0.52, 1.0), True),
    ],
)
def test_a_turn_for_good_is_one_after_which_the_loser_was_never_ahead_again(
    blue: tuple[float, ...], *, is_for_good: bool
) -> None:
    facts = analysed_facts(Story(minutes=30).monster(1300, "BARON_NASHOR", 2))
    moment = facts.moments[0].model_copy(update={"before": 0.48, "after": 0.56, "change": 0.08})
    (turn,) = turns_of(course(facts.model_copy(update={"moments": (moment,)}), *blue), ME)
    assert turn.for_good == is_for_good


@pytest.mark.parametrize(
    ("blue", "before", "after", "time_s", "is_for_good"),
    [
        (True, 0.48, 0.56, 1300, True),
        (True, 0.48, 0.549, 1300, False),
        (True, 0.499, 0.545, 1300, False),
        (True, 0.51, 0.6, 1300, False),
        (True, 0.48, 0.56, 299, False),
        (False, 0.52, 0.44, 1300, True),
        (False, 0.52, 0.451, 1300, False),
    ],
    ids=["blue's", "to about even", "a little", "blue was ahead", "too early", "red's", "red's to about even"],
)
def test_a_turn_for_good_is_great_enough_and_late_enough(
    *, blue: bool, before: float, after: float, time_s: float, is_for_good: bool
) -> None:
    facts = analysed_facts(Story(minutes=30).monster(time_s, "BARON_NASHOR", 2))
    moment = facts.moments[0].model_copy(update={"before": before, "after": after, "change": after - before})
    points = tuple(
        facts.win_probability[0].model_copy(update={"minute": minute, "blue": chance})
        for minute, chance in ((time_s / 60 - 1, before), (time_s / 60 + 1, after), (30.0, float(blue)))
    )
    changed = {"moments": (moment,), "win_probability": points, "winner": 100 if blue else 200}
    (turn,) = turns_of(facts.model_copy(update=changed), ME)
    assert turn.for_good == is_for_good


def test_a_turn_that_came_out_where_it_began_turned_nothing_for_good() -> None:
    """Though the loser had the better half in the middle of it."""
    facts = analysed_facts(Story(minutes=30).monster(1310, "BARON_NASHOR", 7).monster(1325, "DRAGON", 2))
    lost, won = (
        facts.moments[0].model_copy(update={"time_s": time_s, "before": before, "after": after})
        for time_s, before, after in ((1310.0, 0.53, 0.49), (1325.0, 0.49, 0.56))
    )
    (turn,) = turns_of(course(facts.model_copy(update={"moments": (lost, won)}), 0.6, 0.6, 0.49, 0.6, 1.0), ME)
    assert (turn.before, turn.after, turn.for_good) == (0.53, 0.56, False)


def test_a_single_kill_turns_nothing_for_good() -> None:
    facts = analysed_facts(Story(minutes=30).kill(1300, 3, 8).monster(1310, "DRAGON", 2))
    dragon = next(moment for moment in facts.moments if moment.kind is MomentKind.OBJECTIVE)
    kill = dragon.model_copy(update={"kind": MomentKind.KILL, "objective": None, "index": 0, "time_s": 1300.0})
    kill = kill.model_copy(update={"before": 0.45, "after": 0.56, "change": 0.11})
    alone = course(facts.model_copy(update={"moments": (kill,)}), 0.4, 0.45, 0.6, 1.0)
    assert [turn.for_good for turn in turns_of(alone, ME)] == [False]
    taken = dragon.model_copy(update={"before": 0.56, "after": 0.6, "change": 0.04})
    together = alone.model_copy(update={"moments": (kill, taken)})
    assert [turn.for_good for turn in turns_of(together, ME)] == [True]


def test_nothing_turns_for_good_what_nobody_won() -> None:
    facts = analysed_facts(Story(minutes=30).monster(1300, "BARON_NASHOR", 2))
    moment = facts.moments[0].model_copy(update={"before": 0.48, "after": 0.55})
    undecided = course(facts.model_copy(update={"moments": (moment,)}), 0.4, 0.6).model_copy(update={"winner": None})
    assert [turn.for_good for turn in turns_of(undecided, ME)] == [False]


def test_the_turn_for_good_is_told_before_greater_ones() -> None:
    facts = analysed_facts(Story(minutes=30).monster(1380, "BARON_NASHOR", 2))
    baron = facts.moments[0]
    moments = [
        baron.model_copy(update={"time_s": 60.0 * minute, "before": before, "after": after})
        for minute, before, after in ((20, 0.1, 0.3), (21, 0.3, 0.1), (22, 0.1, 0.4), (25, 0.6, 0.9))
    ]
    moments.insert(3, baron.model_copy(update={"time_s": 1380.0, "before": 0.49, "after": 0.56}))
    told = turns_of(course(facts.model_copy(update={"moments": tuple(moments)}), 0.1, 0.1, 0.4, 0.51, 0.6, 0.9, 1), ME)
    assert [turn.time_s for turn in told if turn.for_good] == [1380]
    assert len(told) == 3
