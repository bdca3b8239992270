"""A task's progress as server-sent events, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from src.api import task_events
from src.api.app import create_app
from src.core.domain.api_key import Scope
from src.core.domain.job import Progress
from tests.fakes.api import FakeApiServices, a_client, fake_api_services, running
from tests.fakes.jobs import a_new_job

URL = f"/tasks/{UUID(int=1)}/events"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_events, "_POLL", 0.01)


@pytest.fixture
async def services() -> FakeApiServices:
    """Behind the API: one job, which is being worked on."""
    made = fake_api_services()
    await made.ledger.submit([a_new_job()])
    await made.ledger.claim(UUID(int=1), worker="w", lease=30, max_deaths=5)
    return made


async def report(services: FakeApiServices, done: int) -> None:
    await services.ledger.report_progress(UUID(int=1), 1, Progress(step="processing_matches", done=done, total=20))


async def finish(services: FakeApiServices) -> None:
    await services.ledger.succeed(UUID(int=1), 1, {"processed_matches": 20})


class Stream:
    """The events of an answer, one by one; comments are empty ones."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._lines = aiter(response.content)

    async def next(self) -> dict[str, Any]:
        event: dict[str, Any] = {}
        async with asyncio.timeout(10):
            async for raw in self._lines:
                line = raw.decode().rstrip("\n")
                if not line:
                    return event
                name, _, value = line.partition(": ")
                event[name] = json.loads(value) if name == "data" else value
        raise EOFError


@asynccontextmanager
async def stream(client: aiohttp.ClientSession, **headers: str) -> AsyncIterator[Stream]:
    async with client.get(URL, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
        assert response.headers["Cache-Control"] == "no-cache"
        yield Stream(response)


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not check():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.01)


async def test_progress_is_told_when_it_changes_and_the_end_at_last(services: FakeApiServices) -> None:
    task_id = str(UUID(int=1))
    async with a_client(services) as client, stream(client) as events:
        first = await events.next()
        assert (first["event"], first["data"]) == ("progress", {"task_id": task_id, "status": "STARTED"})
        await report(services, 15)
        second = await events.next()
        assert second["data"] == {
            "task_id": task_id, "status": "PROGRESS", "step": "processing_matches",
            "progress": 75, "processed": 15, "total": 20,
        }  # fmt: skip
        await finish(services)
        last = await events.next()
        assert (last["event"], last["data"]["status"], last["data"]["processed_matches"]) == ("end", "SUCCESS", 20)
        assert len({first["id"], second["id"], last["id"]}) == 3
        with pytest.raises(EOFError):
            await events.next()


async def test_who_comes_again_is_not_told_what_they_know(services: FakeApiServices) -> None:
    async with a_client(services) as client:
        await report(services, 1)
        async with stream(client) as events:
            known = (await events.next())["id"]
        async with stream(client, **{"Last-Event-ID": known}) as events:
            await asyncio.sleep(0.05)
            await report(services, 2)
            assert (await events.next())["data"]["processed"] == 2
        await finish(services)
        async with stream(client, **{"Last-Event-ID": known}) as events:
            end = await events.next()
        assert end["event"] == "end"
        async with client.get(URL, headers={"Last-Event-ID": end["id"]}) as response:
            assert (response.status, await response.read()) == (204, b"")


async def test_a_silent_stream_is_kept_open(services: FakeApiServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    async with a_client(services) as client, stream(client) as events:
        await events.next()
        assert await events.next() == {"": "ping"}
        await finish(services)
        while (event := await events.next()) == {"": "ping"}:
            pass
        assert event["event"] == "end"


async def test_a_client_that_leaves_frees_its_place(services: FakeApiServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_events, "_MOST_STREAMS", 1)
    async with a_client(services) as client:
        async with stream(client) as events:
            await events.next()
            async with client.get(URL) as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (503, "10")

        async def is_free() -> bool:
            async with client.get(URL) as response:
                return response.status == 200

        async with asyncio.timeout(10):
            while not await is_free():  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_client_with_many_streams_shuts_nobody_else_out(
    services: FakeApiServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "_MOST_OF_ONE", 1)
    made = [await services.access.create("ci", [Scope.TASKS_READ], per_minute=2) for _ in range(2)]
    greedy, other = ({"Authorization": f"Bearer {text.get_secret_value()}"} for _, text in made)
    async with a_client(services) as client, stream(client, **greedy) as events:
        await events.next()
        async with client.get(URL, headers=greedy) as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        async with stream(client, **other) as others:
            assert (await others.next())["event"] == "progress"


async def test_nobody_asks_the_ledger_for_a_client_that_left(services: FakeApiServices) -> None:
    asked = 0
    get = services.ledger.get

    async def counting(job_id: UUID) -> Any:
        nonlocal asked
        asked += 1
        return await get(job_id)

    services.ledger.get = counting  # type: ignore[method-assign]
    async with a_client(services) as client:
        async with stream(client) as events:
            await events.next()
            await until(lambda: asked > 3)
        await asyncio.sleep(0.1)
        left = asked
        await asyncio.sleep(0.1)
        assert asked <= left + 1


async def test_an_outage_of_the_ledger_does_not_end_the_stream(services: FakeApiServices) -> None:
    async with a_client(services) as client, stream(client) as events:
        await events.next()
        services.ledger.is_down = True
        await asyncio.sleep(0.05)
        services.ledger.is_down = False
        await finish(services)
        assert (await events.next())["event"] == "end"


async def test_a_stream_ends_in_time_to_ask_for_a_key_again(
    services: FakeApiServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "_LONGEST", 3)
    async with a_client(services) as client, stream(client) as events:
        await events.next()
        with pytest.raises(EOFError):
            await events.next()


async def test_a_server_that_stops_ends_its_streams(services: FakeApiServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.api.serve._GRACE", 60)
    async with aiohttp.ClientSession() as client:
        async with running(create_app(services)) as base:
            response = await client.get(f"{base}{URL}")
            events = Stream(response)
            await events.next()
        # Reached within the test's time limit only because the stream did not use up the server's grace.
        with pytest.raises(EOFError):
            await events.next()
        response.close()
