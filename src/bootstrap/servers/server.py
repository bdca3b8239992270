"""What Postgres and Redis have in common: starting, waiting, stopping, starting again."""

import fcntl
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import structlog

from src.bootstrap.processes import ChildExit, ChildProcess
from src.bootstrap.servers.errors import ServerStartError
from src.bootstrap.servers.home import Home
from src.bootstrap.servers.ports import free_port, is_free

_log = structlog.get_logger(__name__)
_START_SECONDS = 120.0  # recovery after a crash may take long
_PREDECESSOR_SECONDS = 60.0
_POLL_SECONDS = 0.02


class Server(ABC):
    """One embedded server on 127.0.0.1. Only the main thread may start it (see ChildProcess)."""

    name: ClassVar[str]
    death_signal: ClassVar[signal.Signals]
    escalation: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, home: Home, var: Path, *, password: str, durable: bool) -> None:
        """Keep data in `home`/<name>, write `var`/log/<name>.log; `durable` false: speed before safety."""
        self.home = home
        self.password = password
        self.durable = durable
        self.port: int | None = None
        self.process: ChildProcess | None = None
        self._var = var

    @abstractmethod
    def prepare(self, lock: int) -> None:
        """Make the data folder ready; what it runs inherits the descriptor `lock`."""

    @abstractmethod
    def command(self, port: int) -> tuple[list[str], str | None]:
        """Program and arguments, to be run in the home folder; and its standard input, if it reads any."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether `process` takes connections on `port`."""

    @property
    def log(self) -> Path:
        """Its log."""
        return self._var / "log" / f"{self.name}.log"

    def start(self, wish: int | None = None) -> None:
        """Start it and wait until it takes connections.

        Args:
            wish: A port to use if it is free. After the first start the port stays what it was.

        Raises:
            ServerStartError: It does not start; the message quotes its log.
        """
        with after_predecessor(self._var, self.name) as lock:
            self.prepare(lock)
            if self.port is not None:
                self._start_on(self.port, lock)
                return
            port = wish if wish and is_free(wish) else free_port()
            try:
                self._start_on(port, lock)
            except ServerStartError:
                if is_free(port):  # nobody snatched it from us in between: something else is wrong
                    raise
                self._start_on(free_port(), lock)

    def _start_on(self, port: int, lock: int) -> None:
        began = time.monotonic()
        argv, text = self.command(port)
        self.port = port
        self.process = process = ChildProcess(
            self.name,
            argv,
            log=self.log,
            env=self.home.environment,
            cwd=self.home.path,
            death_signal=self.death_signal,
            account=self.home.account,
            inherit=(lock,),
            text=text,
        )
        try:
            self._await_ready(process, began + _START_SECONDS)
        except BaseException:
            process.stop(self.escalation)
            raise
        seconds = round(time.monotonic() - began, 2)
        _log.info("embedded_server_started", server=self.name, pid=process.pid, port=port, seconds=seconds)

    def _await_ready(self, process: ChildProcess, deadline: float) -> None:
        while not self.is_ready():
            if process.exit_code() is not None:
                raise ServerStartError(f"{self.name} did not start: {_reason(process)} (log: {self.log})")
            if time.monotonic() > deadline:
                raise ServerStartError(
                    f"{self.name} was not ready after {_START_SECONDS:.0f} s: {_reason(process)} (log: {self.log})"
                )
            time.sleep(_POLL_SECONDS)

    def exit(self) -> ChildExit | None:
        """How it ended, or None while it runs or before it ever ran."""
        return self.process.exit() if self.process else None

    def stop(self) -> None:
        """Stop it so that its data are complete; nothing when it does not run."""
        if self.process is not None:
            self.process.stop(self.escalation)
            _log.info("embedded_server_stopped", server=self.name, exit_code=self.process.exit_code())

    def kill(self) -> None:
        """SIGKILL: what a crash would do. The next `start` recovers."""
        if self.process is not None:
            self.process.kill_group()
            self.process.wait(5)


@contextmanager
def after_predecessor(var: Path, name: str) -> Iterator[int]:
    """A locked descriptor, had only once every process of an earlier server `name` of `var` has ended.

    Each of them inherits the descriptor and with it the lock, so it is free exactly then: right after a
    crash Postgres' backends, or a Redis still saving, may write a little longer than their parent lives.

    Raises:
        ServerStartError: They do not end.
    """
    descriptor = os.open(var / f"{name}.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + _PREDECESSOR_SECONDS
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                raise ServerStartError(f"an earlier {name} of {var} does not end: stop it by hand")
            time.sleep(_POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock on an open file; False when another open file has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _reason(process: ChildProcess) -> str:
    """The log's last complaint, or its last line."""
    lines = process.last_lines()
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
    return (complaints or list(lines) or ["it wrote nothing"])[-1]
