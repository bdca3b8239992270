"""Reading a match-v5 timeline document."""

from collections.abc import Iterable, Mapping
from typing import Any

from src.core.domain.document_reader import COUNT, Node
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, ParticipantSeries, Timeline
from src.core.domain.timeline_frames import Frame, read_frames

_NOBODY = 300  # Riot's team of a monster that no team killed
_KILL, _MONSTER, _BUILDING = _USED = ("CHAMPION_KILL", "ELITE_MONSTER_KILL", "BUILDING_KILL")


def read_timeline(document: Mapping[str, Any]) -> Timeline:
    """What a document of `GET /lol/match/v5/matches/{matchId}/timeline` tells, as far as Chimera uses it.

    Unknown event types and fields are skipped; so are frames that do not carry every participant.

    Raises:
        MalformedDocument: something essential is missing or unreadable; names its path.
    """
    root = Node(document, "timeline")
    frames = list(root.child("info").children("frames"))
    times, rows = read_frames(frames)
    events = _events(frames)
    return Timeline(
        match_id=root.child("metadata").text("matchId"),
        frame_times=times,
        series={participant: _series(participant, rows) for participant in (rows[0] if rows else ())},
        kills=tuple(map(_kill, events[_KILL])),
        monsters=tuple(map(_monster, events[_MONSTER])),
        buildings=tuple(map(_building, events[_BUILDING])),
    )


def _series(participant: int, rows: list[Frame]) -> ParticipantSeries:
    mine = [row[participant] for row in rows]
    return ParticipantSeries(
        total_gold=Node.column(mine, "totalGold"),
        xp=Node.column(mine, "xp"),
        level=Node.column(mine, "level", most=COUNT),
        lane_minions=Node.column(mine, "minionsKilled", most=COUNT),
        jungle_monsters=Node.column(mine, "jungleMinionsKilled", most=COUNT),
    )


def _events(frames: Iterable[Node]) -> dict[str, list[Node]]:
    """The events of the types that are used, by type. They are one in ten."""
    events: dict[str, list[Node]] = {kind: [] for kind in _USED}
    for frame in frames:
        if "events" in frame:
            for kind, event in frame.children_with("events", "type", _USED):
                events[kind].append(event)
    return events


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
