"""Discord's sign-in over real HTTP: the stand-in on a port of its own, and a Discord that says what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp import web

from src.sandbox.discord.oauth import DiscordOAuth
from src.sandbox.discord.oauth_grants import Person

MARA = Person("210000000000000001", "mara", "Mara")
JONAS = Person("210000000000000002", "jonas", "Jonas")
TOKEN = "an-access-token"
GRANTED = {"access_token": TOKEN, "token_type": "Bearer", "scope": "identify", "refresh_token": "a-refresh-token"}
Reply = Callable[[], web.StreamResponse]


@asynccontextmanager
async def serving(add_to: Callable[[web.Application], None]) -> AsyncIterator[str]:
    """Serve on a free loopback port; yields the base URL."""
    app = web.Application()
    add_to(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving_oauth(oauth: DiscordOAuth) -> AsyncIterator[str]:
    """The stand-in alone; yields its base URL."""
    async with serving(oauth.add_to) as url:
        yield url


async def press(auth_url: str, person: Person, decision: str = "authorize") -> dict[str, str]:
    """Press a button on the page at `auth_url`; answers what the browser brings back to the application."""
    form = dict(parse_qsl(urlsplit(auth_url).query)) | {"user_id": person.id, "decision": decision}
    page = auth_url.partition("?")[0]
    async with aiohttp.ClientSession() as session, session.post(page, data=form, allow_redirects=False) as answer:
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@dataclass
class ScriptedDiscord:
    """Answers with what `token` and `identity` make; `asked` are the requests' paths, `headers` what came with them."""

    token: Reply = lambda: web.json_response(GRANTED)
    identity: Reply = lambda: web.json_response({"id": MARA.id, "username": "mara", "global_name": "Mara"})
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/api/oauth2/token", self._token)
        app.router.add_get("/api/v10/users/@me", self._identity)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        self.forms.append(dict(await request.post()))
        await asyncio.sleep(self.delay)
        return self.token()

    async def _identity(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        return self.identity()

    def _note(self, request: web.Request) -> None:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
