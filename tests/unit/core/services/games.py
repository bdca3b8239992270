"""Games as Riot serves them, one like the other but for their ids."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.domain.documents import Story, puuid

ME, SOMEBODY_ELSE = puuid(3), "puuid-of-somebody-else"
MINUTES = 20
# When the game of `Story` is over.
ENDED = datetime(2025, 2, 19, 21, 21, 0, 500_000, tzinfo=UTC) + timedelta(minutes=MINUTES)


def serve(riot: FakeRiotApi, *match_ids: str, timeline: bool = True) -> None:
    """Let Riot have these games; the last one is the newest."""
    for match_id in match_ids:
        match, its_timeline = a_game(match_id)
        riot.add_match(match, its_timeline if timeline else None)


def a_game(match_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A game's documents: match and timeline."""
    story = Story(MINUTES).kill(300, 3, 8).gain(3, 5, gold=600)
    match, timeline = story.match(), story.timeline()
    match["metadata"]["matchId"] = timeline["metadata"]["matchId"] = match_id
    return match, timeline
