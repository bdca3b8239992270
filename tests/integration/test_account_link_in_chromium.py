"""/bind in a real browser: what it does with our cookies, forms and headers is its own to say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from tests.fakes.discord_oauth import JONAS, MARA
from tests.fakes.link_browser import COOKIE
from tests.integration.link_town import LinkTown, link_town

pytest_plugins = ("tests.chromium",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def town(database_url: str) -> AsyncIterator[LinkTown]:
    async with link_town(database_url) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """A tab of a phone that has never been here."""
    profile = await browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True)
    yield await profile.new_page()
    await profile.close()


@pytest.fixture
def console(tab: Page) -> list[str]:
    """What the tab's console says: a refusal by CSP is there."""
    lines: list[str] = []
    tab.on("console", lambda message: lines.append(message.text))
    return lines


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


async def is_as_wide_as_the_screen(tab: Page) -> bool:
    return bool(await tab.evaluate("document.documentElement.scrollWidth <= screen.width && screen.width == 360"))


async def shown(tab: Page) -> str:
    """The words on the page."""
    return await tab.locator("body").inner_text()


async def to_riot(tab: Page, town: LinkTown, url: str) -> None:
    await tab.goto(url)
    assert "/link/" in tab.url
    assert await is_as_wide_as_the_screen(tab)
    await tab.click("button.primary")
    await tab.wait_for_url(lambda url: urlsplit(url).path == "/oauth2/authorize")
    await tab.click("button[value=authorize]")
    await tab.wait_for_url(lambda url: url.startswith((town.riot.rso_issuer_url, town.base)))


async def to_last_page(tab: Page, town: LinkTown, url: str) -> None:
    await to_riot(tab, town, url)
    await tab.click("button[value=allow]")
    await tab.wait_for_url("**/link/confirm")


async def test_a_person_links_their_account(tab: Page, console: list[str], town: LinkTown) -> None:
    await to_last_page(tab, town, await town.invite())
    assert town.riot.world.main.game_name in await shown(tab)
    assert await is_as_wide_as_the_screen(tab)
    (cookie,) = await tab.context.cookies()
    assert (cookie["name"], cookie["path"], cookie["sameSite"]) == (COOKIE, "/", "Lax")
    assert (cookie["secure"], cookie["httpOnly"]) == (True, True)
    assert await town.owner() is None

    await tab.click("button.primary")
    await tab.get_by_text("Linked").first.wait_for()

    assert await is_as_wide_as_the_screen(tab)
    assert await town.owner() == MARA.id
    assert await tab.context.cookies() == []
    assert not [line for line in console if "Content Security Policy" in line]


async def test_a_chinese_reader_reads_chinese(tab: Page, town: LinkTown) -> None:
    await tab.set_extra_http_headers({"Accept-Language": "zh-CN,zh;q=0.9"})

    await to_last_page(tab, town, await town.invite())

    assert "绑定这两个账号吗" in await shown(tab)
    assert await tab.evaluate("document.documentElement.lang") == "zh-CN"
    assert await is_as_wide_as_the_screen(tab)


@pytest.mark.attack
async def test_no_code_stays_in_the_address_bar(tab: Page, town: LinkTown) -> None:
    """That of somebody who signed in as another person than the one who typed /bind."""
    await to_riot(tab, town, await town.invite(JONAS))

    assert tab.url == f"{town.base}/link/over"
    assert "somebody other than the person who asked" in await shown(tab)
    assert "code=" not in await tab.evaluate("document.referrer + location.href")


@pytest.mark.attack
async def test_another_site_cannot_begin_a_sign_in(tab: Page, town: LinkTown) -> None:
    url = await town.invite()
    async with another_site(f'<form method="post" action="{url}"><button>Free skins</button></form>') as site:
        await tab.goto(site)
        await tab.get_by_text("Free skins").click()
        await tab.wait_for_url(url)

    assert "did not come from Chimera's own page" in await shown(tab)
    assert await tab.context.cookies() == []
    assert (await town.linking.look(url.rpartition("/")[2])).discord_id == MARA.id


@pytest.mark.attack
async def test_another_site_cannot_confirm(tab: Page, town: LinkTown) -> None:
    await to_last_page(tab, town, await town.invite())
    form_token = await tab.locator("input[name=form_token]").first.get_attribute("value")
    html = (
        f'<form method="post" action="{town.base}/link/confirm">'
        f'<input name="form_token" value="{form_token}"><button>Free skins</button></form>'
    )
    async with another_site(html) as site:
        await tab.goto(site)
        await tab.get_by_text("Free skins").click()
        await tab.wait_for_url(f"{town.base}/link/confirm")

    assert await town.owner() is None


@pytest.mark.attack
async def test_another_site_cannot_frame_a_page(tab: Page, console: list[str], town: LinkTown) -> None:
    async with another_site(f'<p>Free skins</p><iframe src="{await town.invite()}"></iframe>') as site:
        await tab.goto(site)
        await tab.get_by_text("Free skins").wait_for()

        assert any("frame-ancestors" in line for line in console)
