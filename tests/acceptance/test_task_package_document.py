"""The document of the task package, snippet by snippet, as its reader would run it."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

import asyncpg

from tests.acceptance.conftest import WORLD, Live

KOREAN = WORLD.players()[2]
GAMES = WORLD.history(KOREAN.puuid)
YEAR = datetime.fromtimestamp(GAMES[0].created_ms / 1000, UTC).year
WHO = f"game_name={KOREAN.game_name!r}, tag_line={KOREAN.tag_line!r}, platform='kr', routing='asia', year={YEAR}"

DAMAGE = """
import asyncpg, os

async def damage(broken, lost, maimed, *_):
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("UPDATE matches SET body = 'x' WHERE match_id = $1", broken)
    await connection.execute("DELETE FROM matches WHERE match_id = $1", lost)
    await connection.execute("DELETE FROM participants WHERE match_id = $1 AND participant_id = 7", maimed)
    await connection.close()
"""


def told(printed: str) -> Any:
    """The JSON of the last line."""
    return json.loads(printed.strip().splitlines()[-1])


def _forget(live: Live, match_id: str, puuid: str) -> None:
    """Take a match out of the shared system, where another test may have stored it, and the player's years with it."""

    async def forget() -> None:
        connection = await asyncpg.connect(live.environment["DATABASE_URL"])
        try:
            await connection.execute("DELETE FROM matches WHERE match_id = $1", match_id)
            await connection.execute("UPDATE participants SET is_counted = false WHERE puuid = $1", puuid)
            await connection.execute("DELETE FROM yearly_statistics WHERE puuid = $1", puuid)
        finally:
            await connection.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(forget())


def test_a_match_and_its_timeline_are_processed_as_documented(live: Live) -> None:
    """'Individual Match Processing' and 'Timeline Data Processing': each once, the second time a duplicate."""
    match_id = GAMES[-1].match_id
    _forget(live, match_id, KOREAN.puuid)
    first, second, timeline, again = told(
        live.python(
            f"""
import json
from src.tasks.match_tasks import sync_match_data_atomic
from src.tasks.timeline_tasks import sync_match_timeline_atomic
from celery.result import AsyncResult

# Process individual match
def process():
    result = sync_match_data_atomic.delay(
        match_id="{match_id}",
        platform="kr",
        routing="asia",
        puuid="{KOREAN.puuid}",
        year={YEAR}
    )
    return result.get(timeout=60)

first = process()
timeline = AsyncResult(first["timeline_task_id"]).get(timeout=60)
second = process()

# Sync timeline data
result = sync_match_timeline_atomic.delay(
    match_id="{match_id}",
    platform="kr",
    routing="asia"
)
print(json.dumps([first, second, timeline, result.get(timeout=60)]))
""",
            seconds=120,
        )
    )
    assert (first["success"], first["status"], first["participants"], first["stats_updated"]) == (
        True, "created", 10, True
    )  # fmt: skip
    assert (second["status"], second["timeline_task_id"]) == ("exists", None)
    assert (timeline["success"], timeline["status"]) == (True, "created")
    assert (again["status"], again["frames"]) == ("exists", timeline["frames"])
    assert timeline["frames"] > 5


def test_a_damaged_history_is_recovered(live: Live) -> None:
    """'Rsync-like recovery': what is missing is fetched, what is damaged replaced, the rest left alone."""
    synced, recovered, once_more = told(
        live.python(
            DAMAGE
            + f"""
import asyncio, json
from src.tasks import sync_player_data, recover_player_data

synced = sync_player_data.delay({WHO}).get(timeout=60)
asyncio.run(damage(*synced["stored"], *synced["skipped"]))
recovered = [recover_player_data.delay({WHO}).get(timeout=60) for _ in range(2)]
print(json.dumps([synced, *recovered]))
""",
            seconds=150,
        )
    )
    stored = synced["stored"] + synced["skipped"]
    assert len(stored) == len(GAMES)
    broken, lost, maimed, *_ = stored
    assert (recovered["listed"], recovered["intact"]) == (len(GAMES), len(GAMES) - 3)
    assert (sorted(recovered["repaired"]), recovered["fetched"]) == (sorted([broken, maimed]), [lost])
    assert recovered["summoner_id"] == synced["summoner_id"]
    assert (once_more["intact"], once_more["repaired"], once_more["fetched"]) == (len(GAMES), [], [])


def test_maintenance_runs_as_documented(live: Live) -> None:
    """'System Maintenance': both are jobs with a result; every component is told."""
    code = """
import json
from src.tasks.maintenance_tasks import cleanup_old_data, health_check

# Cleanup old data
result = cleanup_old_data.delay(days=30)
cleaned = result.get(timeout=30)

# Check system health
result = health_check.delay()
print(json.dumps([cleaned, result.get(timeout=30)]))
"""
    # Beat may have had the one of this hour.
    unlimited = {"MAINTENANCE_RATE": "off"}
    cleaned, health = told(live.command([sys.executable, "-c", code], seconds=90, environment=unlimited))
    assert cleaned == {"success": True, "days": 30, "deleted": {"jobs": 0}, "given_up": 0}
    assert (health["success"], health["status"]) == (True, "healthy")
    components = health["components"]
    assert {name: component["status"] for name, component in components.items()} == {
        "database": "ok", "broker": "ok", "workers": "ok", "riot": "ok"
    }  # fmt: skip
    assert components["workers"]["count"] >= 1
    assert all(component["latency_ms"] >= 0 for component in components.values())


def test_a_task_is_monitored_and_configured_as_documented(live: Live) -> None:
    """'Import Style', 'Task Status Monitoring', 'Retry Configuration' and a task of the reader's own."""
    status, progress, queues, own = live.python(
        f"""
# Package-level import (recommended)
from src.tasks import sync_player_data

# Direct module import (also works)
from src.tasks.player_tasks import sync_player_data as the_same
from src.tasks.celery_app import celery_app
from src.tasks.utils import PLAYER_SYNC_RETRY, TaskProgressTracker, TaskRetryConfig, player_sync_task

assert the_same.name == sync_player_data.name
assert PLAYER_SYNC_RETRY == TaskRetryConfig(max_retries=3, countdown=60, backoff=True, backoff_max=600, jitter=True)

@player_sync_task
def sync_something(task, game_name: str, tag_line: str):
    with TaskProgressTracker(task, 'sync_something', total_steps=100) as tracker:
        tracker.update('fetching_summoner')
        return f'{{game_name}}#{{tag_line}}'

task_id = sync_player_data.delay({WHO}).id

# Check task status
from celery.result import AsyncResult
result = AsyncResult(task_id)
result.get(timeout=60)
print(f"Status: {{result.status}}")
print(f"Progress: {{result.info}}")
print(sorted(celery_app.amqp.queues))
print(sync_something("Player", "NA1"))
""",
        seconds=120,
    ).splitlines()[-4:]
    assert status == "Status: SUCCESS"
    assert f"'total_matches': {len(GAMES)}" in progress
    assert own == "Player#NA1"
    for queue in ("player_sync", "match_processing", "timeline_processing", "recovery", "maintenance", "default"):
        assert repr(queue) in queues
