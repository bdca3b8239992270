"""/bind through everything that is ours: service, Postgres, RSO over HTTP, and the pages."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from src.adapters.database import DatabaseAdapter
from src.adapters.rso_adapter import RSOAdapter
from src.api.app import create_app
from src.core.services import UserBindingService
from src.sandbox.riot.sandbox import RiotSandbox
from tests.fakes.api import FakeApiServices, running

SETTINGS = ("RSO_PRIVATE_KEY_FILE", "RIOT_API_KEY", "PUBLIC_BASE_URL")


@dataclass
class Town:
    """What stands: the database, Riot's stand-in, and the API in front of them."""

    database: DatabaseAdapter
    sandbox: RiotSandbox
    services: FakeApiServices
    base: str

    async def sign_in_page(self, auth_url: str, decision: str, puuid: str) -> str:
        """Press a button on the sign-in page; answers the callback's path and query."""
        form = dict(parse_qsl(urlsplit(auth_url).query)) | {"puuid": puuid, "decision": decision}
        url = auth_url.partition("?")[0]
        async with aiohttp.ClientSession() as session, session.post(url, data=form, allow_redirects=False) as answer:
            location = urlsplit(answer.headers["Location"])
        assert location.path == "/rso/callback"
        return f"{location.path}?{location.query}"

    def browser(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(self.base, cookie_jar=aiohttp.CookieJar(unsafe=True))


@pytest.fixture
async def town(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    async with RiotSandbox() as sandbox:
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("RSO_CLIENT_ID", sandbox.client.client_id)
        monkeypatch.setenv("RSO_CLIENT_SECRET", sandbox.client.secret)
        monkeypatch.setenv("RSO_ISSUER_URL", sandbox.rso_issuer_url)
        monkeypatch.setenv("RIOT_API_BASE_URL", sandbox.riot_base_url)
        database = DatabaseAdapter()
        services = FakeApiServices(database, RSOAdapter())
        try:
            async with running(create_app(services)) as base:
                yield Town(database, sandbox, services, base)
        finally:
            await database.close()


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def test_the_documented_snippet_works_as_written(town: Town) -> None:
    user_service = UserBindingService(database=town.database, rso_adapter=RSOAdapter())

    response = await user_service.initiate_binding(discord_id="184405311681986560", region="na1")

    assert town.sandbox.rso_issuer_url in response.message
    callback = await town.sign_in_page(response.auth_url, "allow", town.sandbox.world.main.puuid)
    query = dict(parse_qsl(urlsplit(callback).query))
    binding = await user_service.complete_binding(code=query["code"], state=query["state"])
    assert await user_service.get_binding("184405311681986560") == binding
    assert await user_service.validate_binding("184405311681986560")


async def test_a_person_links_their_account_in_the_browser(town: Town) -> None:
    player = town.sandbox.world.main
    begun = await town.services.binding.initiate_binding("1", "na1", discord_name="somebody")
    callback = await town.sign_in_page(begun.auth_url, "allow", player.puuid)

    async with town.browser() as browser:
        async with browser.get(callback) as response:
            page = await response.text()
            assert (response.status, player.game_name in page) == (200, True)
        assert await town.services.binding.get_binding("1") is None
        async with browser.post("/link/confirm", data={"form_token": form_token(page)}) as response:
            assert response.status == 200

    binding = await town.services.binding.get_binding("1")
    assert binding is not None
    assert (binding.puuid, str(binding.riot_id)) == (player.puuid, player.riot_id)


async def test_a_person_who_denies_at_riot_has_nothing_linked(town: Town) -> None:
    begun = await town.services.binding.initiate_binding("1", "na1")
    callback = await town.sign_in_page(begun.auth_url, "deny", town.sandbox.world.main.puuid)

    async with town.browser() as browser, browser.get(callback) as response:
        assert (response.status, "cancelled" in await response.text()) == (403, True)


async def test_of_two_identical_callbacks_at_once_one_is_answered(town: Town) -> None:
    begun = await town.services.binding.initiate_binding("1", "na1")
    callback = await town.sign_in_page(begun.auth_url, "allow", town.sandbox.world.main.puuid)

    async def open_it() -> int:
        async with town.browser() as browser, browser.get(callback) as response:
            return response.status

    assert sorted(await asyncio.gather(*(open_it() for _ in range(4)))) == [200, 403, 403, 403]


async def test_of_two_users_with_one_account_one_gets_it(town: Town) -> None:
    async def link(discord_id: str) -> int:
        begun = await town.services.binding.initiate_binding(discord_id, "na1")
        callback = await town.sign_in_page(begun.auth_url, "allow", town.sandbox.world.main.puuid)
        async with town.browser() as browser:
            async with browser.get(callback) as response:
                page = await response.text()
            async with browser.post("/link/confirm", data={"form_token": form_token(page)}) as response:
                return response.status

    assert sorted(await asyncio.gather(link("1"), link("2"))) == [200, 409]
    owners = [await town.services.binding.get_binding(user) for user in ("1", "2")]
    assert len([owner for owner in owners if owner is not None]) == 1


async def test_a_database_that_is_gone_is_a_page_that_says_so(town: Town) -> None:
    begun = await town.services.binding.initiate_binding("1", "na1")
    callback = await town.sign_in_page(begun.auth_url, "allow", town.sandbox.world.main.puuid)
    gone = DatabaseAdapter(url="postgresql://nobody@127.0.0.1:1/none")
    try:
        async with (
            running(create_app(FakeApiServices(gone, RSOAdapter()))) as base,
            aiohttp.ClientSession(base) as browser,
            browser.get(callback) as response,
        ):
            assert (response.status, response.content_type) == (503, "text/html")
    finally:
        await gone.close()
