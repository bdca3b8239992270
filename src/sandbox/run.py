"""`make run`: the whole system until Ctrl-C, against Discord and Riot or in the sandbox."""

import asyncio
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from src.bootstrap.container import Container
from src.bootstrap.logs import configure_logs
from src.bootstrap.processes import Supervisor
from src.bootstrap.schema import upgrade_schema
from src.bootstrap.servers import EmbeddedServers, announced, only_run
from src.bootstrap.settings import WebSettings, read_settings
from src.bootstrap.system import (
    check_children,
    external_servers,
    free_port,
    missing_credentials,
    start_api,
    start_beat,
    start_bot,
    start_flower,
    start_worker,
    url_here,
    wait_for_http,
)
from src.bootstrap.watch import Watch
from src.bot.client import ChimeraBot
from src.sandbox.discord import DiscordSandbox, run_world
from src.sandbox.stage import Stage, sandbox_stage

_VAR = Path("var")
_WATCH_SECONDS = 1.0
_API_SECONDS = 60.0


def run_system(*, sandbox: bool) -> None:
    """Run until SIGINT or SIGTERM, or until a process does not stay up.

    Raises:
        ConfigurationError: a setting is wrong.
        ServerStartError: something does not start, or ends again and again.
    """
    configure_logs("warning")
    try:
        with only_run(_VAR):
            missing = missing_credentials()
            if missing and not sandbox:
                _say(f"{', '.join(missing)} not set: playing in the sandbox. README.md says where to get them.")
            if sandbox or missing:
                _run_sandbox()
            else:
                _run_for_real()
    except KeyboardInterrupt:
        _say("stopped")


def _run_sandbox() -> None:
    with sandbox_stage(_VAR / "sandbox", _say) as stage:
        asyncio.run(_world(stage))


async def _world(stage: Stage) -> None:
    services: list[Container] = []

    async def make_bot(world: DiscordSandbox) -> ChimeraBot:
        _say("starting worker, Flower, beat, API and bot")
        flower_port = free_port(read_settings(WebSettings).flower_port)
        stage.start_chimera(discord_api_url=world.bridge_url, discord_token=world.bot_token, flower_port=flower_port)
        services.append(Container.build())
        return ChimeraBot(services[0], shard_count=1)

    async def ready(_world: DiscordSandbox, page_url: str) -> None:
        # Other shells look in the folder's own var, not in the sandbox's.
        with announced(_VAR, stage.environment):
            flower = f"http://127.0.0.1:{stage.environment['FLOWER_PORT']}"
            _say(f"ready: Discord {page_url}  links {stage.public_url}  Flower {flower}  (Ctrl-C stops)")
            watch = Watch(stage.supervisor, stage.servers, _say)
            while True:
                watch.look()
                await asyncio.sleep(_WATCH_SECONDS)

    try:
        await run_world(make_bot, ready=ready, stop=asyncio.Event())
    finally:
        for container in services:
            await container.close()


def _run_for_real() -> None:
    outside = external_servers()
    servers = EmbeddedServers(_VAR)
    with Supervisor(_VAR / "log") as supervisor, ExitStack() as stack:
        environment: dict[str, str] = {}
        if not (outside.postgres and outside.redis):
            stack.callback(servers.stop)
            environment = servers.start(postgres=not outside.postgres, redis=not outside.redis).settings
        stack.callback(supervisor.stop_all)  # before the servers, which they need to the last
        upgrade_schema(environment.get("DATABASE_URL"))
        # They stop the other way round: the bot first, the worker last.
        for start in (start_worker, start_flower, start_beat, start_api, start_bot):
            start(supervisor, environment)
        web = read_settings(WebSettings)
        health = f"{url_here(web.api_host, web.api_port)}/health"
        wait_for_http(health, seconds=_API_SECONDS, still_alive=lambda: check_children(supervisor, servers))
        _say(f"ready: the bot is on Discord, links {web.public_base_url}, Flower http://127.0.0.1:{web.flower_port}")
        watch = Watch(supervisor, servers, _say)
        while True:
            watch.look()
            time.sleep(_WATCH_SECONDS)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
