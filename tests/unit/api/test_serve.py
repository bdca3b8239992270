"""Serving: it starts, it stops, and it says in one line why it cannot."""

import asyncio
import os
import signal
import socket
from contextlib import suppress

import aiohttp
import pytest
from fastapi import FastAPI, Request

from src.api.serve import serve
from src.core.errors import ConfigurationError


@pytest.fixture
def app() -> FastAPI:
    return FastAPI()


async def test_a_port_in_use_is_a_configuration_error(app: FastAPI) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"127.0.0.1:{port}"):
            await serve(app, host="127.0.0.1", port=port)


async def test_a_host_that_is_none_is_a_configuration_error(app: FastAPI) -> None:
    with pytest.raises(ConfigurationError, match="API_HOST"):
        await serve(app, host="not a host", port=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_finishes_the_request_under_way_and_returns(app: FastAPI, number: signal.Signals) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        arrived.set()
        await go_on.wait()
        return "done"

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, started=port.set_result))
    async with aiohttp.ClientSession() as session:
        asking = asyncio.create_task(session.get(f"http://127.0.0.1:{await port}/slow"))
        await arrived.wait()
        os.kill(os.getpid(), number)
        await refused(await port)
        assert not asking.done()
        go_on.set()
        async with await asking as response:
            assert await response.json() == "done"

    await serving


@pytest.mark.parametrize(("proxies", "seen"), [("127.0.0.1", "192.0.2.7"), ("10.0.0.0/8", "127.0.0.1")])
async def test_a_proxy_is_believed_about_whom_it_asks_for_if_it_is_named(app: FastAPI, proxies: str, seen: str) -> None:
    @app.get("/")
    async def who(request: Request) -> str:
        return request.client.host if request.client else ""

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, proxies=proxies, started=port.set_result))
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{await port}") as session,
        session.get("/", headers={"X-Forwarded-For": "192.0.2.7"}) as response,
    ):
        assert await response.json() == seen
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def refused(port: int) -> None:
    """Wait until nobody listens any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        writer.close()
        await asyncio.sleep(0.01)
