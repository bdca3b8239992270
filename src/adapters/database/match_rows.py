"""Matches and participants as rows, and back."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.core.domain.documents import RawDocument
from src.core.domain.match import GameKind, Match, Outcome, Participant
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId


def match_row(match: Match, document: RawDocument) -> tuple[Any, ...]:
    """The columns of `insert_match` up to the document."""
    return (
        match.match_id,
        match.platform.value if match.platform else None,
        match.queue_id,
        match.map_id,
        clean_text(match.mode),
        clean_text(match.patch),
        clean_text(match.game_version),
        match.started_at,
        match.duration_s,
        match.kind.value,
        match.is_remake,
        match.is_aborted,
        document.document,
    )


def participant_rows(match: Match) -> list[tuple[Any, ...]]:
    """The columns of `insert_participant` for each participant."""
    return [_participant_row(match, participant) for participant in match.participants]


def from_match_rows(match: asyncpg.Record, participants: Sequence[asyncpg.Record]) -> Match:
    """The match that was stored."""
    return Match(
        match_id=match["match_id"],
        platform=Platform(match["platform"]) if match["platform"] else None,
        queue_id=match["queue_id"],
        map_id=match["map_id"],
        mode=match["mode"],
        patch=match["patch"],
        game_version=match["game_version"],
        started_at=match["started_at"],
        duration_s=match["duration_s"],
        kind=GameKind(match["kind"]),
        is_remake=match["is_remake"],
        is_aborted=match["is_aborted"],
        participants=tuple(_participant(row) for row in participants),
    )


def _participant_row(match: Match, participant: Participant) -> tuple[Any, ...]:
    name = participant.riot_id
    return (
        match.match_id,
        participant.participant_id,
        participant.puuid,
        clean_text(participant.name),
        clean_text(name.game_name) if name else None,
        clean_text(name.tag_line) if name else None,
        clean_text(participant.champion),
        participant.champion_id,
        participant.champion_level,
        participant.team_id,
        participant.position,
        participant.outcome.value,
        participant.kills,
        participant.deaths,
        participant.assists,
        participant.lane_minions,
        participant.jungle_monsters,
        participant.gold,
        participant.damage_to_champions,
        participant.vision_score,
        participant.placement,
        participant.subteam_id,
        match.started_at,
    )


def _participant(row: asyncpg.Record) -> Participant:
    named = row["game_name"] is not None
    return Participant(
        participant_id=row["participant_id"],
        puuid=row["puuid"],
        name=row["name"],
        riot_id=RiotId(game_name=row["game_name"], tag_line=row["tag_line"]) if named else None,
        champion=row["champion"],
        champion_id=row["champion_id"],
        champion_level=row["champion_level"],
        team_id=row["team_id"],
        position=row["position"],
        outcome=Outcome(row["outcome"]),
        kills=row["kills"],
        deaths=row["deaths"],
        assists=row["assists"],
        lane_minions=row["lane_minions"],
        jungle_monsters=row["jungle_monsters"],
        gold=row["gold"],
        damage_to_champions=row["damage_to_champions"],
        vision_score=row["vision_score"],
        placement=row["placement"],
        subteam_id=row["subteam_id"],
    )
