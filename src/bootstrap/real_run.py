"""`make run` with credentials: every process of Chimera, against Discord and Riot, until it is interrupted."""

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rich.text import Text

from src.bootstrap.console import Console
from src.bootstrap.doctor import check_credentials
from src.bootstrap.log_tail import LogTail
from src.bootstrap.logs import configure_logs
from src.bootstrap.processes import Supervisor
from src.bootstrap.schema import upgrade_schema
from src.bootstrap.servers import EmbeddedServers
from src.bootstrap.settings import WebSettings, read_settings
from src.bootstrap.system import (
    check_children,
    expect_free,
    external_servers,
    start_api,
    start_beat,
    start_bot,
    start_flower,
    start_worker,
    url_here,
    wait_for_http,
    wait_for_worker,
)
from src.bootstrap.watch import LOOK_SECONDS, Watch

_PROCESSES: Final = ("run", "bot", "worker", "api", "beat", "flower")
_STEPS: Final = 5
_SECONDS: Final = 60.0


def run_for_real(console: Console, var: Path) -> None:
    """Run until interrupted; servers that the settings do not name are embedded, with their data in `var`.

    Raises:
        ConfigurationError: Discord or Riot refuses a credential.
        ServerStartError: a port is taken; something does not start, or ends again and again.
    """
    configure_logs("info", file=var / "log" / "run.log")
    web = read_settings(WebSettings)
    expect_free("API_PORT", web.api_port, web.api_host)
    expect_free("FLOWER_PORT", web.flower_port)
    tail = LogTail(var / "log", _PROCESSES)
    outside, servers = external_servers(), EmbeddedServers(var)
    with console.set_up(_STEPS) as set_up, Supervisor(var / "log") as supervisor, ExitStack() as stack:
        environment: dict[str, str] = {}
        set_up.step("Postgres and Redis")
        if not (outside.postgres and outside.redis):
            stack.callback(servers.stop)
            environment = servers.start(postgres=not outside.postgres, redis=not outside.redis).settings
        stack.callback(supervisor.stop_all)  # before the servers, which they need to the last
        set_up.step("Database schema")
        upgrade_schema(environment.get("DATABASE_URL"))
        # They stop the other way round: the bot first, the worker last.
        for start in (start_worker, start_flower, start_beat, start_api, start_bot):
            start(supervisor, environment)
        set_up.step("Credentials, at Discord and Riot")
        for finding in asyncio.run(check_credentials()):
            if not finding.is_good:
                console.warn(str(finding))
        set_up.step("Worker")
        wait_for_worker(seconds=_SECONDS, still_alive=lambda: check_children(supervisor, servers))
        set_up.step("REST API and link pages")
        here = url_here(web.api_host, web.api_port)
        wait_for_http(here, seconds=_SECONDS, still_alive=lambda: check_children(supervisor, servers))
        set_up.end()
        console.say(_ready(web, here))
        _look_after_it(console, Watch(supervisor, servers, console.warn), tail)


def _ready(web: WebSettings, here: str) -> Text:
    return Text.assemble(
        ("ready: ", "bold green"),
        f"the bot signs in at Discord  links {web.public_base_url}  REST {here}/openapi.json"
        f"  Flower http://127.0.0.1:{web.flower_port}",
        ("  (Ctrl-C stops)", "dim"),
    )


def _look_after_it(console: Console, watch: Watch, tail: LogTail) -> None:
    try:
        while True:
            watch.look()
            tail.tell(console)
            time.sleep(LOOK_SECONDS)
    finally:
        console.say("stopping ...")
