import pytest

from src.core.domain.analysis import LaneMark, MatchAnalysis, ObservationKind
from src.core.domain.match import GameKind, Outcome
from src.core.errors import NotAParticipant
from tests.analysing import analysed
from tests.unit.core.domain.documents import MATCH_ID, Document, Story, arena, change_people, puuid

LANE_KINDS = {ObservationKind.LANE_LEAD, ObservationKind.CS_PACE, ObservationKind.CS_TOTAL}


def told(story: Story, participant_id: int = 3, match: Document | None = None) -> MatchAnalysis:
    """The analysis of a story for one participant, by default the mid laner of team 100."""
    return analysed(match or story.match(), story.timeline(), puuid(participant_id))


def test_the_facts_of_the_game_are_the_documents() -> None:
    story = Story(minutes=30).kill(100, killer=3, victim=8).kill(200, killer=8, victim=3).gain(3, 5, minions=15)
    analysis = told(story)
    assert (analysis.champion, analysis.position, analysis.player_name) == ("Ahri", "MIDDLE", "Player 3#EUW")
    assert (analysis.kills, analysis.deaths, analysis.assists) == (1, 1, 0)
    assert analysis.outcome is Outcome.WIN
    assert analysis.cs == 195
    assert analysis.cs_per_minute == pytest.approx(6.5)
    assert analysis.opponent_champion == "Zed"
    assert analysis.started_at_ms == 1_740_000_060_500
    assert analysis.has_timeline


def test_lane_marks_are_the_differences_at_their_minutes() -> None:
    story = Story(minutes=20).gain(3, 8, gold=400, xp=300, minions=7).gain(8, 12, gold=1000, xp=50, minions=30)
    assert told(story).marks == (
        LaneMark(minute=10, gold_diff=400, xp_diff=300, cs_diff=7),
        LaneMark(minute=15, gold_diff=-600, xp_diff=250, cs_diff=-23),
    )


@pytest.mark.parametrize(("minutes", "marks"), [(9, []), (10, [10]), (14, [10]), (15, [10, 15])])
def test_a_mark_needs_the_game_to_reach_it(minutes: int, marks: list[int]) -> None:
    assert [mark.minute for mark in told(Story(minutes=minutes)).marks] == marks


def test_gold_points_are_the_teams_and_the_lanes_difference() -> None:
    analysis = told(Story(minutes=3).gain(3, 1, gold=100).gain(10, 2, gold=250))
    assert [(p.time_s, p.team, p.lane) for p in analysis.gold] == [
        (0, 0, 0), (60, 100, 100), (120, -150, 100), (180, -150, 100)
    ]  # fmt: skip


def test_a_last_frame_that_comes_after_the_end_is_at_the_end() -> None:
    """An answer has one clock."""
    story = Story(minutes=3)
    timeline = story.timeline()
    timeline["info"]["frames"][-1]["timestamp"] += 1200
    assert [point.time_s for point in analysed(story.match(), timeline, puuid(3)).gold] == [0, 60, 120, 180]


def test_both_teams_kills_are_told_apart_and_an_execution_is_nobodys() -> None:
    story = Story().kill(100, 3, 8).kill(200, 8, 3).kill(300, 0, 4)
    assert [(kill.time_s, kill.is_own) for kill in told(story).all_kills] == [(100, True), (200, False)]
    assert [kill.is_own for kill in told(story, 8).all_kills] == [False, True]
    assert told(story, match=arena(story.match())).all_kills == ()


def test_a_timeline_that_stops_early_is_known_to() -> None:
    story = Story(minutes=20)
    timeline = story.timeline()
    timeline["info"]["frames"] = timeline["info"]["frames"][:11]
    assert analysed(story.match(), timeline, puuid(3)).timeline_stops_s == 600
    assert analysed(story.match(), story.timeline(), puuid(3)).timeline_stops_s is None
    assert analysed(story.match(), None, puuid(3)).timeline_stops_s is None


def test_a_stranger_is_not_a_participant() -> None:
    with pytest.raises(NotAParticipant):
        told(Story(), participant_id=11)


def test_a_bot_is_nobody_to_ask_for() -> None:
    match = change_people(Story().match(), puuid="BOT")
    with pytest.raises(NotAParticipant):
        analysed(match, None, "BOT")


def test_a_remake_is_not_judged() -> None:
    story = Story(minutes=3).kill(100, killer=8, victim=3)
    analysis = told(story, match=change_people(story.match(), gameEndedInEarlySurrender=True))
    assert analysis.outcome is Outcome.REMAKE
    assert analysis.observations == ()
    assert analysis.suggestion is None


def test_an_aborted_game_says_nothing_about_its_winner() -> None:
    story = Story(minutes=25).gain(1, 5, gold=4000).gain(6, 12, gold=9000)
    analysis = told(story, match=story.match(endOfGameResult="Abort_Unexpected"))
    assert analysis.outcome is Outcome.ABORTED
    assert ObservationKind.TEAM_LEAD not in {seen.kind for seen in analysis.observations}


def test_without_a_timeline_only_the_end_of_the_game_is_told() -> None:
    story = Story(minutes=25).kill(100, killer=3, victim=8).gain(8, 10, minions=40)
    analysis = analysed(story.match(), None, puuid(3))
    assert not analysis.has_timeline
    assert (analysis.marks, analysis.gold) == ((), ())
    assert [seen.kind for seen in analysis.observations] == [ObservationKind.CS_TOTAL]
    assert analysis.suggestion == analysis.observations[0]


def test_only_a_timeline_that_is_missing_may_come() -> None:
    match, timeline = Story().match(), Story().timeline()
    assert analysed(match, None, puuid(3), timeline_may_come=True).timeline_may_come
    assert not analysed(match, timeline, puuid(3), timeline_may_come=True).timeline_may_come
    assert not analysed(match, None, puuid(3)).timeline_may_come


def test_a_timeline_without_frames_counts_as_none() -> None:
    empty = {"metadata": {"matchId": MATCH_ID}, "info": {"frames": []}}
    assert not analysed(Story().match(), empty, puuid(3)).has_timeline


@pytest.mark.parametrize(
    ("mode", "game_map"), [("ARAM", 12), ("URF", 11), ("STRAWBERRY", 33), ("SOMETHING_NEW", 77), ("CHERRY", 30)]
)
def test_no_lane_talk_where_there_are_no_lanes(mode: str, game_map: int) -> None:
    story = Story(minutes=25).gain(3, 5, gold=3000, minions=90).kill(400, 3, 8)
    match = change_people(arena(story.match()), teamPosition="")
    match["info"] |= {"gameMode": mode, "mapId": game_map}
    analysis = told(story, match=match)
    assert analysis.opponent_champion is None
    assert analysis.marks == ()
    assert all(point.lane is None for point in analysis.gold)
    assert not LANE_KINDS & {seen.kind for seen in analysis.observations}
    assert analysis.observations


def test_arena_knows_placement_and_partner() -> None:
    story = Story(minutes=15).kill(100, 3, 8, assists=(4,)).kill(160, 4, 9, assists=(3,))
    analysis = told(story, match=arena(story.match()))
    assert analysis.kind is GameKind.ARENA
    assert (analysis.placement, analysis.team_count, analysis.partners) == (2, 5, ("Jinx",))
    assert analysis.gold == ()
    assert {seen.kind for seen in analysis.observations} == {
        ObservationKind.KILL_STREAK, ObservationKind.NO_DEATH, ObservationKind.GOLD_PEAK
    }  # fmt: skip


def test_an_arena_player_without_a_subteam_stands_alone() -> None:
    story = Story(minutes=15)
    match = change_people(story.match(gameMode="CHERRY", mapId=30), playerSubteamId=0, placement=0)
    analysis = told(story, match=match)
    assert (analysis.placement, analysis.team_count, analysis.partners) == (None, None, ())


def test_a_game_without_length_has_no_pace() -> None:
    assert analysed(Story().match(gameDuration=0), None, puuid(3)).cs_per_minute == 0.0


def test_two_enemies_in_one_position_are_no_lane_opponent() -> None:
    story = Story()
    match = change_people(story.match(), teamPosition=lambda number: "MIDDLE" if number in {3, 8, 9} else "TOP")
    analysis = told(story, match=match)
    assert analysis.opponent_champion is None
    assert analysis.marks == ()


def test_the_lane_marks_of_a_game_are_those_of_its_facts() -> None:
    analysis = told(Story(minutes=20).gain(3, 8, gold=400))
    assert [mark.gold_diff for mark in analysis.marks] == [
        analysis.mine.minutes[minute].gold_diff for minute in ("10", "15")
    ]


def told_by_both(story: Story) -> tuple[MatchAnalysis, MatchAnalysis]:
    """The analysis for the mid laners of blue and red."""
    return told(story, 3), told(story, 8)


def test_each_side_has_what_the_other_leaves_of_the_win_chance() -> None:
    blue, red = told_by_both(Story(minutes=25).gain(3, 8, gold=3000).monster(1300, "BARON_NASHOR", 2))
    assert len(blue.win) == 26
    for mine, theirs in zip(blue.win, red.win, strict=True):
        assert mine.own + theirs.own == pytest.approx(1)
        assert mine.low + theirs.high == pytest.approx(1)
        assert theirs.low <= theirs.own <= theirs.high
    assert (blue.win[-1].own, red.win[-1].own) == (1, 0)


def test_no_win_chance_where_there_is_no_model() -> None:
    story = Story(minutes=25).kill(100, 3, 8)
    assert told(story, match=arena(story.match())).win == ()
    assert told(story, match=story.match(gameMode="URF")).win == ()
