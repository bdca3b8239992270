"""A real browser, driven over the DevTools protocol; where there is no Chromium, tests that need one are skipped."""

import asyncio
import base64
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

_PATIENCE = 30.0  # seconds
_POLL = 0.05
_LOOK = "JSON.stringify({url: location.href, state: document.readyState, text: document.body?.innerText ?? ''})"


class DevToolsError(Exception):
    """The browser does not do what it was told."""


@dataclass(frozen=True)
class Shown:
    """What a tab shows."""

    url: str
    text: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass
class Tab:
    """A tab of a browser profile of its own. `console` are errors and warnings, a refusal by CSP among them."""

    _socket: aiohttp.ClientWebSocketResponse
    _session: str
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    console: list[str] = field(default_factory=list)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params, "sessionId": self._session})
        async with asyncio.timeout(_PATIENCE):
            while (message := await self._socket.receive_json()).get("id") != number:
                self._note(message)
        if "error" in message:
            raise DevToolsError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Log.entryAdded":
            self.console.append(message["params"]["entry"]["text"])

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=script, userGesture=True)
        return answer["result"].get("value")

    async def press(self, selector: str) -> None:
        """Click on what a CSS selector finds."""
        assert await self.evaluate(f"!!document.querySelector({json.dumps(selector)})"), selector
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    async def until(self, is_there: Callable[[Shown], bool]) -> Shown:
        """Wait for a page that has loaded."""
        seen: dict[str, Any] = {}
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    with suppress(DevToolsError):  # the page went away meanwhile
                        seen = json.loads(await self.evaluate(_LOOK) or "{}")
                    if seen.get("state") == "complete" and is_there(shown := Shown(seen["url"], seen["text"])):
                        return shown
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise AssertionError(f"it still shows {seen}; console: {self.console}") from None

    async def cookies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.call("Network.getCookies"))["cookies"]
        return found

    async def picture(self) -> bytes:
        """The page as a PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])


@asynccontextmanager
async def chromium(*switches: str) -> AsyncIterator[Tab]:
    """A headless Chromium with a fresh profile; it has ended afterwards."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if binary is None:
        pytest.skip("no Chromium is installed")
    with tempfile.TemporaryDirectory(prefix="chimera-chromium-", ignore_cleanup_errors=True) as profile:
        quiet = ["--headless", "--no-first-run", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        root = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
        argv = [binary, *quiet, *root, f"--user-data-dir={profile}", "--remote-debugging-port=0", *switches]
        devnull = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *argv, "about:blank", stdout=devnull, stderr=devnull, start_new_session=True
        )
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(await _endpoint(Path(profile)), max_msg_size=0) as socket,
            ):
                yield await _tab(socket)
        finally:
            await _end(process)


async def _endpoint(profile: Path) -> str:
    ready = profile / "DevToolsActivePort"
    async with asyncio.timeout(_PATIENCE):
        while not ready.exists() or ready.read_text().count("\n") < 1:  # noqa: ASYNC110 - another process's file
            await asyncio.sleep(_POLL)
    port, path = ready.read_text().splitlines()[:2]
    return f"ws://127.0.0.1:{port}{path}"


async def _tab(socket: aiohttp.ClientWebSocketResponse) -> Tab:
    browser = Tab(socket, "")
    await socket.send_json({"id": 0, "method": "Target.createTarget", "params": {"url": "about:blank"}})
    target = (await _answer(socket))["targetId"]
    attach = {"targetId": target, "flatten": True}
    await socket.send_json({"id": 0, "method": "Target.attachToTarget", "params": attach})
    browser._session = (await _answer(socket))["sessionId"]
    for domain in ("Page", "Network", "Log"):
        await browser.call(f"{domain}.enable")
    return browser


async def _answer(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    async with asyncio.timeout(_PATIENCE):
        while (message := await socket.receive_json()).get("id") != 0:
            pass
    result: dict[str, Any] = message["result"]
    return result


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let the browser and its children go."""
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            os.killpg(process.pid, 9)
            await process.wait()
