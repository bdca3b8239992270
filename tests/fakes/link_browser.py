"""A browser on its way to a link, over real HTTP against fakes: step by step, as people and attackers take them."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import Self

import aiohttp

from src.sandbox.browser import LoopbackCookieJar
from tests.fakes.api import FakeSignIns

COOKIE = "__Host-chimera-link"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Seen:
    """An answer: its status, headers and text; `path` is where redirects of our own have led."""

    status: int
    headers: Mapping[str, str]
    text: str
    path: str

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.text)
        assert found is not None, self.text
        return found[1]

    @property
    def onward(self) -> str:
        """Where the page leads by itself."""
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', self.text)
        assert found is not None, self.text
        return unescape(found[1])


@dataclass
class LinkBrowser:
    """One browser, with cookies of its own, at the site `base`."""

    base: str
    sign_ins: FakeSignIns
    headers: dict[str, str] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(self.base, cookie_jar=LoopbackCookieJar(unsafe=True), headers=self.headers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    @property
    def cookie(self) -> str:
        """The session token that the browser holds; "" if it holds none."""
        return next((cookie.value for cookie in self.session.cookie_jar if cookie.key == COOKIE), "")

    @asynccontextmanager
    async def _as(self, cookie: str | None) -> AsyncIterator[aiohttp.ClientSession]:
        """This browser, or with `cookie` one that has somehow got hold of that session."""
        if cookie is None:
            yield self.session
            return
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        async with aiohttp.ClientSession(self.base, cookie_jar=aiohttp.DummyCookieJar(), headers=headers) as session:
            yield session

    async def get(
        self,
        path: str,
        *,
        method: str = "GET",
        cookie: str | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Seen:
        """Ask, and follow redirects as long as they stay with us."""
        async with (
            self._as(cookie) as client,
            client.request(method, path, params=query, headers=headers, allow_redirects=False) as response,
        ):
            seen = Seen(response.status, response.headers, await response.text(), response.url.path)
        location = seen.headers.get("Location", "")
        return await self.get(location, cookie=cookie, headers=headers) if location.startswith("/") else seen

    async def post(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        cookie: str | None = None,
        headers: Mapping[str, str] = OWN_PAGE,
    ) -> Seen:
        async with (
            self._as(cookie) as client,
            client.post(path, data=form or {}, headers=headers, allow_redirects=False) as response,
        ):
            return Seen(response.status, response.headers, await response.text(), response.url.path)

    async def begin(self, path: str) -> str:
        """Open the address of /bind and press the button; answers where that leads."""
        assert (await self.get(path)).status == 200
        seen = await self.post(path)
        assert seen.status == 200, seen.text
        return seen.onward

    async def to_riot(self, discord_id: str = "1", *, discord_name: str = "somebody") -> str:
        """Type /bind and go all the way to Riot; answers the address there."""
        onward = await self.begin(await self.sign_ins.invite(discord_id, discord_name=discord_name))
        if not self.sign_ins.linking.signs_in_at_discord:
            return onward
        seen = await self.get("/discord/callback", query=self.sign_ins.at_discord(onward, discord_id, discord_name))
        assert seen.status == 303, seen.text
        return seen.headers["Location"]

    async def to_last_page(
        self,
        discord_id: str = "1",
        *,
        discord_name: str = "somebody",
        puuid: str = "p-1",
        game_name: str = "Hide on bush",
    ) -> Seen:
        """Type /bind and go as far as the last question."""
        auth_url = await self.to_riot(discord_id, discord_name=discord_name)
        seen = await self.get("/rso/callback", query=self.sign_ins.at_riot(auth_url, puuid, game_name))
        assert (seen.status, seen.path) == (200, "/link/confirm"), seen.text
        return seen

    async def link(self, discord_id: str = "1", *, puuid: str = "p-1") -> Seen:
        """All of it."""
        asked = await self.to_last_page(discord_id, puuid=puuid)
        return await self.post("/link/confirm", {"form_token": asked.form_token})
