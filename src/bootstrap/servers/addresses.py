"""Where the running servers are, for this process and for every other shell."""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from src.bootstrap.servers.private_file import write_private
from src.core.errors import ConfigurationError

_FILE = "servers.json"
_SETTINGS_FILE = "servers.env"
_WRITTEN_BY = "# of process "
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_SECONDS = 2.0


class ServerAddresses(BaseModel):
    """URLs of the embedded servers; None for one that was not asked for. They hold the passwords.

    `pids` has the processes: "chimera" (who started them), "postgres", "redis".
    """

    model_config = ConfigDict(frozen=True)

    database_url: str | None = Field(default=None, repr=False)
    broker_url: str | None = Field(default=None, repr=False)
    result_backend: str | None = Field(default=None, repr=False)
    pids: dict[str, int]

    @property
    def settings(self) -> dict[str, str]:
        """The settings that lead a process to these servers."""
        pairs = {
            "DATABASE_URL": self.database_url,
            "CELERY_BROKER_URL": self.broker_url,
            "CELERY_RESULT_BACKEND": self.result_backend,
        }
        return {name: value for name, value in pairs.items() if value}


def announce(var: Path, addresses: ServerAddresses) -> None:
    """Write `var`/servers.json and, for every settings class, `var`/servers.env (mode 0600, each in one step)."""
    _write_settings(var, addresses.settings)
    write_private(var / _FILE, addresses)


@contextmanager
def announced(var: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """As long as the block runs, `var`/servers.env tells every settings class these settings (see `announce`)."""
    _write_settings(var, settings)
    try:
        yield
    finally:
        withdraw(var)


def _write_settings(var: Path, settings: Mapping[str, str]) -> None:
    lines = (f"{name}={value}\n" for name, value in settings.items())
    pid = os.getpid()
    write_private(var / _SETTINGS_FILE, f"{_WRITTEN_BY}{pid} {_started(pid)}\n{''.join(lines)}")


def forget_settings_of_the_dead(var: Path) -> None:
    """Remove `var`/servers.env if the process that wrote it is gone: killed, or before the machine's last start.

    Somebody else may listen on those ports by now, and would be told tokens. A file that names no process stays.
    """
    file = var / _SETTINGS_FILE
    try:
        first, _, _ = file.read_text().partition("\n")
    except (OSError, UnicodeDecodeError):  # whoever reads the settings will say so
        return
    pid, _, started = first.removeprefix(_WRITTEN_BY).partition(" ")
    if first.startswith(_WRITTEN_BY) and not (pid.isdecimal() and _lives(int(pid)) and _started(int(pid)) == started):
        file.unlink(missing_ok=True)


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks, and of which start of the machine; empty where nobody tells."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # After the name in parentheses, which may hold anything, come the fields from the third on.
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
    return f"{ticks} {boot}"


def withdraw(var: Path) -> None:
    """Remove what `announce` and `announced` wrote."""
    (var / _FILE).unlink(missing_ok=True)
    (var / _SETTINGS_FILE).unlink(missing_ok=True)


def find_running(var: Path) -> ServerAddresses | None:
    """The embedded servers that run in `var`, or None.

    A file left by a crash counts for nothing: every process named in it must live and every server answer.

    Raises:
        ConfigurationError: They are somebody else's.
    """
    try:
        addresses = ServerAddresses.model_validate_json((var / _FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None
    except PermissionError as error:
        raise ConfigurationError(f"{var / _FILE} belongs to another user: run this command as that one") from error
    alive = all(_lives(pid) for pid in addresses.pids.values())
    return addresses if alive and _answer(addresses) else None


def _answer(addresses: ServerAddresses) -> bool:
    database = urlsplit(addresses.database_url) if addresses.database_url else None
    broker = urlsplit(addresses.broker_url) if addresses.broker_url else None
    return (database is None or postgres_answers(database.port or 0)) and (
        broker is None or redis_answers(broker.port or 0, broker.password or "")
    )


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, as another user
        return True
    return True


def postgres_answers(port: int) -> bool:
    """Whether a Postgres listens on that port of 127.0.0.1."""
    return _exchange(port, _SSL_REQUEST) in {b"S", b"N"}


def redis_answers(port: int, password: str) -> bool:
    """Whether our Redis listens on that port of 127.0.0.1 and has loaded its data."""
    return _exchange(port, f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode()).startswith(b"+OK\r\n+PONG")


def _exchange(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(256), b""))
    except OSError:
        return b""
