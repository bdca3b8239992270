"""The sandbox's front page: what it shows, and from whom it takes a form."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from src.bootstrap.system import free_port
from src.sandbox.discord import CHANNEL, PEOPLE
from src.sandbox.front_page import Addresses, FrontPage
from src.sandbox.riot.sandbox import RiotSandbox

NOWHERE = "http://127.0.0.1:1"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


@dataclass
class Door:
    """A page's door, as far as the front page uses it."""

    url: str


@pytest.fixture
async def riot() -> AsyncIterator[RiotSandbox]:
    async with RiotSandbox() as riot:
        yield riot


@pytest.fixture
async def page(riot: RiotSandbox) -> AsyncIterator[FrontPage]:
    """The page in front of a Riot that is there and an API that is not."""
    doors: Any = {name: Door(f"http://127.0.0.1:1/#{name}") for name in (CHANNEL, *PEOPLE)}
    async with FrontPage(doors, Addresses(NOWHERE, NOWHERE, riot.base_url), port=free_port(0)) as page:
        yield page


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_it_shows_every_door_and_account_and_fetches_nothing(
    page: FrontPage, riot: RiotSandbox, http: aiohttp.ClientSession
) -> None:
    """Also while a part of the system does not answer; nothing on it comes from elsewhere, no script runs."""
    async with http.get(page.url) as answer:
        shown = await answer.text()
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in (CHANNEL, *PEOPLE):
        assert f'href="/{name}"' in shown
        async with http.get(f"{page.url}/{name}", allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == f"http://127.0.0.1:1/#{name}"
    for player in riot.world.players():
        assert player.riot_id in shown
    assert "API down" in shown
    assert not re.search(r"<script|src=\"(?!/)|url\(", shown)
    async with http.get(f"{page.url}/chimera.png") as picture:
        body = await picture.read()
    assert body.startswith(b"\x89PNG")
    assert len(body) < 10_000


async def test_an_icon_is_set_by_the_pages_own_form(
    page: FrontPage, riot: RiotSandbox, http: aiohttp.ClientSession
) -> None:
    puuid = riot.world.main.puuid
    async with http.post(f"{page.url}/icon", data={"puuid": puuid, "icon": "9"}, headers=OWN) as answer:
        assert "now shows <b>Daggers Icon</b>" in await answer.text()
    changed = riot.directory.account(puuid)
    assert changed is not None
    assert changed.profile_icon_id == 9


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Host": "elsewhere.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_forms_of_other_sites_do_nothing(
    headers: dict[str, str], page: FrontPage, riot: RiotSandbox, http: aiohttp.ClientSession
) -> None:
    """Nor does a site reach it that has its own name point to this machine."""
    main = riot.world.main
    async with http.post(f"{page.url}/icon", data={"puuid": main.puuid, "icon": "9"}, headers=headers) as answer:
        assert answer.status == 403
    now = riot.directory.account(main.puuid)
    assert now is not None
    assert now.profile_icon_id == main.profile_icon_id


@pytest.mark.parametrize(
    ("puuid", "icon", "status"), [("../stats", "9", 404), ("", "9", 404), ("x", "٣", 400), ("x", "9" * 5000, 400)]
)
async def test_nonsense_goes_no_further(
    puuid: str, icon: str, status: int, page: FrontPage, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{page.url}/icon", data={"puuid": puuid, "icon": icon}, headers=OWN) as answer:
        assert answer.status == status
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_it_says_so_when_riots_stand_in_is_away(http: aiohttp.ClientSession) -> None:
    doors: Any = {name: Door(NOWHERE) for name in (CHANNEL, *PEOPLE)}
    async with FrontPage(doors, Addresses(NOWHERE, NOWHERE, NOWHERE), port=free_port(0)) as page:
        async with http.get(page.url) as answer:
            assert "stand-in does not answer at the moment" in await answer.text()
        async with http.post(f"{page.url}/icon", data={"puuid": "x", "icon": "9"}, headers=OWN) as answer:
            assert answer.status == 503
            assert "does not answer at the moment" in await answer.text()
