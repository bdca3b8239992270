"""/bind in a real browser: what it does with our cookies, forms and headers is its own to say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.chromium import Shown, Tab, chromium
from tests.fakes.discord_oauth import JONAS, MARA
from tests.fakes.link_browser import COOKIE
from tests.integration.link_town import LinkTown, link_town

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[LinkTown]:
    async with link_town(database_url) as town:
        yield town


@pytest.fixture
async def tab() -> AsyncIterator[Tab]:
    async with chromium() as tab:
        await tab.call("Emulation.setDeviceMetricsOverride", **PHONE)
        yield tab


@asynccontextmanager
async def another_site(html: str) -> AsyncIterator[str]:
    """A page of somebody else's: to a browser, localhost and 127.0.0.1 are two sites."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html>{html}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://localhost:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def is_as_wide_as_the_screen(tab: Tab) -> bool:
    return bool(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def to_last_page(tab: Tab, town: LinkTown, url: str) -> Shown:
    await tab.open(url)
    await tab.until(lambda shown: "/link/" in shown.url)
    assert await is_as_wide_as_the_screen(tab)
    await tab.press("button.primary")
    await tab.until(lambda shown: shown.path == "/oauth2/authorize")
    await tab.press("button[value=authorize]")
    await tab.until(lambda shown: shown.url.startswith(town.riot.rso_issuer_url))
    await tab.press("button[value=allow]")
    return await tab.until(lambda shown: shown.path == "/link/confirm")


async def test_a_person_links_their_account(tab: Tab, town: LinkTown) -> None:
    asked = await to_last_page(tab, town, await town.invite())
    assert town.riot.world.main.game_name in asked.text
    assert await is_as_wide_as_the_screen(tab)
    (cookie,) = await tab.cookies()
    assert (cookie["name"], cookie["path"], cookie["sameSite"]) == (COOKIE, "/", "Lax")
    assert (cookie["secure"], cookie["httpOnly"]) == (True, True)
    assert await town.owner() is None

    await tab.press("button.primary")
    await tab.until(lambda shown: "Linked" in shown.text)

    assert await is_as_wide_as_the_screen(tab)
    assert await town.owner() == MARA.id
    assert await tab.cookies() == []
    assert not [line for line in tab.console if "Content Security Policy" in line]


async def test_a_chinese_reader_reads_chinese(tab: Tab, town: LinkTown) -> None:
    await tab.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    asked = await to_last_page(tab, town, await town.invite())

    assert "绑定这两个账号吗" in asked.text
    assert await tab.evaluate("document.documentElement.lang") == "zh-CN"
    assert await is_as_wide_as_the_screen(tab)


@pytest.mark.attack
async def test_no_code_stays_in_the_address_bar(tab: Tab, town: LinkTown) -> None:
    """That of somebody who signed in as another person than the one who typed /bind."""
    await tab.open(await town.invite(JONAS))
    await tab.until(lambda shown: "/link/" in shown.url)
    await tab.press("button.primary")
    await tab.until(lambda shown: shown.path == "/oauth2/authorize")
    await tab.press("button[value=authorize]")

    seen = await tab.until(lambda shown: shown.url.startswith(town.base))

    assert seen.url == f"{town.base}/link/over"
    assert "somebody other than the person who asked" in seen.text
    assert "code=" not in await tab.evaluate("document.referrer + location.href")


@pytest.mark.attack
async def test_another_site_cannot_begin_a_sign_in(tab: Tab, town: LinkTown) -> None:
    url = await town.invite()
    async with another_site(f'<form method="post" action="{url}"><button>Free skins</button></form>') as site:
        await tab.open(site)
        await tab.until(lambda shown: "Free skins" in shown.text)
        await tab.press("button")
        seen = await tab.until(lambda shown: shown.url == url)

    assert "did not come from Chimera's own page" in seen.text
    assert await tab.cookies() == []
    assert (await town.linking.look(url.rpartition("/")[2])).discord_id == MARA.id


@pytest.mark.attack
async def test_another_site_cannot_confirm(tab: Tab, town: LinkTown) -> None:
    await to_last_page(tab, town, await town.invite())
    form_token = await tab.evaluate("document.querySelector('input[name=form_token]').value")
    html = (
        f'<form method="post" action="{town.base}/link/confirm">'
        f'<input name="form_token" value="{form_token}"><button>Free skins</button></form>'
    )
    async with another_site(html) as site:
        await tab.open(site)
        await tab.until(lambda shown: "Free skins" in shown.text)
        await tab.press("button")
        await tab.until(lambda shown: shown.url == f"{town.base}/link/confirm")

    assert await town.owner() is None


@pytest.mark.attack
async def test_another_site_cannot_frame_a_page(tab: Tab, town: LinkTown) -> None:
    async with another_site(f'<p>Free skins</p><iframe src="{await town.invite()}"></iframe>') as site:
        await tab.open(site)
        await tab.until(lambda shown: "Free skins" in shown.text)

        assert any("frame-ancestors" in line for line in tab.console)
