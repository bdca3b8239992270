"""Reading from a match-v5 timeline document what a `Timeline` leaves out."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeVar

from src.core.domain.document_reader import Node
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
from src.core.domain.timeline_frames import read_frames
from src.core.errors import MalformedDocument

_KILL, _MONSTER, _BUILDING, _PLATE = _PLACED = (
    "CHAMPION_KILL", "ELITE_MONSTER_KILL", "BUILDING_KILL", "TURRET_PLATE_DESTROYED",
)  # fmt: skip
_WARD_PLACED, _WARD_KILLED, _SKILL, _LEVEL = _COUNTED = ("WARD_PLACED", "WARD_KILL", "SKILL_LEVEL_UP", "LEVEL_UP")
_ITEM: Final = "ITEM"
_GROUPS: Final = {kind: kind for kind in (*_PLACED, *_COUNTED)} | {str(change): _ITEM for change in ItemChange}
_SLOTS: Final = range(1, 5)
_NO_WARD: Final = "UNDEFINED"

_Event = TypeVar("_Event")


def read_detail(document: Mapping[str, Any]) -> TimelineDetail:
    """What a document of `GET /lol/match/v5/matches/{matchId}/timeline` tells beside `read_timeline`.

    Frames, monsters and buildings are those of `read_timeline`; unknown event types and fields are skipped. So are
    positions and events that cannot be read, which are counted: a field that Riot renames takes the facts that rest on
    it, and no others.

    Raises:
        MalformedDocument: the frames cannot be read; names the path.
    """
    frames = list(Node(document, "timeline").child("info").children("frames"))
    _, rows = read_frames(frames)
    events, count = _events(frames)
    reading = _Reading()
    return TimelineDetail(
        positions={who: reading.each([row[who] for row in rows], _spot) for who in (rows[0] if rows else ())},
        placed=_in_time(reading.each([event for kind in _PLACED for event in events[kind]], _placed)),
        monster_spots=reading.each(events[_MONSTER], _spot),
        building_spots=reading.each(events[_BUILDING], _spot),
        wards_placed=_in_time(reading.each(events[_WARD_PLACED], _ward_placed)),
        wards_killed=_in_time(reading.each(events[_WARD_KILLED], _ward_killed)),
        items=_in_time(reading.each(events[_ITEM], _item)),
        skills=_in_time(reading.each(events[_SKILL], _skill)),
        levels=_in_time(reading.each(events[_LEVEL], _level)),
        plates=_in_time(reading.each(events[_PLATE], _plate)),
        event_count=count,
        unreadable_count=reading.unreadable,
    )


class _Reading:
    """Reads one by one, and counts what cannot be read."""

    def __init__(self) -> None:
        self.unreadable = 0

    def each(self, nodes: Iterable[Node], read: Callable[[Node], _Event | None]) -> tuple[_Event | None, ...]:
        """What came of each node; None where there was nothing, or nothing that can be read."""
        return tuple([self._one(node, read) for node in nodes])

    def _one(self, node: Node, read: Callable[[Node], _Event | None]) -> _Event | None:
        try:
            return read(node)
        except MalformedDocument:
            self.unreadable += 1
            return None


def _events(frames: Iterable[Node]) -> tuple[dict[str, list[Node]], int]:
    """The events of the types that are used, by type (those of items together), and how many there are of all types."""
    events: dict[str, list[Node]] = {group: [] for group in _GROUPS.values()}
    count = 0
    for frame in frames:
        if "events" in frame:
            for kind, event in frame.children_with("events", "type", _GROUPS):
                events[_GROUPS[kind]].append(event)
            count += len(frame.value["events"])
    return events, count


def _in_time(events: Iterable[_Event | None]) -> tuple[_Event, ...]:
    """Those that there are, in order of time; what happened at once stays in the order given."""
    return tuple(sorted((event for event in events if event is not None), key=attrgetter("time_s")))


def _time_s(event: Node) -> float:
    return event.number("timestamp") / 1000


def _spot(node: Node) -> Spot | None:
    if "position" not in node:
        return None
    position = node.child("position")
    return Spot(position.integer("x"), position.integer("y"))


def _placed(event: Node) -> PlacedEvent | None:
    spot = _spot(event)
    who = (event.integer("killerId", 0), event.integer("victimId", 0))
    known = tuple(participant for participant in who if participant > 0)
    return PlacedEvent(_time_s(event), known, spot) if spot and known else None


def _ward_placed(event: Node) -> WardEvent:
    return _ward(event, "creatorId")


def _ward_killed(event: Node) -> WardEvent:
    return _ward(event, "killerId")


def _ward(event: Node, whose: str) -> WardEvent:
    return WardEvent(_time_s(event), event.integer(whose, 0), event.text("wardType", _NO_WARD))


def _item(event: Node) -> ItemEvent:
    change = ItemChange(event.text("type"))
    time_s, participant = _time_s(event), event.integer("participantId", 0)
    if change is not ItemChange.UNDONE:
        return ItemEvent(time_s, participant, change, event.integer("itemId"))
    bought = event.integer("beforeId", 0)
    if not bought and event.integer("goldGain", -1) == 0:  # so Riot writes that a trinket was not bought after all
        bought = event.integer("afterId", 0)
    return ItemEvent(time_s, participant, change, bought)


def _skill(event: Node) -> SkillPoint | None:
    """Evolving a skill (Kha'Zix, Kai'Sa, Viktor) takes no point."""
    slot = event.integer("skillSlot")
    if slot not in _SLOTS or event.text("levelUpType", "") == "EVOLVE":
        return None
    return SkillPoint(_time_s(event), event.integer("participantId", 0), slot)


def _level(event: Node) -> LevelUp:
    return LevelUp(_time_s(event), event.integer("participantId", 0), event.count("level"))


def _plate(event: Node) -> PlateFall:
    return PlateFall(
        time_s=_time_s(event),
        lane=event.text("laneType", "") or None,
        killer_id=event.integer("killerId", 0),
        lost_by_team_id=event.integer("teamId"),
    )
