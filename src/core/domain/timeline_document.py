"""Reading a match-v5 timeline document."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from src.core.domain.document_reader import Node
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, ParticipantSeries, Timeline
from src.core.errors import MalformedDocument

_NOBODY = 300  # Riot's team of a monster that no team killed
_ID_DIGITS = 4

_Frame = dict[int, Node]


def read_timeline(document: Mapping[str, Any]) -> Timeline:
    """What a document of `GET /lol/match/v5/matches/{matchId}/timeline` tells, as far as Chimera uses it.

    Unknown event types and fields are skipped; so are frames that do not carry every participant.

    Raises:
        MalformedDocument: something essential is missing or unreadable; names its path.
    """
    root = Node(document, "timeline")
    frames = list(root.child("info").children("frames"))
    times, rows = _rows(frames)
    events = list(_events(frames))
    return Timeline(
        match_id=root.child("metadata").text("matchId"),
        frame_times=times,
        series={participant: _series(participant, rows) for participant in (rows[0] if rows else ())},
        kills=tuple(_kill(e) for e in events if e.text("type", "") == "CHAMPION_KILL"),
        monsters=tuple(_monster(e) for e in events if e.text("type", "") == "ELITE_MONSTER_KILL"),
        buildings=tuple(_building(e) for e in events if e.text("type", "") == "BUILDING_KILL"),
    )


def _rows(frames: Iterable[Node]) -> tuple[tuple[float, ...], list[_Frame]]:
    """The frames' times in seconds, strictly rising, and their participants by id."""
    times: list[float] = []
    rows: list[_Frame] = []
    for frame in frames:
        if "participantFrames" not in frame:
            continue
        row = _row(frame.child("participantFrames"))
        if not row or (rows and row.keys() != rows[0].keys()):
            continue
        time_s = frame.number("timestamp") / 1000
        if times and time_s < times[-1]:
            raise MalformedDocument(f"{frame.path}.timestamp goes back in time.")
        if times and time_s == times[-1]:  # the game ended on a full minute: the later frame is the final one
            rows[-1] = row
            continue
        times.append(time_s)
        rows.append(row)
    return tuple(times), rows


def _row(participant_frames: Node) -> _Frame:
    row: _Frame = {}
    for key, node in participant_frames.items():
        if not (key.isascii() and key.isdigit() and len(key) <= _ID_DIGITS):
            raise MalformedDocument(f"{participant_frames.path} has a key that is no participant id.")
        row[int(key)] = node
    return row


def _series(participant: int, rows: list[_Frame]) -> ParticipantSeries:
    mine = [row[participant] for row in rows]
    return ParticipantSeries(
        total_gold=tuple(node.integer("totalGold") for node in mine),
        xp=tuple(node.integer("xp") for node in mine),
        level=tuple(node.integer("level") for node in mine),
        lane_minions=tuple(node.integer("minionsKilled") for node in mine),
        jungle_monsters=tuple(node.integer("jungleMinionsKilled") for node in mine),
    )


def _events(frames: Iterable[Node]) -> Iterator[Node]:
    for frame in frames:
        if "events" in frame:
            yield from frame.children("events")


def _time_s(event: Node) -> float:
    return event.number("timestamp") / 1000


def _kill(event: Node) -> Kill:
    position = event.child("position") if "position" in event else None
    return Kill(
        time_s=_time_s(event),
        killer_id=event.integer("killerId", 0),
        victim_id=event.integer("victimId"),
        assist_ids=event.integers("assistingParticipantIds"),
        x=position.integer("x") if position else None,
        y=position.integer("y") if position else None,
        bounty=event.integer("bounty", 0),
        shutdown_bounty=event.integer("shutdownBounty", 0),
    )


def _monster(event: Node) -> MonsterKill:
    return MonsterKill(
        time_s=_time_s(event),
        monster=event.text("monsterType"),
        subtype=event.text("monsterSubType", "") or None,
        killer_id=event.integer("killerId", 0),
        team_id=event.integer("killerTeamId", _NOBODY),
        assist_ids=event.integers("assistingParticipantIds"),
    )


def _building(event: Node) -> BuildingKill:
    return BuildingKill(
        time_s=_time_s(event),
        building=event.text("buildingType"),
        tower=event.text("towerType", "") or None,
        lane=event.text("laneType", "") or None,
        killer_id=event.integer("killerId", 0),
        lost_by_team_id=event.integer("teamId"),
        assist_ids=event.integers("assistingParticipantIds"),
    )
