"""Small hand-made matches and timelines, with documents of their own."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from src.core.domain.documents import RawDocument
from src.core.domain.match import GameKind, Match, Outcome, Participant
from src.core.domain.match_summary import MatchSummary
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, ParticipantSeries, Timeline
from src.core.ports.match_store import StoredMatch

_POSITIONS = ("TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY")
_CHAMPIONS = ("Aatrox", "Sejuani", "Ahri", "Jinx", "Thresh", "Garen", "Vi", "Syndra", "Caitlyn", "Lulu")
PUUID = "puuid-1"  # of participant 1, Aatrox in the top lane of team 100, who won


def a_participant(participant_id: int = 1, **changes: Any) -> Participant:
    """Participant 1-10 of an ordinary game: team 100 wins."""
    wins = participant_id <= len(_POSITIONS)
    fields: dict[str, Any] = {
        "participant_id": participant_id,
        "puuid": f"puuid-{participant_id}",
        "name": f"Player {participant_id}",
        "riot_id": RiotId(game_name=f"Player {participant_id}", tag_line="EUW"),
        "champion": _CHAMPIONS[(participant_id - 1) % len(_CHAMPIONS)],
        "champion_id": 100 + participant_id,
        "champion_level": 15,
        "team_id": 100 if wins else 200,
        "position": _POSITIONS[(participant_id - 1) % len(_POSITIONS)],
        "outcome": Outcome.WIN if wins else Outcome.LOSS,
        "kills": participant_id,
        "deaths": 3,
        "assists": 7,
        "lane_minions": 150 + participant_id,
        "jungle_monsters": 12,
        "gold": 11_000 + participant_id,
        "damage_to_champions": 20_000 + participant_id,
        "vision_score": 25,
    }
    return Participant(**fields | changes)


def a_match(match_id: str = "EUW1_1", **changes: Any) -> Match:
    """A ranked game on the Rift of 25 minutes, with ten players."""
    fields: dict[str, Any] = {
        "match_id": match_id,
        "platform": Platform.EUW1,
        "queue_id": 420,
        "map_id": 11,
        "mode": "CLASSIC",
        "patch": "16.5",
        "game_version": "16.5.700.1234",
        "started_at": datetime(2026, 3, 13, 20, 15, 30, 123_000, tzinfo=UTC),
        "duration_s": 1500.0,
        "kind": GameKind.RIFT,
        "is_remake": False,
        "is_aborted": False,
        "participants": tuple(a_participant(number) for number in range(1, 11)),
    }
    return Match(**fields | changes)


def a_timeline(match_id: str = "EUW1_1", **changes: Any) -> Timeline:
    """Two participants over three frames, and one event of each kind."""
    series = ParticipantSeries(
        total_gold=(500, 620, 1180),
        xp=(0, 310, 820),
        level=(1, 2, 3),
        lane_minions=(0, 4, 11),
        jungle_monsters=(0, 0, 4),
    )
    fields: dict[str, Any] = {
        "match_id": match_id,
        "frame_times": (0.0, 60.021, 120.057),
        "series": {1: series, 6: series.model_copy(update={"total_gold": (500, 600, 1000)})},
        "kills": (
            Kill(
                time_s=95.123, killer_id=1, victim_id=6, assist_ids=(2,), x=1800, y=None, bounty=400, shutdown_bounty=0
            ),
        ),
        "monsters": (MonsterKill(time_s=110.5, monster="DRAGON", subtype="FIRE_DRAGON", killer_id=2, team_id=100),),
        "buildings": (
            BuildingKill(
                time_s=119.0, building="TOWER_BUILDING", tower=None, lane="TOP_LANE", killer_id=0, lost_by_team_id=200
            ),
        ),
    }
    return Timeline(**fields | changes)


def a_document(**content: Any) -> RawDocument:
    """A document as Riot might send it; the spaces and the order of keys are Riot's own."""
    body = json.dumps(content, indent=1).encode()
    return RawDocument(body=body, document=json.loads(body))


def a_stored_match(match_id: str = "EUW1_1", *, timeline: bool = True, **changes: Any) -> StoredMatch:
    """A match, with its timeline unless told otherwise; `changes` go to the match."""
    return StoredMatch(
        match=a_match(match_id, **changes),
        match_document=a_document(metadata={"matchId": match_id}, info={"queueId": 420}),
        timeline=a_timeline(match_id) if timeline else None,
        timeline_document=a_document(metadata={"matchId": match_id}, info={"frames": []}) if timeline else None,
    )


def a_match_summary(number: int = 1, **changes: Any) -> MatchSummary:
    """The line of `EUW1_<number>` in Ahri's history: a ranked win; it began `number` hours before 14 March, noon."""
    fields: dict[str, Any] = {
        "match_id": f"EUW1_{number}",
        "started_at": datetime(2026, 3, 14, 12, tzinfo=UTC) - timedelta(hours=number),
        "duration_s": 1800.0,
        "queue_id": 420,
        "mode": "CLASSIC",
        "kind": GameKind.RIFT,
        "champion": "Ahri",
        "position": "MIDDLE",
        "placement": None,
        "outcome": Outcome.WIN,
        "kills": 12,
        "deaths": 3,
        "assists": 9,
        "cs": 200,
    }
    return MatchSummary(**fields | changes)
