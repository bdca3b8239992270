"""Takes the pictures of README.md anew: `python -m tools.pictures`.

A fresh sandbox is started in a temporary folder, and its page is used as people use it, in a headless Chromium.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

import aiohttp
from PIL import Image
from playwright.async_api import Browser, FloatRect, Locator, ViewportSize

from src.bootstrap.container import Container
from src.bootstrap.logs import configure_logs
from src.bootstrap.servers import EmbeddedServers
from src.bootstrap.system import free_port
from src.bot.client import ChimeraBot
from src.sandbox.discord import CHANNEL, DiscordSandbox, Door
from src.sandbox.front_page import Addresses, FrontPage
from src.sandbox.riot.world import World
from src.sandbox.stage import Stage, sandbox_stage
from tools.chromium import chromium
from tools.discord_message import ShownMessage, settled
from tools.discord_page import DiscordPage
from tools.sign_in_pages import sign_in

FOLDER: Final = Path("docs/pictures")
# As wide as an answer is on a desk, and so high that none has to be scrolled: a picture shows all of it.
DESK: Final[ViewportSize] = {"width": 544, "height": 2600}
PHONE: Final[ViewportSize] = {"width": 400, "height": 3400}
FRONT: Final[ViewportSize] = {"width": 1100, "height": 600}
FRONT_PORT: Final = 8080
SCALE: Final = 2
COLOURS: Final = 256
RIOT_SECONDS: Final = 2.0  # so slow that progress can be seen


def main() -> None:
    """Take all of them."""
    configure_logs("warning")
    with _var() as var, sandbox_stage(var, print) as stage:
        asyncio.run(_take(stage))


@contextmanager
def _var() -> Iterator[Path]:
    """A folder for the sandbox's data, which are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chimera-pictures-") as folder:
        Path(folder).chmod(0o755)  # started by root, the servers run as somebody else
        try:
            yield Path(folder) / "var"
        finally:
            EmbeddedServers(Path(folder) / "var").remove_data()


async def _take(stage: Stage) -> None:
    async with _doors(stage) as doors, chromium() as browser:
        await _front(browser, stage, doors)
        url = doors[CHANNEL].url
        async with DiscordPage.opened(browser, url, viewport=DESK, scale=SCALE) as page:
            await _link(page)
            await _desk(page, stage)
        async with DiscordPage.opened(browser, url, viewport=PHONE, scale=SCALE) as phone:
            await _phone(phone)


@asynccontextmanager
async def _doors(stage: Stage) -> AsyncIterator[Mapping[str, Door]]:
    """Discord with the bot in it, and its pages."""
    async with DiscordSandbox() as discord:
        stage.start_chimera(discord_api_url=discord.bridge_url, discord_token=discord.bot_token)
        services = Container.build()
        try:
            await discord.attach(ChimeraBot(services, shard_count=1))
            async with discord.doors() as doors:
                yield doors
        finally:
            await services.close()


async def _front(browser: Browser, stage: Stage, doors: Mapping[str, Door]) -> None:
    """The page that `make run` names first."""
    riot = stage.environment["RSO_ISSUER_URL"].removesuffix("/rso")
    addresses = Addresses(stage.public_url, stage.place_flower(), riot)
    async with FrontPage(doors, addresses, port=free_port(FRONT_PORT)) as front:
        tab = await browser.new_page(viewport=FRONT, device_scale_factor=SCALE)
        await tab.goto(front.url)
        _write("front-page", await tab.screenshot())
        await tab.close()


async def _link(page: DiscordPage) -> None:
    answer = await page.command("bind")
    await answer.says("Sign in")
    tab = await answer.follow("Sign in")
    await sign_in(tab, "Mara", World(1).main.riot_id)
    await tab.close()
    await answer.says("Linked")


async def _desk(page: DiscordPage, stage: Stage) -> None:
    async with _slow_riot(stage):
        answer = await page.command("analyze")
        await answer.says("...")
        await _keep("progress", page, answer)
    await answer.picture()
    await _keep("analyze", page, answer)
    await answer.press("Details")
    await answer.has_button("Less")
    await _keep("details", page, answer)

    for name, command, options in (
        ("profile", "profile", {}),
        ("help", "help", {}),
        ("error", "analyze", {"match": "NA1_404"}),
    ):
        shown = await page.command(command, **options)
        await shown.is_finished()
        await _keep(name, page, shown)

    await page.write("analyze")
    await page.offered("match")
    await _keep_composer("autocomplete", page)


async def _phone(phone: DiscordPage) -> None:
    answer = await phone.command("analyze")
    picture = await answer.picture()
    await _keep("analyze-phone", phone, answer)
    await _shoot("chart-phone", phone, await _box(picture))


@asynccontextmanager
async def _slow_riot(stage: Stage) -> AsyncIterator[None]:
    url = stage.environment["RIOT_API_BASE_URL"].replace("/{host}", "/_sandbox/faults")
    latency = round(RIOT_SECONDS * 1000)
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await session.post(url, json=[{"method": "match-v5.getTimeline", "latency_ms": [latency, latency]}])
        try:
            yield
        finally:
            await session.delete(url)


async def _keep(name: str, page: DiscordPage, message: ShownMessage) -> None:
    """A picture of a message, as it looks while nobody points at it."""
    await settled(page.tab)
    await page.tab.mouse.move(0, 0)
    await page.tab.evaluate("document.activeElement.blur()")
    await message.root.evaluate("message => message.scrollIntoView()")
    await _shoot(name, page, await _box(message.root))


async def _keep_composer(name: str, page: DiscordPage) -> None:
    """A picture of where commands are typed, and of what is offered above it."""
    await settled(page.tab)
    above, below = await _box(page.tab.locator(".command-popup")), await _box(page.tab.locator("#channel-composer"))
    await _shoot(name, page, {**below, "y": above["y"], "height": below["y"] + below["height"] - above["y"]})


async def _box(part: Locator) -> FloatRect:
    box = await part.bounding_box()
    if box is None:
        raise LookupError(f"{part} is not on the page")
    return box


async def _shoot(name: str, page: DiscordPage, box: FloatRect) -> None:
    _write(name, await page.tab.screenshot(clip=box))


def _write(name: str, png: bytes) -> None:
    """Write a picture in few colours: a README is loaded over phones."""
    shot = Image.open(BytesIO(png)).convert("RGB")
    path = FOLDER / f"{name}.png"
    shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {shot.width} x {shot.height}, {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
