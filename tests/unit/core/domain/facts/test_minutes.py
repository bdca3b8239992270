from typing import Any

from src.core.domain.facts.minutes import minute_marks
from src.core.domain.facts.model import MINUTES, MinuteMark
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Document, Story, change_people
from tests.unit.core.domain.real_games import real_games

KEYS = ["5", "10", "14", "15", "20", "25", "30"]


def marks(story: Story, match: Document | None = None, timeline: Document | None = None) -> Any:
    return minute_marks(read_match(match or story.match()), read_timeline(timeline or story.timeline()))


def test_a_mark_is_the_frame_of_its_minute() -> None:
    story = Story(minutes=20).gain(3, 8, gold=700, minions=12, xp=250).gain(8, 9, minions=-3)
    timeline = story.timeline()
    timeline["info"]["frames"][10]["participantFrames"]["3"]["jungleMinionsKilled"] = 4
    found = marks(story, timeline=timeline)
    assert found[3]["5"] == MinuteMark(
        frame_s=300, gold=2000, xp=2000, cs=30, jungle_cs=0, level=3, gold_diff=0, xp_diff=0, cs_diff=0
    )  # fmt: skip
    assert found[3]["10"] == MinuteMark(
        frame_s=600, gold=4200, xp=4250, cs=76, jungle_cs=4, level=6, gold_diff=700, xp_diff=250, cs_diff=19
    )  # fmt: skip
    assert found[8]["10"].cs_diff == -19


def test_the_game_may_end_at_a_mark_but_not_before_it() -> None:
    found = marks(Story(minutes=15))
    assert found[1]["15"].gold == 5000
    assert found[1]["20"] == found[1]["25"] == found[1]["30"] == MinuteMark()


def test_a_timeline_that_stops_before_a_mark_does_not_tell_of_it() -> None:
    timeline = Story(minutes=20).timeline()
    del timeline["info"]["frames"][14:]
    found = marks(Story(minutes=20), timeline=timeline)
    assert found[1]["10"].gold == 3500
    assert found[1]["14"] == found[1]["15"] == found[1]["20"] == MinuteMark()


def test_where_frames_are_missing_a_mark_tells_how_old_its_numbers_are() -> None:
    timeline = Story(minutes=20).timeline()
    del timeline["info"]["frames"][6:20]
    assert {mark.frame_s for mark in (marks(Story(minutes=20), timeline=timeline)[1][m] for m in ("10", "15"))} == {300}


def test_without_a_frame_in_the_mark_s_two_seconds_the_last_one_before_counts() -> None:
    timeline = Story(minutes=6).timeline()
    timeline["info"]["frames"][5]["timestamp"] = 302_001
    late = marks(Story(minutes=6), timeline=timeline)[1]["5"]
    assert (late.frame_s, late.gold) == (240, 500 + 4 * 300)
    timeline["info"]["frames"][5]["timestamp"] = 302_000
    due = marks(Story(minutes=6), timeline=timeline)[1]["5"]
    assert (due.frame_s, due.gold) == (302, 500 + 5 * 300)


def test_without_a_timeline_everybody_has_seven_unknown_marks() -> None:
    found = minute_marks(read_match(Story().match()), None)
    assert list(found) == list(range(1, 11))
    assert all(list(mine) == KEYS and set(mine.values()) == {MinuteMark()} for mine in found.values())


def test_who_is_not_in_the_timeline_is_unknown_and_nobody_s_measure() -> None:
    timeline = Story(minutes=10).timeline()
    for frame in timeline["info"]["frames"]:
        del frame["participantFrames"]["8"]
    found = marks(Story(minutes=10), timeline=timeline)
    assert found[8]["10"] == MinuteMark()
    assert (found[3]["10"].gold, found[3]["10"].gold_diff) == (3500, None)


def test_without_lanes_there_are_no_differences() -> None:
    found = marks(Story(minutes=10), match=change_people(Story(minutes=10).match(), teamPosition=""))
    assert (found[3]["10"].gold, found[3]["10"].xp_diff) == (3500, None)


@needs_real_documents
def test_in_real_games_lanes_mirror_each_other_and_marks_end_with_the_game() -> None:
    for game in real_games():
        found = minute_marks(game.match, game.timeline)
        for participant in game.match.participants:
            mine = found[participant.participant_id]
            assert list(mine) == KEYS
            reached = [minute for minute in MINUTES if game.timeline.frame_times[-1] >= 60 * minute]
            assert [mine[str(m)].gold is not None for m in MINUTES] == [m in reached for m in MINUTES]
            assert all((mine[str(m)].gold or 0) <= participant.gold for m in reached)
            opponent = game.match.lane_opponent(participant)
            for minute in reached:
                theirs = found[opponent.participant_id][str(minute)].gold_diff if opponent else None
                assert mine[str(minute)].gold_diff == (None if theirs is None else -theirs)
