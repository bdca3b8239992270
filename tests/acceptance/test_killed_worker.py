"""A worker killed in the middle, a queue flushed: work takes longer, nothing is lost."""

import asyncio
import json
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import redis

from tests.acceptance.conftest import WORLD, Live

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def jobs(live: Live) -> Any:
    """Rows of the ledger, for an SQL query and its arguments."""
    connection = await asyncpg.connect(live.stage.environment["DATABASE_URL"])
    yield connection.fetch
    await connection.close()


def _submit(live: Live, ids: list[str]) -> UUID:
    printed = live.python(
        f"from src.tasks.match_tasks import batch_fetch_matches\nprint(batch_fetch_matches.delay(match_ids={ids!r}).id)"
    )
    return UUID(printed.strip())


@pytest.fixture
def slow_riot(live: Live) -> Iterator[Callable[..., None]]:
    """Lets Riot take so long for a match; 0: no longer than usual."""
    url = live.stage.environment["RIOT_API_BASE_URL"].replace("/{host}", "/_sandbox/faults")

    def slow(*, by_ms: int = 1000) -> None:
        rules = [{"method": "match-v5.getMatch", "latency_ms": [by_ms, by_ms]}]
        requests = [urllib.request.Request(url, method="DELETE")]
        if by_ms:
            body, kind = json.dumps(rules).encode(), {"Content-Type": "application/json"}
            requests.append(urllib.request.Request(url, body, kind))
        for request in requests:
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert answer.status < 300

    yield slow
    slow(by_ms=0)


async def test_a_batch_survives_its_worker_and_its_queue(
    live: Live, jobs: Any, wait_until: Callable[..., Any], slow_riot: Callable[..., None]
) -> None:
    """SIGKILL to all of a worker's processes and FLUSHALL in Redis: the batch ends with every match stored once."""
    ids = [listed.match_id for player in WORLD.players() for listed in WORLD.history(player.puuid)]
    ids = list(dict.fromkeys(ids))
    supervisor = live.stage.supervisor
    slow_riot()  # else all may be done before anybody can look
    job_id = _submit(live, ids)
    async with asyncio.timeout(30):
        while not await jobs("SELECT FROM jobs WHERE parent_id = $1 AND state = 'running'", job_id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    os.killpg(live.stage.worker.pid, signal.SIGKILL)
    slow_riot(by_ms=0)
    wait_until(lambda: [ended.name for ended in supervisor.poll()] == ["worker"])
    with redis.Redis.from_url(live.stage.environment["CELERY_BROKER_URL"]) as client:
        client.flushall()
    live.stage.start_worker()
    printed = live.python(
        "import src.tasks.celery_app\nfrom celery.result import AsyncResult\n"
        f"print(sorted(AsyncResult('{job_id}').get(timeout=150)))",
        seconds=170,
    )
    assert printed.strip() == "['malformed', 'missing', 'skipped', 'stored', 'unavailable']"
    [row] = await jobs("SELECT state, result FROM jobs WHERE id = $1", job_id)
    assert row["state"] == "succeeded"
    there = {row["match_id"] for row in await jobs("SELECT match_id FROM matches WHERE match_id = ANY($1)", ids)}
    gone = {game.plan.match_id for player in WORLD.players() for game in WORLD.plans(player.puuid) if game.match_gone}
    assert there == set(ids) - gone
