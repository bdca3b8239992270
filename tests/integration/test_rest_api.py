"""The REST API as it is put together for real, on Postgres and Redis; nobody works on its jobs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from src.api.app import create_app
from src.bootstrap.container import Container
from src.core.domain.api_key import Scope
from tests.fakes.asgi import Answer, AsgiClient
from tests.fakes.matches import a_stored_match

# Celery 5.7 and redis-py 8 disagree on a name.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")

SYNC = "/api/summoners/sync-data/"
ASKED = {"game_name": "PlayerName", "tag_line": "NA1"}


@pytest.fixture
async def services(
    database_url: str, broker_url: str, result_backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Container]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url)
    monkeypatch.setenv("CELERY_RESULT_BACKEND", result_backend)
    container = Container.build()
    yield container
    await container.close()


@pytest.fixture
def client(services: Container) -> AsgiClient:
    return AsgiClient(create_app(services))


async def one_row(database_url: str, sql: str) -> asyncpg.Record:
    connection = await asyncpg.connect(database_url)
    try:
        row = await connection.fetchrow(sql)
    finally:
        await connection.close()
    assert row is not None
    return row


async def test_a_sync_goes_from_request_to_cancel(client: AsgiClient, services: Container) -> None:
    started = await client.post(SYNC, json_body=ASKED)
    assert (started.status, started.json["year"]) == (202, 2025)
    task_id = started.json["task_id"]
    assert (await client.get(f"/api/summoners/task-status/?task_id={task_id}")).json == {
        "task_id": task_id, "status": "PENDING",
    }  # fmt: skip
    assert (await services.queue.queue_lengths())["player_sync"] == 1
    listed = (await client.get("/tasks/?status=pending")).json
    assert [task["task_id"] for task in listed["active_tasks"]["unclaimed"]] == [task_id]
    assert (await client.delete(f"/tasks/{task_id}")).json["cancelled"] is True
    assert (await client.get(f"/tasks/status/{task_id}")).json["status"] == "REVOKED"
    assert await services.ledger.unsettled(older_than=0, limit=10) == ()


async def test_one_request_sent_many_times_at_once_starts_one_task(client: AsgiClient, database_url: str) -> None:
    async def ask(number: int) -> Answer:
        body = ASKED if number % 2 else dict(reversed(ASKED.items()))
        return await client.post(SYNC, json_body=body, headers={"Idempotency-Key": "same"})

    answers = await asyncio.gather(*(ask(number) for number in range(12)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["task_id"] for answer in answers}) == 1
    assert (await one_row(database_url, "SELECT count(*) FROM jobs"))[0] == 1
    other = await client.post(SYNC, json_body=ASKED | {"year": 2024}, headers={"Idempotency-Key": "same"})
    assert (other.status, other.json["kind"]) == (422, "RequestConflict")


async def test_many_who_ask_for_the_same_sync_share_it(client: AsgiClient, database_url: str) -> None:
    answers = await asyncio.gather(*(client.post(SYNC, json_body=ASKED) for _ in range(8)))
    assert len({answer.json["task_id"] for answer in answers}) == 1
    assert (await one_row(database_url, "SELECT count(*) FROM jobs"))[0] == 1


async def test_pages_lead_through_all_tasks_once(client: AsgiClient) -> None:
    asked = [(await client.post(f"/tasks/test/add?x={number}")).json["task_id"] for number in range(7)]
    seen: list[str] = []
    query = "?status=pending&limit=3"
    while query:
        page = (await client.get(f"/tasks/{query}")).json
        seen += [task["task_id"] for tasks in page["active_tasks"].values() for task in tasks]
        query = f"?status=pending&limit=3&cursor={page['next']}" if page["next"] else ""
    assert seen == asked[::-1]


async def test_a_limit_holds_across_processes(services: Container) -> None:
    _, text = await services.access.create("ci", [Scope.TASKS_READ], per_minute=3)
    headers = {"Authorization": f"Bearer {text.get_secret_value()}"}
    second = Container.build()
    try:
        clients = [AsgiClient(create_app(around)) for around in (services, second)]
        answers = [await clients[number % 2].get("/tasks/", headers=headers) for number in range(4)]
    finally:
        await second.close()
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_figures_and_health_come_from_the_servers(client: AsgiClient) -> None:
    await client.post("/tasks/test/long")
    figures = (await client.get("/metrics")).text
    assert 'chimera_jobs{kind="test.long_task",lane="background",state="queued"} 1.0' in figures
    assert 'chimera_queue_length{queue="analysis"} 1.0' in figures
    assert "chimera_stored_matches 0.0" in figures
    assert figures.count("chimera_source_up{") == figures.count("} 1.0\nchimera_source_up") + 1
    health = await client.get("/health")
    assert (health.status, health.json["status"]) == (200, "degraded")
    assert health.json["components"] == {"database": "ok", "redis": "ok", "workers": "down", "riot": "unknown"}


async def test_stored_matches_are_estimated(services: Container, database_url: str) -> None:
    for number in range(3):
        await services.matches.store(a_stored_match(f"EUW1_{number}"))
    connection = await asyncpg.connect(database_url)
    await connection.execute("ANALYZE matches")
    await connection.close()
    assert await services.figures.stored_matches() == 3


async def test_text_that_postgres_cannot_hold_is_refused_or_kept(client: AsgiClient) -> None:
    for name in ("a\x00b", "Fa\ud800ker", "\N{GHOST}\N{GHOST}\N{GHOST}"):
        answer = await client.post(SYNC, json_body=ASKED | {"game_name": name})
        assert answer.status in {202, 422}, answer.text
    assert (await client.post("/tasks/test/add", headers={"Idempotency-Key": "x" * 255})).status == 202


async def test_a_task_of_long_ago_is_not_found(client: AsgiClient) -> None:
    assert (await client.get(f"/tasks/{UUID(int=7)}")).status == 404
