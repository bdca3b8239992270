"""Chimera as a set of processes."""

import errno
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from src.bootstrap.celery import create_celery_app
from src.bootstrap.processes import ChildProcess, Supervisor
from src.bootstrap.servers import EmbeddedServers, ServerStartError
from src.bootstrap.settings import named_settings

_CHIMERA = (sys.executable, "-m", "src")
_CELERY = (sys.executable, "-m", "celery", "-A", "src.tasks.celery_app")
# Programs that the kernel serves after others when both want a core.
_STEPPING_BACK = ("nice", "-n", "5")
# A worker gets this long for the tasks at hand before it is killed; the ledger brings the rest back.
_WORKER_PATIENCE = 20.0
# Our own processes are never behind the environment's proxy.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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


def expect_free(setting: str, port: int, host: str = "127.0.0.1") -> None:
    """Look whether a server of ours will get its port; what else may be wrong with `host` it says itself.

    Raises:
        ServerStartError: somebody else has it; says what to set.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServerStartError(f"Another program uses port {port}: set {setting} to a free one.") from None


def external_servers() -> ExternalServers:
    """Which servers the environment and `.env` name; the others are embedded."""
    named = named_settings()
    return ExternalServers(postgres="DATABASE_URL" in named, redis="CELERY_BROKER_URL" in named)


def start_api(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Start the API and account-link pages."""
    supervisor.start("api", [*_CHIMERA, "api"], env=environment)


def start_worker(supervisor: Supervisor, environment: Mapping[str, str]) -> ChildProcess:
    """Start a worker as the settings describe it. Beside bot and API, where people wait, it steps back.

    It asks no other worker what has been revoked, which takes a second: cancelling goes through the ledger.
    """
    return supervisor.start(
        "worker",
        [*_STEPPING_BACK, *_CELERY, "worker", "--without-mingle"],
        env=environment,
        patience=_WORKER_PATIENCE,
        death_signal=signal.SIGKILL,
    )


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


def url_here(host: str, port: int) -> str:
    """Where this machine reaches a server that listens on `host` and `port`; on all addresses: on the loopback."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        address = ip_address("127.0.0.1" if address.version == 4 else "::1")  # noqa: PLR2004
    return f"http://{address}:{port}" if address.version == 4 else f"http://[{address}]:{port}"  # noqa: PLR2004


def wait_for_http(url: str, *, seconds: float, still_alive: Callable[[], None]) -> None:
    """Wait until `url` answers 200; `still_alive` raises when waiting has become pointless.

    Raises:
        ServerStartError: it did not within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        still_alive()
        try:
            with _DIRECT.open(url, timeout=2) as answer:
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
    """Notice, while the system starts, a process or server that ended; later `Watch` does.

    Raises:
        ServerStartError: naming it, with its last words.
    """
    for ended in (*supervisor.poll(), *servers.exits()):
        raise ServerStartError(str(ended))
