"""The second document: a player's year, synced by workers; its REST calls are tested beside the API's."""

import json
from datetime import UTC, datetime
from typing import Any

from src.adapters.database import DatabaseAdapter, PostgresYearlyStatisticsStore
from src.sandbox.riot.generator.people import Player
from tests.acceptance.conftest import WORLD, Live

MAIN = WORLD.main
NAME = {"game_name": MAIN.game_name, "tag_line": MAIN.tag_line}
STEPS = ["fetching_summoner", "fetching_match_ids", "processing_matches"]

SYNC = """
import json, time
from src.tasks import sync_player_data

for arguments in {arguments!r}:
    task = sync_player_data.delay(**arguments)
    seen = []
    while not task.ready():
        if task.status == "PROGRESS" and (not seen or seen[-1] != task.info):
            seen.append(task.info)
        time.sleep(0.02)
    outcome = task.get(timeout=60, propagate=False)
    if isinstance(outcome, Exception):
        outcome = f"{{type(outcome).__name__}}: {{outcome}}"
    print(json.dumps([seen, task.status, outcome]))
"""


def sync(live: Live, *calls: dict[str, Any]) -> list[tuple[list[dict[str, Any]], str, Any]]:
    """Sync as a reader of the document would, one after the other.

    Answers the progress seen, the last status, and the result (or why there is none).
    """
    printed = live.python(SYNC.format(arguments=calls), seconds=150)
    return [(seen, status, outcome) for seen, status, outcome in map(json.loads, printed.splitlines())]


def listed(player: Player, year: int) -> list[str]:
    """What Riot lists of a player's year, newest first."""
    return [
        match.match_id for match in WORLD.history(player.puuid)
        if datetime.fromtimestamp(match.created_ms / 1000, UTC).year == year
    ]  # fmt: skip


def last_year_of(player: Player) -> int:
    """The year of the newest match."""
    return datetime.fromtimestamp(WORLD.history(player.puuid)[0].created_ms / 1000, UTC).year


async def test_a_players_year_is_synced_and_counted_once(live: Live) -> None:
    """Progress goes through the documented steps; the summary has the documented fields; a second sync only skips."""
    year = last_year_of(MAIN)
    who = {**NAME, "platform": "na1", "routing": "americas", "year": year}
    (seen, status, result), (_, _, again) = sync(live, who, who)

    ids = listed(MAIN, year)
    assert status == "SUCCESS"
    assert isinstance(result["summoner_id"], int)
    assert result["summoner_name"] == MAIN.game_name
    assert result["processed_matches"] == result["total_matches"] == len(ids)
    assert (result["success"], result["year"], result["platform"], result["routing"]) == (True, year, "na1", "americas")
    outcomes = ("stored", "skipped", "missing", "malformed", "unavailable")
    assert sorted(match_id for outcome in outcomes for match_id in result[outcome]) == sorted(ids)
    games = {game.plan.match_id: game for game in WORLD.plans(MAIN.puuid) if game.plan.match_id in ids}
    assert sorted(result["missing"]) == sorted(match_id for match_id, game in games.items() if game.match_gone)
    assert result["missing"], "some listed matches do not exist"

    steps = list(dict.fromkeys(progress["step"] for progress in seen))
    assert steps == [step for step in STEPS if step in steps]
    assert all({"step", "progress", "processed", "total"} <= progress.keys() for progress in seen)
    counted = [(progress["processed"], progress["total"]) for progress in seen if progress["total"]]
    assert {total for _, total in counted} <= {len(ids)}
    assert counted == sorted(counted), "progress does not go back"

    assert (again["stored"], sorted(again["skipped"])) == ([], sorted(result["stored"] + result["skipped"]))
    assert again["summoner_id"] == result["summoner_id"]

    async with DatabaseAdapter() as database:
        statistics = PostgresYearlyStatisticsStore(database)
        year_so_far = await statistics.of(MAIN.puuid, year)
        assert year_so_far == await statistics.recount(MAIN.puuid, year)
    assert year_so_far is not None
    known = result["stored"] + result["skipped"]
    played = [match_id for match_id in known if MAIN in games[match_id].plan.roster]
    assert year_so_far.games + year_so_far.remakes == len(played)
    assert len(played) < len(known), "some listed matches are not the player's"


def test_only_the_year_asked_for_is_synced(live: Live) -> None:
    """DEFAULT_MATCH_YEAR is 2025; whoever has not played in a year has a summary too."""
    newcomer = WORLD.newcomer
    name = {"game_name": newcomer.game_name, "tag_line": newcomer.tag_line}
    (_, status, result), (_, nothing, empty) = sync(
        live, {**NAME, "platform": "na1"}, {**name, "platform": newcomer.platform.lower(), "year": 2024}
    )
    assert (status, result["year"]) == ("SUCCESS", 2025)
    assert result["total_matches"] == len(listed(MAIN, 2025))
    assert (nothing, empty["processed_matches"], empty["total_matches"]) == ("SUCCESS", 0, 0)


def test_what_cannot_be_synced_says_why(live: Live) -> None:
    """The task ends as failed, and `.get()` raises the reason in words."""
    right = {**NAME, "platform": "na1"}
    nobody, elsewhere, astray = sync(
        live, right | {"game_name": "Nobody At All"}, right | {"platform": "kr"}, right | {"routing": "asia"}
    )
    assert nobody[1:] == ("FAILURE", "AccountNotFound: No Riot account has that Riot ID.")
    assert elsewhere[1:] == ("FAILURE", "AccountNotFound: This Riot account does not play on kr.")
    assert astray[1] == "FAILURE"
    assert astray[2].startswith("InvalidInput: na1 belongs to americas.")
