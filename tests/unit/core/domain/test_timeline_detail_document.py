from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.timeline_detail import (
    ItemChange,
    ItemEvent,
    LevelUp,
    PlacedEvent,
    PlateFall,
    SkillPoint,
    Spot,
    TimelineDetail,
    WardEvent,
)
from src.core.domain.timeline_detail_document import read_detail
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Document, Story
from tests.unit.core.domain.real_games import real_documents
from tests.unit.core.domain.spoiling import spoilt


def timeline(*events: Document, minutes: int = 2) -> Document:
    """A timeline of nothing but these events, which happen at 70 s unless they say so, in its last frame."""
    document = Story(minutes=minutes).timeline()
    document["info"]["frames"][-1]["events"] = [{"timestamp": 70_000} | event for event in events]
    return document


def placed_at(event: Document, x: int, y: int) -> Document:
    return event | {"position": {"x": x, "y": y}}


KILL = {"type": "CHAMPION_KILL", "killerId": 1, "victimId": 6, "assistingParticipantIds": [2]}
MONSTER = {"type": "ELITE_MONSTER_KILL", "monsterType": "DRAGON", "killerId": 7, "killerTeamId": 200}
BUILDING = {"type": "BUILDING_KILL", "buildingType": "TOWER_BUILDING", "killerId": 4, "teamId": 200}
PLATE = {"type": "TURRET_PLATE_DESTROYED", "killerId": 3, "teamId": 200, "laneType": "MID_LANE"}
WARD = {"type": "WARD_PLACED", "creatorId": 5, "wardType": "CONTROL_WARD"}
CLEARED = {"type": "WARD_KILL", "killerId": 10, "wardType": "CONTROL_WARD"}
PURCHASE = {"type": "ITEM_PURCHASED", "participantId": 3, "itemId": 3157}
UNDO = {"type": "ITEM_UNDO", "participantId": 3, "beforeId": 3157, "afterId": 0, "goldGain": 600}
SKILL = {"type": "SKILL_LEVEL_UP", "participantId": 3, "skillSlot": 4, "levelUpType": "NORMAL"}
LEVEL = {"type": "LEVEL_UP", "participantId": 3, "level": 6}
EVERYTHING = (
    placed_at(KILL, 1, 2), placed_at(MONSTER, 3, 4), placed_at(BUILDING, 5, 6), placed_at(PLATE, 7, 8), WARD, CLEARED,
    PURCHASE, UNDO, SKILL, LEVEL,
)  # fmt: skip


def test_positions_are_those_of_the_frames_or_none() -> None:
    document = Story(minutes=2).timeline()
    frames = document["info"]["frames"]
    frames[0]["participantFrames"]["3"]["position"] = {"x": 554, "y": 581}
    frames[2]["participantFrames"]["3"]["position"] = {"x": 7000.0, "y": 7100}
    detail = read_detail(document)
    assert sorted(detail.positions) == list(range(1, 11))
    assert detail.positions[3] == (Spot(554, 581), None, Spot(7000, 7100))
    assert detail.positions[4] == (None, None, None)


def test_frames_that_a_timeline_skips_or_replaces_have_no_positions() -> None:
    document = Story(minutes=5).timeline()
    frames = document["info"]["frames"]
    for minute, frame in enumerate(frames):
        frame["participantFrames"]["3"]["position"] = {"x": minute, "y": 0}
    frames[1]["participantFrames"] = None
    del frames[2]["participantFrames"]["7"]
    frames[5]["timestamp"] = frames[4]["timestamp"]
    assert read_timeline(document).frame_times == (0, 180, 240)
    assert read_detail(document).positions[3] == (Spot(0, 0), Spot(3, 0), Spot(5, 0))


def test_an_event_with_a_position_places_whom_it_credits_but_no_helper() -> None:
    detail = read_detail(timeline(*EVERYTHING))
    assert detail.placed == (
        PlacedEvent(70, (1, 6), Spot(1, 2)),
        PlacedEvent(70, (7,), Spot(3, 4)),
        PlacedEvent(70, (4,), Spot(5, 6)),
        PlacedEvent(70, (3,), Spot(7, 8)),
    )


def test_an_execution_places_its_victim_and_what_minions_take_places_nobody() -> None:
    document = timeline(placed_at(KILL | {"killerId": 0}, 1, 2), placed_at(BUILDING | {"killerId": 0}, 5, 6))
    assert read_detail(document).placed == (PlacedEvent(70, (6,), Spot(1, 2)),)


def test_monsters_and_buildings_have_their_spots_in_the_order_of_the_timeline() -> None:
    document = timeline(
        MONSTER, placed_at(MONSTER | {"monsterType": "HORDE"}, 3, 4), BUILDING, placed_at(BUILDING, 5, 6),
    )  # fmt: skip
    read, detail = read_timeline(document), read_detail(document)
    assert [monster.monster for monster in read.monsters] == ["DRAGON", "HORDE"]
    assert detail.monster_spots == (None, Spot(3, 4))
    assert detail.building_spots == (None, Spot(5, 6))


def test_wards_are_whose_they_are_of_any_type() -> None:
    undefined = {"type": "WARD_PLACED", "creatorId": 0, "wardType": "UNDEFINED"}
    detail = read_detail(timeline(WARD, undefined, {"type": "WARD_PLACED"}, CLEARED))
    assert detail.wards_placed == (
        WardEvent(70, 5, "CONTROL_WARD"), WardEvent(70, 0, "UNDEFINED"), WardEvent(70, 0, "UNDEFINED"),
    )  # fmt: skip
    assert detail.wards_killed == (WardEvent(70, 10, "CONTROL_WARD"),)


def test_items_change_in_the_order_of_the_document() -> None:
    changes = (
        {"type": "ITEM_DESTROYED", "participantId": 3, "itemId": 1058}, PURCHASE, UNDO,
        {"type": "ITEM_SOLD", "participantId": 3, "itemId": 1056},
    )  # fmt: skip
    assert read_detail(timeline(*changes)).items == (
        ItemEvent(70, 3, ItemChange.DESTROYED, 1058),
        ItemEvent(70, 3, ItemChange.PURCHASED, 3157),
        ItemEvent(70, 3, ItemChange.UNDONE, 3157),
        ItemEvent(70, 3, ItemChange.SOLD, 1056),
    )


def test_a_sale_undone_restores_an_item() -> None:
    undo = UNDO | {"beforeId": 0, "afterId": 1056, "goldGain": -160}
    assert read_detail(timeline(undo)).items == (ItemEvent(70, 3, ItemChange.UNDONE, 0),)


def test_a_free_item_undone_is_a_purchase_undone() -> None:
    """Riot writes an undone trinket as what comes back, for no gold."""
    undo = UNDO | {"beforeId": 0, "afterId": 3364, "goldGain": 0}
    assert read_detail(timeline(undo)).items == (ItemEvent(70, 3, ItemChange.UNDONE, 3364),)


def test_a_skill_evolved_is_no_point_and_there_are_four_slots() -> None:
    document = timeline(
        SKILL, SKILL | {"levelUpType": "EVOLVE", "skillSlot": 1}, SKILL | {"skillSlot": 0}, SKILL | {"skillSlot": 5},
        {"type": "SKILL_LEVEL_UP", "skillSlot": 2},
    )  # fmt: skip
    assert read_detail(document).skills == (SkillPoint(70, 3, 4), SkillPoint(70, 0, 2))


def test_levels_and_plates_are_read() -> None:
    detail = read_detail(timeline(LEVEL, PLATE, PLATE | {"killerId": 0, "laneType": None}))
    assert detail.levels == (LevelUp(70, 3, 6),)
    assert detail.plates == (PlateFall(70, "MID_LANE", 3, 200), PlateFall(70, None, 0, 200))


def test_every_event_is_counted_known_or_not() -> None:
    document = timeline({"type": "FEAT_UPDATE"}, {"type": None}, {}, WARD)
    document["info"]["frames"][0]["events"] = [LEVEL | {"timestamp": 0}]
    document["info"]["frames"][1]["events"] = None
    detail = read_detail(document)
    assert detail.event_count == 5
    assert len(detail.wards_placed) == 1


def test_events_come_in_order_of_time_whatever_the_document_does() -> None:
    later, sooner = LEVEL | {"timestamp": 90_000}, LEVEL | {"timestamp": 80_000, "level": 5}
    assert [up.level for up in read_detail(timeline(later, sooner)).levels] == [5, 6]


def test_a_timeline_without_frames_has_no_detail() -> None:
    detail = read_detail({"info": {"frames": []}})
    assert (detail.positions, detail.items, detail.event_count) == ({}, (), 0)


@pytest.mark.parametrize(
    ("event", "spoil"),
    [
        (WARD, {"timestamp": None}),
        (PURCHASE, {"itemId": None}),
        (PURCHASE, {"itemId": "3157"}),
        (SKILL, {"skillSlot": None}),
        (LEVEL, {"level": 30_001}),
        (PLATE, {"teamId": None}),
        (KILL, {"position": 7}),
        (KILL, {"position": {"x": 1}}),
    ],
)
def test_an_event_that_cannot_be_read_is_left_out_and_counted(event: Document, spoil: Document) -> None:
    """Nothing else goes with it."""
    detail = read_detail(timeline(*EVERYTHING, event | spoil))
    whole = read_detail(timeline(*EVERYTHING))
    assert detail.unreadable_count == 1
    assert whole.unreadable_count == 0
    same = replace(detail, unreadable_count=0, event_count=whole.event_count)
    assert same == whole


def test_every_event_that_cannot_be_read_is_counted() -> None:
    assert read_detail(timeline(LEVEL | {"level": None}, WARD | {"timestamp": None})).unreadable_count == 2


def test_a_position_of_a_frame_that_cannot_be_read_is_left_out_and_counted() -> None:
    document = Story(minutes=2).timeline()
    for frame in document["info"]["frames"]:
        frame["participantFrames"]["3"]["position"] = {"x": 1, "y": 2}
    document["info"]["frames"][1]["participantFrames"]["3"]["position"] = {"x": 1, "y": None}
    detail = read_detail(document)
    assert detail.positions[3] == (Spot(1, 2), None, Spot(1, 2))
    assert detail.unreadable_count == 1


def test_frames_that_cannot_be_read_are_named_by_their_path() -> None:
    document = Story(minutes=2).timeline()
    document["info"]["frames"][1]["timestamp"] = None
    with pytest.raises(MalformedDocument) as raised:
        read_detail(document)
    assert str(raised.value) == "timeline.info.frames[1].timestamp is missing."


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_spoilt_document_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    document = spoilt(timeline(*EVERYTHING), data)
    with suppress(MalformedDocument):
        detail = read_detail(document)
        assert isinstance(detail, TimelineDetail)
        with suppress(MalformedDocument):
            _assert_aligned(document, detail)


def _assert_aligned(document: dict[str, Any], detail: TimelineDetail) -> None:
    read = read_timeline(document)
    assert detail.positions.keys() == read.series.keys()
    assert {len(spots) for spots in detail.positions.values()} <= {len(read.frame_times)}
    assert len(detail.monster_spots) == len(read.monsters)
    assert len(detail.building_spots) == len(read.buildings)


@needs_real_documents
def test_of_real_timelines_no_event_is_lost() -> None:
    for _, document in real_documents():
        detail = read_detail(document)
        _assert_aligned(document, detail)
        events = [event for frame in document["info"]["frames"] for event in frame["events"]]
        of = Counter(event["type"] for event in events)
        evolved = sum(event.get("levelUpType") == "EVOLVE" for event in events)
        assert detail.event_count == len(events)
        assert len(detail.wards_placed) == of["WARD_PLACED"]
        assert len(detail.wards_killed) == of["WARD_KILL"]
        assert len(detail.items) == sum(of[change] for change in ItemChange)
        assert len(detail.skills) == of["SKILL_LEVEL_UP"] - evolved
        assert len(detail.levels) == of["LEVEL_UP"]
        assert len(detail.plates) == of["TURRET_PLATE_DESTROYED"]


@needs_real_documents
def test_everybody_in_a_real_timeline_stands_somewhere_in_every_frame() -> None:
    for _, document in real_documents():
        detail = read_detail(document)
        assert all(spot is not None for spots in detail.positions.values() for spot in spots)
        assert None not in detail.monster_spots
        assert None not in detail.building_spots
        deaths = {(placed.time_s, placed.spot.x, placed.spot.y) for placed in detail.placed}
        assert {(kill.time_s, kill.x, kill.y) for kill in read_timeline(document).kills} <= deaths
