"""`make run` without credentials: the whole system between stand-ins, with pages to type commands into."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rich.text import Text

from src.bootstrap.console import Console, SetUp
from src.bootstrap.container import Container
from src.bootstrap.log_tail import LogTail
from src.bootstrap.logs import configure_logs
from src.bootstrap.preload import preload_beside
from src.bootstrap.servers import announced
from src.bootstrap.settings import read_settings
from src.bootstrap.system import free_port
from src.bootstrap.watch import LOOK_SECONDS, Watch
from src.bot.client import ChimeraBot
from src.sandbox.discord import CHANNEL, DiscordSandbox, Door
from src.sandbox.front_page import Addresses, FrontPage
from src.sandbox.settings import SandboxSettings
from src.sandbox.stage import SETTING_STEPS, STARTING_STEPS, Stage, icon_pictures, sandbox_stage

_PROCESSES: Final = ("bot", "worker", "api", "beat", "flower", "riot-sandbox")
_OWN_STEPS: Final = 2


def run_playground(console: Console, var: Path) -> None:
    """Play until interrupted. Data and logs are in `var`/sandbox; `var` tells other shells of its settings.

    Raises:
        ServerStartError: something does not start, or ends again and again.
    """
    folder = var / "sandbox"
    configure_logs("info", file=folder / "log" / "bot.log")
    tail = LogTail(folder / "log", _PROCESSES)
    with (
        console.set_up(SETTING_STEPS + STARTING_STEPS + _OWN_STEPS) as set_up,
        sandbox_stage(folder, set_up.step) as stage,
    ):
        asyncio.run(_Playground(console, set_up, stage, tail).play(var))


class _Playground:
    """One run of it. The bot lives in this process, with the Discord that it is in."""

    def __init__(self, console: Console, set_up: SetUp, stage: Stage, tail: LogTail) -> None:
        self._console = console
        self._set_up = set_up
        self._stage = stage
        self._tail = tail
        self._services: Container | None = None

    async def play(self, var: Path) -> None:
        """Bring the bot in and open the pages while worker and API load; then look after it all."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close_services)  # after the bot has left
            discord = await stack.enter_async_context(DiscordSandbox(lasting=True))
            self._stage.launch_chimera(discord_api_url=discord.bridge_url, discord_token=discord.bot_token)
            self._set_up.step("Bot, in a Discord of its own")
            self._services = Container.build()
            await discord.attach(ChimeraBot(self._services, shard_count=1))
            preload_beside()
            self._set_up.step("Pages")
            flower = self._stage.place_flower()
            doors = await stack.enter_async_context(discord.doors(icon_pictures()))
            page = await stack.enter_async_context(self._front_page(doors, flower))
            self._stage.wait_for_chimera(self._set_up.step)
            self._stage.start_flower()
            # Other shells look in the folder's own var, not in the sandbox's.
            stack.enter_context(announced(var, self._stage.environment))
            self._set_up.end()
            self._console.say(self._ready(page, flower))
            await self._look_after_it()

    def _front_page(self, doors: Mapping[str, Door], flower: str) -> FrontPage:
        riot = urlsplit(self._stage.environment["RSO_ISSUER_URL"])
        addresses = Addresses(self._stage.public_url, flower, f"{riot.scheme}://{riot.netloc}")
        return FrontPage(doors, addresses, port=free_port(read_settings(SandboxSettings).sandbox_port))

    def _ready(self, page: FrontPage, flower: str) -> Text:
        parts = (
            ("ready: ", "bold green"), (page.url, "bold"),
            f"  Discord {page.url}/{CHANNEL}  links {self._stage.public_url}  REST {page.url}/rest  Flower {flower}",
            ("  (Ctrl-C stops)", "dim"),
        )  # fmt: skip
        return Text.assemble(*parts)

    async def _look_after_it(self) -> None:
        watch = Watch(self._stage.supervisor, self._stage.servers, self._console.warn)
        try:
            while True:
                watch.look()
                self._tail.tell(self._console)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._console.say("stopping ...")

    async def _close_services(self) -> None:
        if self._services is not None:
            await self._services.close()
