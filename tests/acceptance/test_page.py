"""What somebody sees who sits down in front of the sandbox's page and types: the whole system, in a browser."""

import re
import time
from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from redis.asyncio import Redis

from tests.acceptance.conftest import WORLD, Live
from tests.acceptance.discord import Room, room
from tools.discord_message import PATIENCE_MS
from tools.discord_page import PHONE, DiscordPage
from tools.sign_in_pages import sign_in

pytest_plugins = ("tests.chromium",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

MAIN = WORLD.main
PAIRS = WORLD.complete_pairs()
PROGRESS = re.compile(r"\.\.\.")
TYPING_MS = 60  # between two keys of somebody who types fast
PATIENCE = 5.0  # seconds that an answer may take on a busy machine; what it does take is printed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(live: Live) -> AsyncIterator[Room]:
    async with room(live) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(there: Room) -> AsyncIterator[str]:
    """The page's address."""
    async with there.discord.preview() as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(browser: Browser, url: str) -> AsyncIterator[DiscordPage]:
    """One for all: a new page loads 30 MB of fonts."""
    async with DiscordPage.opened(browser, url) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def page(desk: DiscordPage, there: Room, live: Live) -> DiscordPage:
    """Mara sits in front of the page; nobody has linked an account, or asked for anything this minute."""
    await there.unlink_everybody()
    async with Redis.from_url(live.stage.environment["CELERY_BROKER_URL"]) as redis:
        counted = [key async for key in redis.scan_iter("chimera:requests*")]
        await redis.delete("nothing", *counted)
    await desk.view_as("Mara")
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def linked(page: DiscordPage, there: Room) -> DiscordPage:
    """Mara has linked the main player of the world."""
    await there.link("mara", MAIN.puuid, MAIN.riot_id, MAIN.platform)
    return page


@pytest_asyncio.fixture(loop_scope="module")
async def slow_riot(live: Live) -> AsyncIterator[None]:
    """An old match is not stored, and Riot takes its time for a timeline: progress can be seen."""
    connection = await asyncpg.connect(live.stage.environment["DATABASE_URL"])
    await connection.execute("DELETE FROM matches WHERE match_id = $1", PAIRS[-1])
    await connection.close()
    url = live.stage.environment["RIOT_API_BASE_URL"].replace("/{host}", "/_sandbox/faults")
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await session.post(url, json=[{"method": "match-v5.getTimeline", "latency_ms": [1500, 1500]}])
        yield
        await session.delete(url)


async def is_as_wide_as_the_screen(page: DiscordPage) -> bool:
    return bool(await page.tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_bind_leads_through_the_sign_in_and_the_answer_changes(page: DiscordPage) -> None:
    answer = await page.command("bind", typed="bin")
    await answer.says("Sign in")
    assert await answer.is_for_one_person()

    tab = await answer.follow("Sign in")
    await sign_in(tab, "Mara", MAIN.riot_id)
    await tab.close()

    await answer.says(f"Linked: {MAIN.riot_id}")
    assert await answer.buttons() == []


@pytest.mark.usefixtures("slow_riot")
async def test_analyze_shows_progress_and_then_the_answer_with_its_picture(linked: DiscordPage) -> None:
    answer = await linked.command("analyze", typed="ana", match=PAIRS[-1])
    await answer.says(PROGRESS)

    await answer.picture()

    assert await answer.author() == "Chimera"
    assert await answer.asked() == "Mara used /analyze"
    assert re.match("Victory|Defeat", await answer.title())
    assert MAIN.riot_id in await answer.text()
    assert not PROGRESS.search(await answer.text())
    assert not await answer.is_for_one_person()


async def test_a_stored_match_is_answered_at_once(linked: DiscordPage) -> None:
    await (await linked.command("analyze")).picture()
    await linked.write("analyze", typed="ana")

    enter = time.monotonic()
    answer = await linked.answer_to(linked.send())
    await answer.picture()

    took = time.monotonic() - enter
    print(f"\nfrom Enter to the finished answer: {took:.2f} s")  # noqa: T201 - a number for whoever runs it
    assert took < PATIENCE


async def test_buttons_turn_the_pages_of_an_answer_for_whoever_asked(linked: DiscordPage) -> None:
    answer = await linked.command("analyze")
    await answer.picture()
    short = await answer.fields()
    await answer.press("Details")
    await answer.has_button("Less")
    assert short.items() < (await answer.fields()).items()

    await linked.view_as("Jonas")
    refusal = await linked.answer_to(answer.press("Less"))
    assert await refusal.is_for_one_person()
    await refusal.says("Only who asked")
    await answer.has_button("Less")

    await linked.view_as("Mara")
    assert not await linked.shows(refusal)
    await answer.press("Less")
    await answer.has_button("Details")
    assert await answer.fields() == short


async def test_stored_matches_are_offered_while_one_types_and_under_an_answer(linked: DiscordPage) -> None:
    one, other = PAIRS[:2]
    await (await linked.command("analyze", match=other)).picture()
    answer = await linked.command("analyze", match=one)
    await answer.picture()
    _, champion, score = (await answer.title()).split(" · ")

    await linked.write("analyze")
    offered = await linked.offered("match")
    assert len(offered) >= 2
    assert all(" ago · " in label for label in offered)
    await linked.take(next(label for label in offered if not label.startswith(f"{champion}, ")))
    answer = await linked.answer_to(linked.send())
    await answer.picture()
    assert one not in await answer.text()

    await answer.press("Another match")
    labels = await answer.choices()
    await answer.choose(next(label for label in labels if label.startswith(f"{champion}, ") and f" {score}, " in label))
    await answer.says(one)


async def test_whoever_types_on_has_each_answer_in_sight(linked: DiscordPage) -> None:
    """As in Discord, Enter takes a command, Enter sends it, and the next letter begins the next one."""
    keyboard = linked.tab.keyboard

    async def type_on() -> None:
        await keyboard.type("/analyze", delay=TYPING_MS)
        await linked.tab.locator(".command-entry").first.wait_for()
        await keyboard.press("Enter")
        await linked.tab.locator(".command-chip").wait_for()
        await keyboard.press("Enter")

    for _ in range(2):
        answer = await linked.answer_to(type_on())
        await (await answer.picture()).hover(trial=True)
        await expect(answer.root.get_by_role("button", name="Details")).to_be_in_viewport()


async def test_after_a_refusal_the_next_command_can_be_typed(page: DiscordPage) -> None:
    await page.view_as("Jonas")
    refusal = await page.command("analyze")
    await refusal.says("/bind")
    await expect(page.tab.locator(".command-chip")).to_have_count(0)

    answer = await page.command("help")
    await answer.says("/profile")


async def test_whoever_types_on_while_a_command_is_sent_loses_no_letter(page: DiscordPage) -> None:
    await page.tab.locator("#channel-composer-input").click()
    first = await page.answer_to(page.tab.keyboard.type("/help\n\n/accounts\n\n/profile\n\nso\n", delay=TYPING_MS))
    await first.says("/profile")
    await expect(page.messages().last).to_contain_text("so", timeout=PATIENCE_MS)
    asked = await page.tab.locator(".message-interaction-header").all_inner_texts()
    assert [words.split()[-1] for words in asked[-3:]] == ["/help", "/accounts", "/profile"]
    await expect(page.tab.locator("#channel-composer-input")).to_have_value("")


async def test_a_phone_shows_all_of_it(browser: Browser, url: str, linked: DiscordPage) -> None:
    async with DiscordPage.opened(browser, url, viewport=PHONE, scale=2) as phone:
        answer = await phone.command("analyze", typed="ana")
        picture = await answer.picture()

        assert await is_as_wide_as_the_screen(phone)
        box = await picture.bounding_box()
        assert box is not None
        assert 250 < box["width"] <= PHONE["width"]
