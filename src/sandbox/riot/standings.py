"""The ranked standings of the personas, as league-v4 has them."""

from datetime import UTC, datetime
from typing import Any

from src.sandbox.riot.generator.queues import RANKED_FLEX, RANKED_SOLO
from src.sandbox.riot.personas import FLEX, PERSONAS, SOLO, Rank
from src.sandbox.riot.routines import DAYS, per_fortnight

_QUEUES = {SOLO: RANKED_SOLO, FLEX: RANKED_FLEX}
_DAY_MS = 86_400_000
_BEFORE = 2 * DAYS
_UNPLANNED = 10


def league_entries(number: int, puuid: str, now_ms: int) -> list[dict[str, Any]]:
    """`LeagueEntryDTO` objects of a persona; the games in them only grow within a year."""
    return [_entry(number, rank, puuid, now_ms) for rank in PERSONAS[number].ranks]


def _entry(number: int, rank: Rank, puuid: str, now_ms: int) -> dict[str, Any]:
    games = _games(number, rank, now_ms)
    wins = round(games * rank.win_share)
    return {
        "leagueId": f"{number:08d}-0000-4000-8000-{PERSONAS[number].level:012d}",
        "queueType": rank.queue_type,
        "tier": rank.tier,
        "rank": rank.division,
        "puuid": puuid,
        "leaguePoints": rank.points,
        "wins": wins,
        "losses": games - wins,
        "veteran": False,
        "inactive": False,
        "freshBlood": False,
        "hotStreak": False,
    }


def _games(number: int, rank: Rank, now_ms: int) -> int:
    """Ranked games of the season: as many as the routine has, and never fewer than the match list shows."""
    season_ms = datetime(datetime.fromtimestamp(now_ms / 1000, UTC).year, 1, 1, tzinfo=UTC).timestamp() * 1000
    days = _BEFORE + (now_ms - season_ms) / _DAY_MS
    return int(per_fortnight(number, _QUEUES[rank.queue_type]) * days / DAYS) + _UNPLANNED
