"""Chimera as a set of processes."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from src.adapters.riot_api import RiotSettings
from src.bootstrap.celery import create_celery_app
from src.bootstrap.processes import ChildProcess, Supervisor
from src.bootstrap.servers import EmbeddedServers, ServerStartError
from src.bootstrap.settings import BotSettings, read_settings

_CHIMERA = (sys.executable, "-m", "src")
_CELERY = (sys.executable, "-m", "celery", "-A", "src.tasks.celery_app")
# A worker gets this long for the tasks at hand before it is killed; the ledger brings the rest back.
_WORKER_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class ExternalServers:
    """Servers that somebody else runs."""

    postgres: bool
    redis: bool


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """`wanted` if nobody listens there, else a port that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerStartError(f"There is no free port on {host}.")


def external_servers() -> ExternalServers:
    """Which servers the settings name; the others are embedded."""
    named = {*os.environ, *(dotenv_values(".env") if Path(".env").is_file() else {})}
    return ExternalServers(postgres="DATABASE_URL" in named, redis="CELERY_BROKER_URL" in named)


def missing_credentials() -> list[str]:
    """The settings without which Chimera cannot talk to Discord and Riot."""
    needed = {
        "DISCORD_BOT_TOKEN": read_settings(BotSettings).discord_bot_token,
        "RIOT_API_KEY": read_settings(RiotSettings).riot_api_key.get_secret_value(),
    }
    return [name for name, value in needed.items() if not value]


def start_api(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start the API and account-link pages."""
    supervisor.start("api", [*_CHIMERA, "api"], env=environment)


def start_worker(supervisor: Supervisor, environment: Mapping[str, str], *options: str) -> ChildProcess:
    """Start a worker over all queues."""
    argv = [*_CELERY, "worker", "--loglevel", "info", *options]
    return supervisor.start("worker", argv, env=environment, patience=_WORKER_PATIENCE, death_signal=signal.SIGKILL)


def start_beat(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start the scheduler. Its file lies with the logs: two systems in one checkout must not share it."""
    schedule = supervisor.logs / "celerybeat-schedule"
    argv = [*_CELERY, "beat", "--loglevel", "info", "--pidfile=", "--schedule", str(schedule)]
    supervisor.start("beat", argv, env=environment)


def start_flower(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start Flower."""
    supervisor.start("flower", [*_CHIMERA, "flower"], env=environment)


def start_bot(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start the Discord bot."""
    supervisor.start("bot", [*_CHIMERA, "bot"], env=environment, patience=_WORKER_PATIENCE)


def wait_for_http(url: str, *, seconds: float, still_alive: Callable[[], None]) -> None:
    """Wait until `url` answers 200; `still_alive` raises when waiting has become pointless.

    Raises:
        ServerStartError: it did not within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        still_alive()
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:  # noqa: PLR2004
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise ServerStartError(f"{url} did not answer within {seconds:.0f} s; the logs say why.")


def wait_for_worker(*, seconds: float, still_alive: Callable[[], None]) -> None:
    """Wait until a worker answers on the configured broker; `still_alive` as for `wait_for_http`.

    Raises:
        ServerStartError: none did within `seconds`.
    """
    app = create_celery_app()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        still_alive()
        if app.control.ping(timeout=0.3):
            return
    raise ServerStartError(f"No worker answered within {seconds:.0f} s; the logs say why.")


def check_children(supervisor: Supervisor, servers: EmbeddedServers) -> None:
    """Notice a process or server that ended unasked.

    Raises:
        ServerStartError: naming it, with its last words.
    """
    for ended in (*supervisor.poll(), *servers.exits()):
        raise ServerStartError(str(ended))
