"""The embedded servers of one checkout, as one thing to start and stop."""

import os
import secrets
import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from src.bootstrap.processes import ChildExit
from src.bootstrap.servers.addresses import ServerAddresses, announce, withdraw
from src.bootstrap.servers.binaries import Binaries
from src.bootstrap.servers.claim import claim
from src.bootstrap.servers.errors import AlreadyRunning, ServerStartError
from src.bootstrap.servers.home import find_home
from src.bootstrap.servers.postgres import PostgresServer
from src.bootstrap.servers.private_file import write_private
from src.bootstrap.servers.redis import RedisServer
from src.bootstrap.servers.server import after_predecessor


class _Memory(BaseModel):
    """What one start leaves for the next, in `var`/servers-memory.json (mode 0600)."""

    model_config = ConfigDict(frozen=True)

    password: str = Field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    home: Path | None = None
    postgres_port: int | None = None
    redis_port: int | None = None


class EmbeddedServers:
    """Postgres and Redis on free loopback ports, with their data in `var` (or where `var` says).

    Other shells find them with `find_running(var)`. They end with this process, whatever ends it: the
    kernel tells them when the main thread is gone, which is why only the main thread may start them.
    All calls block; a start takes about 0.3 s, the very first one 2 s.
    """

    def __init__(self, var: Path, *, durable: bool = True, binaries: Binaries | None = None) -> None:
        """Servers of the checkout whose folder for changing things is `var`.

        Args:
            var: Made if missing.
            durable: False trades safety against a power cut for speed: for tests.
            binaries: The programs; None for those of the installed wheels.
        """
        self._var = var.absolute()
        self._durable = durable
        self._binaries = binaries
        self._lock: int | None = None
        self._postgres: PostgresServer | None = None
        self._redis: RedisServer | None = None

    def __enter__(self) -> Self:
        """Start both."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop what runs."""
        self.stop()

    @property
    def addresses(self) -> ServerAddresses:
        """Where the servers are.

        Raises:
            ServerStartError: They have not been started.
        """
        if self._lock is None:
            raise ServerStartError("the embedded servers have not been started")
        running = {"postgres": self._postgres, "redis": self._redis}
        pids = {name: server.process.pid for name, server in running.items() if server and server.process}
        return ServerAddresses(
            database_url=self._postgres.url if self._postgres else None,
            broker_url=self._redis.url(1) if self._redis else None,
            result_backend=self._redis.url(2) if self._redis else None,
            pids={"chimera": os.getpid(), **pids},
        )

    def start(self, *, postgres: bool = True, redis: bool = True) -> ServerAddresses:
        """Start the servers asked for and wait until they answer; when they run, say where.

        Raises:
            AlreadyRunning: Another process runs servers in this `var`.
            ServerStartError: A server does not start; the message quotes its log.
            ConfigurationError: The data belong to another user.
        """
        if self._lock is not None:
            return self.addresses
        try:
            self._lock = claim(self._var, "servers.lock")
            self._start(postgres=postgres, redis=redis)
        except OSError as error:
            self.stop()
            where = f" ({error.filename})" if error.filename else ""
            raise ServerStartError(
                f"the embedded servers cannot start in {self._var}: {error.strerror or error}{where}"
            ) from error
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def _start(self, *, postgres: bool, redis: bool) -> None:
        memory, is_new = self._remember()
        home = find_home(self._var, self._binaries or Binaries.installed(), memory.home)
        if home.path != self._var:
            memory = memory.model_copy(update={"home": home.path})
        self._memorize(memory)  # before initdb uses the password
        if postgres:
            self._postgres = PostgresServer(
                home, self._var, password=memory.password, durable=self._durable, password_is_new=is_new
            )
            self._postgres.start(memory.postgres_port)
            memory = memory.model_copy(update={"postgres_port": self._postgres.port})
        if redis:
            self._redis = RedisServer(home, self._var, password=memory.password, durable=self._durable)
            self._redis.start(memory.redis_port)
            memory = memory.model_copy(update={"redis_port": self._redis.port})
        self._memorize(memory)
        announce(self._var, self.addresses)

    def restart(self, name: Literal["postgres", "redis"]) -> ServerAddresses:
        """Start one server again on the same port, after stopping it if it still runs.

        Raises:
            ServerStartError: It was never started, or does not start.
        """
        server = self._server(name)
        server.stop()
        server.start()
        announce(self._var, self.addresses)
        return self.addresses

    def kill(self, name: Literal["postgres", "redis"]) -> None:
        """SIGKILL one server, as a crash would; `restart` brings it back.

        Raises:
            ServerStartError: It was never started.
        """
        self._server(name).kill()

    def exits(self) -> list[ChildExit]:
        """The servers that have ended without `stop`."""
        return [end for server in (self._postgres, self._redis) if server and (end := server.exit())]

    def shorten_logs(self) -> None:
        """Put a running server's log aside that has become too long."""
        for server in (self._postgres, self._redis):
            if server and server.process:
                server.process.shorten_log()

    def stop(self) -> None:
        """Stop what runs, Redis first, and wait until it has ended; nothing when nothing runs."""
        if self._lock is None:
            return
        with ExitStack() as stack:  # from last to first, whatever fails
            stack.callback(os.close, self._lock)
            for server in (self._postgres, self._redis):
                if server is not None:
                    stack.callback(server.stop)
            stack.callback(withdraw, self._var)
            self._redis = self._postgres = self._lock = None

    def remove_data(self) -> None:
        """Delete the stopped servers' data, also those outside the checkout.

        Raises:
            AlreadyRunning: They are in use.
        """
        if self._lock is not None:
            raise AlreadyRunning(f"the servers of {self._var} run: stop them first")
        with ExitStack() as stack:
            stack.callback(os.close, claim(self._var, "servers.lock"))
            for name in ("postgres", "redis"):
                stack.enter_context(after_predecessor(self._var, name))
            memory, _ = self._remember()
            if memory.home:
                shutil.rmtree(memory.home, ignore_errors=True)
            for name in ("postgres", "postgres.new", "redis"):
                shutil.rmtree(self._var / name, ignore_errors=True)
            self._memory_file.unlink(missing_ok=True)

    def _server(self, name: str) -> PostgresServer | RedisServer:
        server = {"postgres": self._postgres, "redis": self._redis}[name]
        if server is None:
            raise ServerStartError(f"{name} has not been started")
        return server

    @property
    def _memory_file(self) -> Path:
        return self._var / "servers-memory.json"

    def _remember(self) -> tuple[_Memory, bool]:
        """What the last start left, and whether it is new because nothing was left."""
        try:
            return _Memory.model_validate_json(self._memory_file.read_bytes()), False
        except (FileNotFoundError, ValidationError):
            return _Memory(), True

    def _memorize(self, memory: _Memory) -> None:
        write_private(self._memory_file, memory)
