"""/bind through everything that is ours: services, Postgres, both sign-ins over HTTP, and the pages."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import structlog
import yarl

from src.adapters.database import DatabaseAdapter, PostgresLinkSteps
from src.api.app import create_app
from src.core.services import UserBindingService
from src.sandbox.browser import Browser, LoopbackCookieJar, Page
from tests.fakes.api import FakeApiServices, running
from tests.fakes.discord_oauth import JONAS, MARA
from tests.fakes.link_browser import COOKIE, OWN_PAGE
from tests.integration.link_town import LinkTown, link_town


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[LinkTown]:
    async with link_town(database_url) as town:
        yield town


@pytest.fixture
async def coded(database_url: str) -> AsyncIterator[LinkTown]:
    """A town whose Chimera has no Discord client."""
    async with link_town(database_url, signs_in_at_discord=False) as town:
        yield town


async def test_the_documented_snippet_works_as_written(town: LinkTown) -> None:
    user_service = UserBindingService(database=town.database, rso_adapter=town.services.rso_adapter)

    response = await user_service.initiate_binding(discord_id="184405311681986560", region="na1")

    assert town.riot.rso_issuer_url in response.message
    query = await town.press(response.auth_url)
    binding = await user_service.complete_binding(code=query["code"], state=query["state"], issuer=query.get("iss"))
    assert await user_service.get_binding("184405311681986560") == binding
    assert await user_service.validate_binding("184405311681986560")


async def test_a_person_links_their_account_in_the_browser(town: LinkTown) -> None:
    player = town.riot.world.main
    async with Browser() as browser:
        first = await browser.open(await town.invite())
        assert (first.status, "mara" in first.text) == (200, True)
        page = await town.to_last_page(browser)
        assert (page.status, page.url.path, page.url.query_string) == (200, "/link/confirm", "")
        assert all(name in page.text for name in ("mara", player.game_name))
        assert await town.owner() is None

        done = await browser.submit(page)

    assert (done.status, "Linked" in done.text) == (200, True)
    binding = await town.services.binding.get_binding(MARA.id)
    assert binding is not None
    assert (binding.puuid, str(binding.riot_id)) == (player.puuid, player.riot_id)


async def test_without_a_discord_client_a_code_typed_into_discord_links(coded: LinkTown) -> None:
    async with Browser() as browser:
        page = await browser.submit(await browser.open(await coded.invite()))
        page = await browser.submit(page, puuid=coded.riot.world.main.puuid, decision="allow")
    code = re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", page.text)
    assert code is not None
    assert await coded.owner() is None

    await coded.linking.confirm_by_code(MARA.id, code[0])

    assert await coded.owner() == MARA.id


@pytest.mark.parametrize("where", ["Discord", "Riot"])
async def test_a_person_who_cancels_a_sign_in_has_nothing_linked(town: LinkTown, where: str) -> None:
    async with Browser() as browser:
        if where == "Riot":
            page = await browser.submit(await town.to_riot(browser), decision="deny")
        else:
            page = await browser.submit(await browser.submit(await browser.open(await town.invite())), decision="no")

    assert (page.status, f"You cancelled the sign-in at {where}" in page.text) == (403, True)
    assert await town.owner() is None


async def test_an_account_that_changes_hands_leaves_its_former_owner_a_notice(town: LinkTown) -> None:
    async with Browser() as browser, Browser() as other:
        await browser.submit(await town.to_last_page(browser, MARA))
        page = await town.to_last_page(other, JONAS)
        assert ("linked to another Discord user" in page.text, "mara" in page.text) == (True, False)

        assert (await other.submit(page)).status == 200

    assert await town.owner() == JONAS.id
    row = await town.database.fetchrow("SELECT arguments ->> 'discord_id' AS told FROM jobs")
    assert row is not None
    assert row["told"] == MARA.id


@pytest.mark.attack
async def test_a_forwarded_link_ends_at_discord(town: LinkTown) -> None:
    async with Browser() as victim:
        page = await town.to_riot(victim, JONAS, signs_in=MARA)

    assert (page.status, page.url.path) == (403, "/link/over")
    assert await town.refusals(JONAS) == ["link_opened_by_another_user"]
    assert await town.refusals(MARA) == ["link_of_another_user"]
    assert await town.owner() is None


@pytest.mark.attack
async def test_previews_leave_a_link_as_it_is(town: LinkTown) -> None:
    url = await town.invite()
    async with aiohttp.ClientSession() as bot:
        for method in ("GET", "HEAD") * 5:
            async with bot.request(method, url) as response:
                assert (response.status, "Set-Cookie" in response.headers) == (200, False)

    async with Browser() as browser:
        assert "oauth2/authorize" in str((await browser.submit(await browser.open(url))).url)


@pytest.mark.attack
async def test_of_many_who_use_a_link_at_once_one_does(town: LinkTown) -> None:
    url = await town.invite()

    async def begin() -> int:
        async with aiohttp.ClientSession() as session, session.post(url, headers=OWN_PAGE) as response:
            return response.status

    assert sorted(await asyncio.gather(*(begin() for _ in range(4)))) == [200, 410, 410, 410]


@pytest.mark.attack
async def test_of_two_identical_callbacks_at_once_one_is_answered(town: LinkTown) -> None:
    jar = LoopbackCookieJar(unsafe=True)
    async with Browser() as browser:
        page = await town.to_riot(browser)
        jar.update_cookies(browser.cookies(town.base), yarl.URL(town.base))
        query = await town.press(str(page.url))

    async def open_it(cookies: aiohttp.CookieJar | None) -> str:
        async with (
            aiohttp.ClientSession(town.base, cookie_jar=cookies) as session,
            session.get("/rso/callback", params=query, allow_redirects=False) as response,
        ):
            return response.headers["Location"]

    assert await open_it(None) == "/link/over"  # another browser, which uses nothing up
    led_to = await asyncio.gather(*(open_it(jar) for _ in range(4)))
    assert sorted(led_to) == ["/link/confirm", "/link/over", "/link/over", "/link/over"]


@pytest.mark.attack
async def test_of_two_browsers_with_one_account_the_second_must_prove_it_anew(town: LinkTown) -> None:
    async with Browser() as one, Browser() as two:
        pages = await town.to_last_page(one, MARA), await town.to_last_page(two, JONAS)
        done = await asyncio.gather(one.submit(pages[0]), two.submit(pages[1]))

    assert sorted(page.status for page in done) == [200, 409]
    winner, loser = (MARA, JONAS) if done[0].status == 200 else (JONAS, MARA)
    assert await town.owner() == winner.id
    assert await town.refusals(loser) == ["account_taken"]


@pytest.mark.attack
@pytest.mark.parametrize("step", ["begin", "discord", "riot", "confirm"])
async def test_no_step_is_taken_after_it_has_expired(town: LinkTown, step: str) -> None:
    async with Browser() as browser:
        page = await _before(step, town, browser)
        for table in ("link_steps", "link_attempts"):
            await town.database.execute(f"UPDATE {table} SET expires_at = now()")  # noqa: S608

        choices = {
            "discord": {"user_id": MARA.id, "decision": "authorize"},
            "riot": {"puuid": town.riot.world.main.puuid, "decision": "allow"},
        }
        seen = await browser.submit(page, **choices.get(step, {}))

    assert seen.status == (410 if step == "begin" else 403)
    assert await town.owner() is None


async def _before(step: str, town: LinkTown, browser: Browser) -> Page:
    if step == "confirm":
        return await town.to_last_page(browser)
    if step == "riot":
        return await town.to_riot(browser)
    page = await browser.open(await town.invite())
    return page if step == "begin" else await browser.submit(page)


@pytest.mark.attack
async def test_neither_logs_nor_tables_hold_what_opens_a_step(town: LinkTown) -> None:
    with structlog.testing.capture_logs() as logs:
        async with Browser() as browser:
            page = await town.to_last_page(browser)
            sessions = browser.cookies(town.base)
            await town.to_riot(browser)
            rows = await town.database.fetch("SELECT key_hash, payload::text FROM link_steps")
            rows += await town.database.fetch("SELECT state_hash, payload::text FROM link_attempts")
            sessions |= {"later": browser.cookies(town.base)[COOKIE]}
            await browser.submit(page)

    assert len(rows) == 2
    assert len({*sessions.values()}) == 2
    for secret in sessions.values():
        assert secret not in repr(logs)
        assert secret not in repr(rows)


async def test_a_database_that_is_gone_is_a_page_that_says_so(town: LinkTown) -> None:
    gone = DatabaseAdapter(url="postgresql://nobody@127.0.0.1:1/none")
    try:
        services = FakeApiServices(gone, town.services.rso_adapter, PostgresLinkSteps(gone))
        async with (
            running(create_app(services)) as base,
            aiohttp.ClientSession(base) as browser,
            browser.get("/link/x") as response,
        ):
            assert (response.status, response.content_type) == (503, "text/html")
    finally:
        await gone.close()
