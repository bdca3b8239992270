from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, Timeline
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument
from tests.unit.core.domain.documents import MATCH_ID, Document, Story
from tests.unit.core.domain.spoiling import spoilt


def test_frames_become_series() -> None:
    timeline = read_timeline(Story(minutes=4).gain(2, 3, gold=50, minions=2).timeline())
    assert timeline.match_id == MATCH_ID
    assert list(timeline.frame_times) == [0, 60, 120, 180, 240]
    assert sorted(timeline.series) == list(range(1, 11))
    assert timeline.series[2].total_gold == (500, 800, 1100, 1450, 1750)
    assert timeline.series[2].xp == (0, 400, 800, 1200, 1600)
    assert timeline.series[2].level == (1, 1, 2, 2, 3)
    assert timeline.series[2].cs(3) == 20


def test_events_are_read_in_seconds() -> None:
    story = Story(minutes=3).kill(61.5, killer=1, victim=6, assists=(2, 3))
    story.monster(100, "DRAGON", killer=7, assists=(8,), subtype="FIRE_DRAGON").building(120, lost_by=100)
    timeline = read_timeline(story.timeline())
    assert timeline.kills == (
        Kill(
            time_s=61.5, killer_id=1, victim_id=6, assist_ids=(2, 3), x=7000, y=7000, bounty=300, shutdown_bounty=0
        ),
    )  # fmt: skip
    assert timeline.monsters == (
        MonsterKill(
            time_s=100, monster="DRAGON", subtype="FIRE_DRAGON", killer_id=7, team_id=200, assist_ids=(8,)
        ),
    )  # fmt: skip
    assert timeline.buildings == (
        BuildingKill(
            time_s=120,
            building="TOWER_BUILDING",
            tower="OUTER_TURRET",
            lane="MID_LANE",
            killer_id=0,
            lost_by_team_id=100,
        ),
    )  # fmt: skip


def test_an_execution_has_killer_zero_and_no_assists() -> None:
    document = Story(minutes=1).kill(30, killer=0, victim=4).timeline()
    del document["info"]["frames"][1]["events"][0]["killerId"]
    kill = read_timeline(document).kills[0]
    assert (kill.killer_id, kill.assist_ids) == (0, ())


def test_a_monster_of_nobody_is_team_300() -> None:
    assert read_timeline(Story(minutes=1).monster(30, "HORDE", killer=0).timeline()).monsters[0].team_id == 300


def test_unknown_events_are_skipped() -> None:
    document = Story(minutes=1).timeline()
    document["info"]["frames"][1]["events"] = [{"type": "FEAT_UPDATE"}, {"type": None}, {}]
    timeline = read_timeline(document)
    assert (timeline.kills, timeline.monsters, timeline.buildings) == ((), (), ())


def test_control_characters_do_not_hide_an_event() -> None:
    document = Story(minutes=1).kill(30, killer=1, victim=6).timeline()
    document["info"]["frames"][1]["events"][0]["type"] = "CHAMPION\x00_KILL\x7f"
    assert len(read_timeline(document).kills) == 1


def test_whole_numbers_may_be_written_with_a_point() -> None:
    document = Story(minutes=2).gain(2, 2, gold=50).timeline()
    frame = document["info"]["frames"][2]["participantFrames"]["2"]
    expected = read_timeline(document)
    frame["totalGold"] = float(frame["totalGold"])
    timeline = read_timeline(document)
    assert timeline == expected
    assert [type(gold) for gold in timeline.series[2].total_gold] == [int] * 3


@pytest.mark.parametrize(
    "value", [True, "500", 12.5, 10**9 + 1, -(10**9) - 1, 1e10, 2**53 + 1, float("nan"), float("inf"), [], {}]
)
def test_what_is_no_whole_number_is_named_by_its_path(value: object) -> None:
    document = Story(minutes=2).timeline()
    document["info"]["frames"][1]["participantFrames"]["3"]["xp"] = value
    with pytest.raises(MalformedDocument) as raised:
        read_timeline(document)
    assert str(raised.value) == "timeline.info.frames[1].participantFrames.3.xp is unreadable."


@pytest.mark.parametrize("key", ["level", "minionsKilled", "jungleMinionsKilled"])
def test_nothing_is_counted_beyond_thirty_thousand(key: str) -> None:
    document = Story(minutes=2).timeline()
    frame = document["info"]["frames"][1]["participantFrames"]["3"]
    frame[key] = 30_000
    assert read_timeline(document).frame_times != ()
    frame[key] = 30_001
    with pytest.raises(MalformedDocument, match=rf"frames\[1\].participantFrames.3.{key} is unreadable"):
        read_timeline(document)


@pytest.mark.parametrize("assists", [[10**9 + 1], [2, -(10**9) - 1], [2.5], [True], 2])
def test_what_is_no_list_of_whole_numbers_is_named_by_its_path(assists: object) -> None:
    document = Story(minutes=1).kill(30, killer=1, victim=6).timeline()
    document["info"]["frames"][1]["events"][0]["assistingParticipantIds"] = assists
    with pytest.raises(MalformedDocument, match=r"events\[0\].assistingParticipantIds is not a list of whole numbers"):
        read_timeline(document)


@pytest.mark.parametrize("value", [None, 7, "CHAMPION_KILL", []])
def test_an_event_or_participant_that_is_no_object_is_named_by_its_path(value: object) -> None:
    spoilt_event, spoilt_participant = Story(minutes=2).timeline(), Story(minutes=2).timeline()
    spoilt_event["info"]["frames"][1]["events"] = [{"type": "FEAT_UPDATE"}, value]
    spoilt_participant["info"]["frames"][2]["participantFrames"]["4"] = value
    with pytest.raises(MalformedDocument) as raised:
        read_timeline(spoilt_event)
    assert str(raised.value) == "timeline.info.frames[1].events[1] is not a JSON object."
    with pytest.raises(MalformedDocument) as raised:
        read_timeline(spoilt_participant)
    assert str(raised.value) == "timeline.info.frames[2].participantFrames.4 is not a JSON object."


def test_a_frame_without_every_participant_is_skipped_but_its_events_are_not() -> None:
    document = Story(minutes=3).kill(100, killer=1, victim=6).timeline()
    document["info"]["frames"][2]["participantFrames"] = None
    del document["info"]["frames"][3]["participantFrames"]["7"]
    timeline = read_timeline(document)
    assert list(timeline.frame_times) == [0, 60]
    assert len(timeline.kills) == 1


def test_a_last_frame_at_the_same_instant_replaces_the_one_before() -> None:
    document = Story(minutes=3).timeline()
    document["info"]["frames"][3]["timestamp"] = 120_000
    timeline = read_timeline(document)
    assert list(timeline.frame_times) == [0, 60, 120]
    assert timeline.series[1].total_gold[-1] == 1400


def test_a_timeline_without_frames_is_empty() -> None:
    timeline = read_timeline({"metadata": {"matchId": MATCH_ID}, "info": {"frames": []}})
    assert not timeline.frame_times
    assert not timeline.series


def _without(document: Document, *path: Any) -> Document:
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return document


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (_without(Story(minutes=2).timeline(), "info"), "timeline.info is missing."),
        (_without(Story(minutes=2).timeline(), "info", "frames"), "timeline.info.frames is missing."),
        (_without(Story(minutes=2).timeline(), "metadata", "matchId"), "timeline.metadata.matchId is missing."),
        (
            _without(Story(minutes=2).timeline(), "info", "frames", 1, "timestamp"),
            "timeline.info.frames[1].timestamp is missing.",
        ),
        (
            _without(Story(minutes=2).timeline(), "info", "frames", 1, "participantFrames", "3", "totalGold"),
            "timeline.info.frames[1].participantFrames.3.totalGold is missing.",
        ),
        (
            _without(Story(minutes=2).kill(70, 1, 6).timeline(), "info", "frames", 2, "events", 0, "victimId"),
            "timeline.info.frames[2].events[0].victimId is missing.",
        ),
    ],
)
def test_a_missing_essential_is_named_by_its_path(document: Document, complaint: str) -> None:
    with pytest.raises(MalformedDocument) as raised:
        read_timeline(document)
    assert str(raised.value) == complaint


def test_frames_that_go_back_in_time_are_refused() -> None:
    document = Story(minutes=2).timeline()
    document["info"]["frames"][2]["timestamp"] = 59_000
    with pytest.raises(MalformedDocument, match="goes back in time"):
        read_timeline(document)


@pytest.mark.parametrize("key", ["one", "", "-1", "٣", "1" * 5000])
def test_a_participant_key_that_is_no_id_is_refused(key: str) -> None:
    document = Story(minutes=1).timeline()
    frame = document["info"]["frames"][0]["participantFrames"]
    frame[key] = frame.pop("1")
    with pytest.raises(MalformedDocument, match="participant id"):
        read_timeline(document)


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_spoilt_document_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    story = Story(minutes=2).kill(70, 1, 6, (2,)).monster(80, "DRAGON", 1).building(90, 200)
    document = spoilt(story.timeline(), data)
    with suppress(MalformedDocument):
        timeline = read_timeline(document)
        assert isinstance(timeline, Timeline)
        assert all(len(series.total_gold) == len(timeline.frame_times) for series in timeline.series.values())
