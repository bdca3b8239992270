"""Reading a match-v5 match document, from any patch and any queue."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from src.core.domain.document_reader import AMOUNT, Node
from src.core.domain.match import POSITIONS, GameKind, Match, Outcome, Participant
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import MalformedDocument

BOT = "BOT"
"""What Riot writes where the PUUID of a bot would be; bare lists of PUUIDs leave bots out."""
_RIFT, _ARENA_MAP = 11, 30
_ARAM_MAPS = frozenset({12, 14})  # Howling Abyss, Butcher's Bridge
_LATEST = 10**13  # milliseconds: the year 2286


def read_match(document: Mapping[str, Any]) -> Match:
    """The match that a document of `GET /lol/match/v5/matches/{matchId}` tells of.

    Unknown fields, queues and modes are fine; fields that came later or went away have defaults.

    Raises:
        MalformedDocument: something essential is missing or unreadable; names its path.
    """
    root = Node(document, "match")
    info = root.child("info")
    people = list(info.children("participants"))
    if not people:
        raise MalformedDocument("match.info.participants is empty.")
    if len({person.count("participantId") for person in people}) != len(people):
        raise MalformedDocument("match.info.participants share a participantId.")
    kind = _kind(info, people)
    is_remake = _is_remake(people)
    is_aborted = info.text("endOfGameResult", "").startswith("Abort")
    version = info.text("gameVersion")
    match_id = root.child("metadata").text("matchId")
    return Match(
        match_id=match_id,
        platform=_platform(info.text("platformId", match_id.partition("_")[0])),
        queue_id=info.integer("queueId"),
        map_id=info.integer("mapId"),
        mode=info.text("gameMode"),
        patch=".".join(version.split(".")[:2]),
        game_version=version,
        started_at=_started_at(info),
        duration_s=_duration_s(info),
        kind=kind,
        is_remake=is_remake,
        is_aborted=is_aborted,
        participants=tuple(_participant(person, kind, is_remake=is_remake, is_aborted=is_aborted) for person in people),
    )


def _kind(info: Node, people: list[Node]) -> GameKind:
    mode, game_map = info.text("gameMode"), info.integer("mapId")
    if mode == "CHERRY" or game_map == _ARENA_MAP:
        return GameKind.ARENA
    if mode == "ARAM" or game_map in _ARAM_MAPS:
        return GameKind.ARAM
    if game_map != _RIFT:
        return GameKind.OTHER
    has_lanes = any(_position(person) for person in people)
    return GameKind.RIFT if has_lanes else GameKind.RIFT_NO_LANES


def _is_remake(people: list[Node]) -> bool:
    """The players voted to end it in the first minutes: every human carries the flag, whatever `win` says."""
    humans = [person for person in people if person.text("puuid", "") != BOT]
    return bool(humans) and all(person.boolean("gameEndedInEarlySurrender", default=False) for person in humans)


def _platform(code: str) -> Platform | None:
    try:
        return Platform(code.lower())
    except ValueError:
        return None


def _started_at(info: Node) -> datetime:
    """The game's start, or its creation where the start is absent or 0."""
    milliseconds = info.number("gameStartTimestamp", 0.0) or info.number("gameCreation")
    if not 0 <= milliseconds <= _LATEST:
        raise MalformedDocument("match.info.gameStartTimestamp is no time.")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _duration_s(info: Node) -> float:
    """Seconds. Before patch 11.20 `gameDuration` was in milliseconds; those documents lack `gameEndTimestamp`."""
    duration = info.number("gameDuration")
    if not 0 <= duration <= AMOUNT:
        raise MalformedDocument("match.info.gameDuration is no duration.")
    return duration if "gameEndTimestamp" in info else duration / 1000


def _position(person: Node) -> str | None:
    position = person.text("teamPosition", "")
    return position if position in POSITIONS else None


def _participant(person: Node, kind: GameKind, *, is_remake: bool, is_aborted: bool) -> Participant:
    puuid = person.text("puuid", "")
    champion = person.text("championName")
    riot_id = _riot_id(person)
    is_arena = kind is GameKind.ARENA
    return Participant(
        participant_id=person.count("participantId"),
        puuid=None if puuid in {"", BOT} else puuid,
        name=(riot_id.game_name if riot_id else person.text("summonerName", "")) or champion,
        riot_id=riot_id,
        champion=champion,
        champion_id=person.integer("championId", 0),
        champion_level=person.count("champLevel", 0),
        team_id=person.count("teamId"),
        position=_position(person),
        outcome=_outcome(person, is_remake=is_remake, is_aborted=is_aborted),
        kills=person.count("kills"),
        deaths=person.count("deaths"),
        assists=person.count("assists"),
        lane_minions=person.integer("totalMinionsKilled"),
        jungle_monsters=person.integer("neutralMinionsKilled"),
        gold=person.integer("goldEarned"),
        damage_to_champions=person.integer("totalDamageDealtToChampions", 0),
        vision_score=person.integer("visionScore", 0),
        placement=_above_zero(person, "placement") if is_arena else None,
        subteam_id=_above_zero(person, "playerSubteamId") if is_arena else None,
    )


def _riot_id(person: Node) -> RiotId | None:
    """The Riot ID; documents before 14.1 have summoner names only. 13.22 called the name `riotIdName`."""
    game_name = person.text("riotIdGameName", "") or person.text("riotIdName", "")
    tag_line = person.text("riotIdTagline", "")
    return RiotId(game_name=game_name, tag_line=tag_line) if game_name and tag_line else None


def _outcome(person: Node, *, is_remake: bool, is_aborted: bool) -> Outcome:
    if is_remake:
        return Outcome.REMAKE
    won = person.boolean("win")
    if is_aborted:
        return Outcome.ABORTED
    return Outcome.WIN if won else Outcome.LOSS


def _above_zero(person: Node, key: str) -> int | None:
    """Modes without placements fill them with 0."""
    return person.count(key, 0) or None
