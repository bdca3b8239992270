"""The bot's process: connecting, serving, stopping; and uploading its commands. Over real sockets."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import discord.http
import pytest
from aiohttp import web
from discord.gateway import DiscordWebSocket
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.bot.client import ChimeraBot
from src.bot.run import run_bot
from src.bot.sync_commands import is_uploaded, sync
from src.core.errors import ConfigurationError, Unavailable
from src.sandbox.discord import DiscordSandbox
from tests.fakes.bot_services import FakeBotServices

TOKEN = "a-bot-token"
USER = {"id": "1", "username": "Chimera", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION: dict[str, Any] = {
    "id": "2", "name": "Chimera", "description": "", "icon": None, "rpc_origins": [], "bot_public": True,
    "bot_require_code_grant": False, "owner": USER, "verify_key": "", "flags": 0,
}  # fmt: skip
PERSON = {"id": "7", "username": "mara", "discriminator": "0", "avatar": None}


def as_json(body: Any, status: int = 200) -> web.Response:
    """discord.py compares the content type with this very string."""
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


@dataclass(frozen=True)
class Settings:
    """Implements `DiscordSettings`."""

    discord_api_base_url: str
    discord_gateway_url: str | None = None
    discord_bot_token: SecretStr | None = field(default_factory=lambda: SecretStr(TOKEN))


@pytest.fixture(autouse=True)
def endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py's endpoints belong to the process: put them back."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@dataclass
class Gateway:
    """As much of Discord's API and gateway as a bot needs to log in, take a command and answer it."""

    url: str = ""
    identified: asyncio.Event = field(default_factory=asyncio.Event)
    callbacks: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    edits: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    socket: web.WebSocketResponse | None = None
    outages: int = 0

    async def api(self, request: web.Request) -> web.Response:
        """Answer a REST call."""
        if self.outages:
            self.outages -= 1
            return as_json({}, status=503)
        path = request.path.removeprefix("/api")
        if path.endswith("/callback"):
            self.callbacks.put_nowait(await request.json())
            return as_json({"interaction": {"id": "9", "type": 2}})
        if path.startswith("/webhooks/"):
            self.edits.put_nowait(await request.json())
            return as_json({"id": "5", "channel_id": "3", "author": USER, "content": "", "embeds": []})
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return as_json({"code": 0, "message": "401: Unauthorized"}, status=401)
        limits = {"total": 1, "remaining": 1, "reset_after": 1, "max_concurrency": 1}
        answers = {
            "/users/@me": USER,
            "/oauth2/applications/@me": APPLICATION,
            "/gateway/bot": {"url": "ws://127.0.0.1:9/not-here", "shards": 1, "session_start_limit": limits},
        }
        return as_json(answers[path])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Greet, accept the identification, acknowledge heartbeats."""
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT and message.json()["op"] == 2:
                ready = {"v": 10, "user": USER, "guilds": [], "session_id": "s", "resume_gateway_url": self.url}
                await self.dispatch("READY", {**ready, "shard": [0, 1], "application": {"id": "2", "flags": 0}})
                self.identified.set()
            elif message.type is aiohttp.WSMsgType.TEXT and message.json()["op"] == 1:
                await socket.send_json({"op": 11})
        return socket

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the bot."""
        assert self.socket is not None
        await self.socket.send_json({"op": 0, "t": event, "s": 1, "d": data})

    async def command(self, name: str) -> None:
        """Let a person type a command in a direct message."""
        data = {"id": "4", "name": name, "type": 1, "options": []}
        interaction = {"id": "9", "application_id": "2", "type": 2, "token": "t", "version": 1, "data": data}
        where = {"channel_id": "3", "channel": {"id": "3", "type": 1}, "context": 1, "user": PERSON, "locale": "en-US"}
        more = {"entitlements": [], "authorizing_integration_owners": {}, "app_permissions": "0"}
        await self.dispatch("INTERACTION_CREATE", {**interaction, **where, **more, "attachment_size_limit": 1})


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    app = web.Application()
    app.router.add_get("/gateway", gateway.gateway)
    app.router.add_route("*", "/api/{path:.*}", gateway.api)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.url = f"127.0.0.1:{runner.addresses[0][1]}"
    yield gateway
    await runner.cleanup()


@asynccontextmanager
async def running(
    gateway: Gateway, services: FakeBotServices, *, first_wait: float = 1.0
) -> AsyncIterator[asyncio.Task[None]]:
    """The bot's process, from identification on."""
    settings = Settings(f"http://{gateway.url}/api", f"ws://{gateway.url}/gateway")
    task = asyncio.create_task(run_bot(settings, lambda: services, drain_seconds=5, first_wait=first_wait))
    identified = asyncio.create_task(gateway.identified.wait())
    await asyncio.wait({task, identified}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    assert identified.done()
    yield task
    await asyncio.wait_for(task, timeout=10)


class TestRun:
    async def test_it_serves_commands_from_the_configured_gateway_until_sigterm(self, gateway: Gateway) -> None:
        services = FakeBotServices()
        async with running(gateway, services):
            await gateway.command("accounts")
            deferred = await asyncio.wait_for(gateway.callbacks.get(), 5)
            assert deferred == {"type": 5, "data": {"flags": 64}}
            answer = await asyncio.wait_for(gateway.edits.get(), 5)
            assert answer["content"].startswith("No Riot account is linked yet.")
            assert answer["allowed_mentions"] == {"parse": []}
            os.kill(os.getpid(), signal.SIGTERM)
        assert services.closed

    async def test_sigterm_lets_a_running_command_answer(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services, go_on = FakeBotServices(), asyncio.Event()

        async def slow(_discord_id: str) -> tuple[()]:
            await go_on.wait()
            assert not services.closed
            return ()

        monkeypatch.setattr(services.binding, "bindings_of", slow)
        async with running(gateway, services) as task:
            await gateway.command("accounts")
            await asyncio.wait_for(gateway.callbacks.get(), 5)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.1)
            assert not task.done()
            go_on.set()
            assert (await asyncio.wait_for(gateway.edits.get(), 5))["content"]

    async def test_without_a_token_it_says_which_setting_is_missing(self) -> None:
        with pytest.raises(ConfigurationError, match="DISCORD_BOT_TOKEN is not set"):
            await run_bot(Settings("http://127.0.0.1:9", discord_bot_token=None), FakeBotServices)

    async def test_a_refused_token_is_a_setting_to_mend(self, gateway: Gateway) -> None:
        services = FakeBotServices()
        settings = Settings(f"http://{gateway.url}/api", discord_bot_token=SecretStr("wrong"))
        with pytest.raises(ConfigurationError, match="refuses DISCORD_BOT_TOKEN") as caught:
            await run_bot(settings, lambda: services)
        assert "wrong" not in str(caught.value)
        assert services.closed

    async def test_a_discord_that_is_down_is_tried_until_it_is_up(self, gateway: Gateway) -> None:
        """An outage of Discord is no end of the bot: whatever supervises it would take all the rest down."""
        services = FakeBotServices()
        gateway.outages = 2
        async with running(gateway, services, first_wait=0.01):
            assert gateway.outages == 0
            os.kill(os.getpid(), signal.SIGTERM)
        assert services.closed

    async def test_a_bot_that_waits_for_discord_can_be_stopped(self) -> None:
        services = FakeBotServices()
        with capture_logs() as logs:
            task = asyncio.create_task(run_bot(Settings("http://127.0.0.1:9"), lambda: services, first_wait=30))
            while not any(line["event"] == "discord_does_not_answer" for line in logs):
                assert not task.done()
                await asyncio.sleep(0.01)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(task, 5)
        assert services.closed

    async def test_somebody_elses_server_is_not_tried_again(self, gateway: Gateway) -> None:
        services = FakeBotServices()
        with pytest.raises(Unavailable, match="Is DISCORD_API_BASE_URL right"):
            await run_bot(Settings(f"http://{gateway.url}/elsewhere"), lambda: services)
        assert services.closed


class TestSync:
    @pytest.fixture
    async def world(self) -> AsyncIterator[DiscordSandbox]:
        async with DiscordSandbox(bot_token=TOKEN) as world:
            await world.attach(ChimeraBot(FakeBotServices()), sync_commands=False)
            yield world

    def uploads(self, world: DiscordSandbox) -> int:
        """How often the commands were sent."""
        return sum(request.method == "PUT" for request in world.backend.http_requests)

    async def test_commands_are_uploaded_once_and_again_when_they_changed(
        self, world: DiscordSandbox, tmp_path: Path
    ) -> None:
        settings, remembered = Settings(world.bridge_url), tmp_path / "var" / "commands.sha256"
        assert await sync(settings, remembered)
        uploaded = {name for name, _ in world.backend.commands[None]}
        assert not is_uploaded(settings, tmp_path / "nowhere")
        assert uploaded == {"bind", "unbind", "accounts", "analyze", "profile", "sync", "tasks", "privacy", "help"}
        assert not await sync(settings, remembered)
        assert self.uploads(world) == 1
        assert is_uploaded(settings, remembered)
        assert not is_uploaded(Settings("http://127.0.0.1:9"), remembered)
        remembered.write_text("of an older version")
        assert await sync(settings, remembered)
        assert await sync(settings, remembered, force=True)
        assert self.uploads(world) == 3

    async def test_a_refused_token_uploads_and_remembers_nothing(self, world: DiscordSandbox, tmp_path: Path) -> None:
        settings = Settings(world.bridge_url, discord_bot_token=SecretStr("wrong"))
        with pytest.raises(ConfigurationError, match="refuses DISCORD_BOT_TOKEN"):
            await sync(settings, tmp_path / "hash")
        assert self.uploads(world) == 0
        assert not (tmp_path / "hash").exists()

    async def test_discord_out_of_reach_is_unavailable(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            await sync(Settings("http://127.0.0.1:9"), tmp_path / "hash")
