"""The rows that Chimera's tables hold of a pair, straight from the documents.

What a typed reading adds is left out: no checks, no defaults, no old patches. So it works on the documents at hand,
and says nothing about those of tomorrow.
"""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

MATCHES = (
    "match_id", "platform", "queue_id", "map_id", "mode", "patch", "game_version", "started_at", "duration_s", "kind",
    "is_remake", "is_aborted", "document", "body", "timeline_state",
)  # fmt: skip
PARTICIPANTS = (
    "match_id", "participant_id", "puuid", "name", "game_name", "tag_line", "champion", "champion_id", "champion_level",
    "team_id", "position", "outcome", "kills", "deaths", "assists", "lane_minions", "jungle_monsters", "gold",
    "damage_to_champions", "vision_score", "placement", "subteam_id", "started_at",
)  # fmt: skip
TIMELINES = (
    "match_id", "frame_times", "participant_ids", "total_gold", "xp", "level", "lane_minions", "jungle_monsters",
    "kills", "monsters", "buildings", "body",
)  # fmt: skip
_SERIES = ("totalGold", "xp", "level", "minionsKilled", "jungleMinionsKilled")
_LANES = frozenset({"TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY"})
_RIFT, _ARENA = 11, 30


def match_row(document: dict[str, Any], body: bytes) -> tuple[Any, ...]:
    """A row of `matches`."""
    info, people = document["info"], document["info"]["participants"]
    version = info["gameVersion"]
    return (
        document["metadata"]["matchId"],
        info["platformId"].lower(),
        info["queueId"],
        info["mapId"],
        info["gameMode"],
        ".".join(version.split(".", 2)[:2]),
        version,
        _started_at(info),
        float(info["gameDuration"]) / (1 if "gameEndTimestamp" in info else 1000),
        _kind(info),
        all(person.get("gameEndedInEarlySurrender") for person in people),
        info.get("endOfGameResult", "").startswith("Abort"),
        document,
        body,
        "stored",
    )


def participant_rows(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of `participants`."""
    info, match_id, started_at = document["info"], document["metadata"]["matchId"], _started_at(document["info"])
    is_remake = all(person.get("gameEndedInEarlySurrender") for person in info["participants"])
    is_aborted = info.get("endOfGameResult", "").startswith("Abort")
    arena = _kind(info) == "arena"
    rows = []
    for person in info["participants"]:
        game_name, tag_line = person.get("riotIdGameName") or person.get("riotIdName"), person.get("riotIdTagline")
        named = bool(game_name and tag_line)
        rows.append((
            match_id,
            person["participantId"],
            None if person["puuid"] == "BOT" else person["puuid"],
            game_name if named else person["summonerName"] or person["championName"],
            game_name if named else None,
            tag_line if named else None,
            person["championName"],
            person["championId"],
            person["champLevel"],
            person["teamId"],
            person["teamPosition"] if person["teamPosition"] in _LANES else None,
            "remake" if is_remake else "aborted" if is_aborted else "win" if person["win"] else "loss",
            person["kills"],
            person["deaths"],
            person["assists"],
            person["totalMinionsKilled"],
            person["neutralMinionsKilled"],
            person["goldEarned"],
            person["totalDamageDealtToChampions"],
            person["visionScore"],
            (person.get("placement") or None) if arena else None,
            (person.get("playerSubteamId") or None) if arena else None,
            started_at,
        ))  # fmt: skip
    return rows


def timeline_row(document: dict[str, Any], body: bytes) -> tuple[Any, ...]:
    """A row of `timelines`."""
    frames = document["info"]["frames"]
    # The game ended on a full minute: the later frame is the final one.
    kept = [a for a, b in pairwise(frames) if a["timestamp"] < b["timestamp"]] + frames[-1:]
    people = [frame["participantFrames"] for frame in kept]
    ids = sorted(people[0], key=int)
    events: dict[str, list[dict[str, Any]]] = {"CHAMPION_KILL": [], "ELITE_MONSTER_KILL": [], "BUILDING_KILL": []}
    for frame in frames:
        for event in frame["events"]:
            if event["type"] in events:
                events[event["type"]].append(event)
    return (
        document["metadata"]["matchId"],
        [frame["timestamp"] / 1000 for frame in kept],
        [int(key) for key in ids],
        *([[row[key][name] for row in people] for key in ids] for name in _SERIES),
        [_kill(event) for event in events["CHAMPION_KILL"]],
        [_monster(event) for event in events["ELITE_MONSTER_KILL"]],
        [_building(event) for event in events["BUILDING_KILL"]],
        body,
    )


def _started_at(info: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp((info["gameStartTimestamp"] or info["gameCreation"]) / 1000, UTC)


def _kind(info: dict[str, Any]) -> str:
    if info["gameMode"] == "CHERRY" or info["mapId"] == _ARENA:
        return "arena"
    if info["gameMode"] == "ARAM":
        return "aram"
    if info["mapId"] != _RIFT:
        return "other"
    return "rift" if any(person["teamPosition"] in _LANES for person in info["participants"]) else "rift_no_lanes"


def _kill(event: dict[str, Any]) -> dict[str, Any]:
    position = event.get("position") or {}
    return {
        "time_s": event["timestamp"] / 1000,
        "killer_id": event.get("killerId", 0),
        "victim_id": event["victimId"],
        "assist_ids": event.get("assistingParticipantIds", []),
        "x": position.get("x"),
        "y": position.get("y"),
        "bounty": event.get("bounty", 0),
        "shutdown_bounty": event.get("shutdownBounty", 0),
    }


def _monster(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "time_s": event["timestamp"] / 1000,
        "monster": event["monsterType"],
        "subtype": event.get("monsterSubType"),
        "killer_id": event.get("killerId", 0),
        "team_id": event.get("killerTeamId", 300),
        "assist_ids": event.get("assistingParticipantIds", []),
    }


def _building(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "time_s": event["timestamp"] / 1000,
        "building": event["buildingType"],
        "tower": event.get("towerType"),
        "lane": event.get("laneType"),
        "killer_id": event.get("killerId", 0),
        "lost_by_team_id": event["teamId"],
        "assist_ids": event.get("assistingParticipantIds", []),
    }
