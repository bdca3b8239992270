"""Everything on stage: servers, stand-ins and Chimera's own processes, wired to each other."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from src.bootstrap.processes import ChildProcess, Supervisor
from src.bootstrap.schema import upgrade_schema
from src.bootstrap.servers import EmbeddedServers, ServerStartError
from src.bootstrap.settings import WebSettings, read_settings
from src.bootstrap.system import (
    check_children,
    free_port,
    start_api,
    start_beat,
    start_flower,
    start_worker,
    wait_for_http,
    wait_for_worker,
)
from src.core.domain.starter_icons import STARTER_ICONS
from src.sandbox.discord.faces import icon_tile
from src.sandbox.discord.oauth_grants import CLIENT_ID, CLIENT_SECRET
from src.sandbox.settings import SandboxSettings

_SECONDS = 60.0
_RIOT_LATENCY = "0.25"  # seconds: what Riot's API takes on a good day, so that there is progress to see

EDITION = 3
"""Rises with every change of the sandbox's people and games: data of another edition are of others under the same ids.
"""

_PICTURES_AT, _PICTURES_VERSION = "https://ddragon.sandbox.invalid", "1.0.0"

SETTING_STEPS = 3
"""How many steps setting the stage has; where data are dropped that is one more."""

STARTING_STEPS = 2
"""How many steps `Stage.wait_for_chimera` has."""


Announce = Callable[[str], None]
"""Hears of each step as it begins; it lasts until the next one does."""


@dataclass(slots=True)
class Stage:
    """A running sandbox. `environment` is what every process of it is given; this process has it too."""

    supervisor: Supervisor
    servers: EmbeddedServers
    var: Path
    environment: dict[str, str] = field(default_factory=dict)
    _worker: ChildProcess | None = None

    @property
    def public_url(self) -> str:
        """Where a browser reaches the account-link pages."""
        return self.environment["PUBLIC_BASE_URL"]

    def tell(self, **settings: str) -> None:
        """Add settings for the processes that are started from now on, and for this one."""
        self.environment.update(settings)
        os.environ.update(settings)

    def check(self) -> None:
        """Notice, while the stage is set, a process that ended. Raises ServerStartError."""
        check_children(self.supervisor, self.servers)

    @property
    def worker(self) -> ChildProcess:
        """The worker that was started last.

        Raises:
            ServerStartError: none was.
        """
        if self._worker is None:
            raise ServerStartError("No worker has been started.")
        return self._worker

    def start_worker(self) -> None:
        """Start a worker; the one before must have ended."""
        self._worker = start_worker(self.supervisor, self.environment)

    def start_chimera(self, *, discord_api_url: str, discord_token: str) -> None:
        """Start worker, API and beat against the Discord at `discord_api_url`; returns when API and worker answer.

        People sign in at the same Discord, at the root of its address. They are stopped the other way round: the
        worker last.
        """
        self.launch_chimera(discord_api_url=discord_api_url, discord_token=discord_token)
        self.wait_for_chimera()

    def launch_chimera(self, *, discord_api_url: str, discord_token: str) -> None:
        """The first half of `start_chimera`: worker and API load."""
        self.tell(
            DISCORD_API_BASE_URL=discord_api_url,
            DISCORD_BOT_TOKEN=discord_token,
            DISCORD_OAUTH_BASE_URL=discord_api_url.removesuffix("/api/v10"),
            DISCORD_CLIENT_ID=CLIENT_ID,
            DISCORD_CLIENT_SECRET=CLIENT_SECRET,
        )
        self.start_worker()
        start_api(self.supervisor, self.environment)

    def wait_for_chimera(self, announce: Announce = lambda _step: None) -> None:
        """The second half: wait until they answer, then start beat.

        Raises:
            ServerStartError: one does not.
        """
        announce("Worker")
        wait_for_worker(seconds=_SECONDS, still_alive=self.check)
        announce("REST API and link pages")
        # Its home: /health takes a second the first time, to ask for workers.
        wait_for_http(self.public_url, seconds=_SECONDS, still_alive=self.check)
        start_beat(self.supervisor, self.environment)

    def place_flower(self) -> str:
        """Decide where Flower will be; its address."""
        port = free_port(read_settings(WebSettings).flower_port)
        self.tell(FLOWER_PORT=str(port))
        return f"http://127.0.0.1:{port}"

    def start_flower(self) -> None:
        """Start Flower, which nobody waits for; it has been placed."""
        start_flower(self.supervisor, self.environment)


def icon_pictures() -> dict[str, bytes]:
    """What stands for the pictures of the profile icons that /bind names, PNGs by address."""
    at = f"{_PICTURES_AT}/cdn/{_PICTURES_VERSION}/img/profileicon"
    return {f"{at}/{number}.png": icon_tile(number, name) for number, name in STARTER_ICONS.items()}


@contextmanager
def sandbox_stage(var: Path, announce: Announce, *, fresh: bool = False) -> Iterator[Stage]:
    """Set the stage in `var`: embedded servers, schema, Riot's stand-ins. All of it is gone afterwards.

    However the block ends, the processes that use the servers have ended before these are stopped.

    `fresh` starts with empty data, and so do data of a sandbox that had other people in it.

    Raises:
        ServerStartError: something does not start; the message says what.
    """
    with Supervisor(var / "log") as supervisor:
        servers = EmbeddedServers(var)
        kept, wanted = var / "edition", edition(SandboxSettings().riot_sandbox_seed)
        if fresh or not kept.is_file():
            servers.remove_data()
        elif kept.read_text() != wanted:
            announce("Dropping the data kept: they are of another sandbox's people and games")
            servers.remove_data()
        stage = Stage(supervisor, servers, var)
        with ExitStack() as stack:
            announce("Postgres and Redis")
            stack.enter_context(servers)
            stack.callback(supervisor.stop_all)
            stage.tell(**servers.addresses.settings)
            kept.write_text(wanted)
            ready = _start_riot(stage)
            announce("Database schema")
            upgrade_schema(stage.environment["DATABASE_URL"])
            announce("Stand-ins for Riot")
            _wait_for_riot(stage, ready)
            yield stage


def edition(seed: int) -> str:
    """Whose data these are: two worlds with the same have the same games under the same ids.

    >>> edition(1) == edition(2)
    False
    """
    return f"{EDITION} seed {seed}"


def _start_riot(stage: Stage) -> Path:
    """Start the stand-ins, which load while the schema is looked at; the file that they write when they are ready."""
    port = free_port(read_settings(WebSettings).api_port)
    public_url = f"http://127.0.0.1:{port}"
    stage.tell(
        API_HOST="127.0.0.1",
        API_PORT=str(port),
        PUBLIC_BASE_URL=public_url,
        RIOT_API_KEY="RGAPI-sandbox",
        BIND_PROOF="both",
        DDRAGON_BASE_URL=_PICTURES_AT,
        DDRAGON_VERSION=_PICTURES_VERSION,
        RSO_CLIENT_ID="chimera-sandbox",
        RSO_CLIENT_SECRET="sandbox-secret",  # noqa: S106 - the stand-in's
        RSO_PRIVATE_KEY_FILE="none",  # one in .env would go before the secret
        RSO_SANDBOX_CLIENT_ID="chimera-sandbox",
        RSO_SANDBOX_CLIENT_SECRET="sandbox-secret",  # noqa: S106 - the stand-in's
        RSO_SANDBOX_REDIRECT_URIS=f"{public_url}/rso/callback",
    )
    if SandboxSettings().riot_sandbox_latency is None:
        stage.tell(RIOT_SANDBOX_LATENCY=_RIOT_LATENCY)
    ready = stage.var / "riot-sandbox.json"
    ready.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "src.sandbox.riot", "--ready-file", str(ready)]
    stage.supervisor.start("riot-sandbox", argv, env=stage.environment)
    return ready


def _wait_for_riot(stage: Stage, ready: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not ready.exists():
        stage.check()
        if time.monotonic() > deadline:
            raise ServerStartError("The stand-ins for Riot did not start in time.")
        time.sleep(0.02)
    addresses = json.loads(ready.read_text())
    stage.tell(
        RIOT_API_BASE_URL=addresses["riot_api_base_url"],
        RSO_ISSUER_URL=addresses["rso_issuer_url"],
        # Should they have to be started again, everybody still looks for them here.
        RIOT_SANDBOX_PORT=str(urlsplit(addresses["rso_issuer_url"]).port),
    )
