"""One child process: its log, its end, and the end of everything it started."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from src.core.errors import ConfigurationError

_LAUNCH = Path(__file__).with_name("launch.py")
_LOG_LIMIT = 10 * 1024 * 1024
_TAIL_BYTES = 16 * 1024
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Account:
    """The user a child runs as, where that is not the user who starts it."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class ChildExit:
    """How a child ended: its exit code (negative: the signal that killed it) and what its log said last."""

    name: str
    code: int
    last_lines: tuple[str, ...]

    def __str__(self) -> str:
        """Everything in one line."""
        how = f"was killed by {_signal_name(-self.code)}" if self.code < 0 else f"ended with exit code {self.code}"
        said = f": {_in_words(self.last_lines[-1])}" if self.last_lines else " and had written nothing"
        return f"{self.name} {how}{said}"


def _in_words(line: str) -> str:
    """What a log line says: of one in JSON, the event."""
    try:
        event = json.loads(line)["event"]
    except (ValueError, LookupError, TypeError):
        return line
    return str(event)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def launch_command(argv: Sequence[str], *, death_signal: int, account: Account | None = None) -> list[str]:
    """Wrap `argv` so that it runs as `account` and gets `death_signal` when the calling thread ends."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    numbers = (int(death_signal), os.getpid(), uid, gid)
    return [sys.executable, "-I", "-S", str(_LAUNCH), *map(str, numbers), *argv]


class ChildProcess:
    """A running program in a session of its own, so that a terminal's Ctrl-C reaches only Chimera.

    The kernel ends it with `death_signal` when the thread that created this object ends: therefore only the
    main thread may create one. What the program starts in its own process group is killed as soon as the
    program itself has ended.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        death_signal: int = signal.SIGTERM,
        account: Account | None = None,
        inherit: Sequence[int] = (),
        text: str | None = None,
    ) -> None:
        """Start `argv`.

        Args:
            name: What people call it.
            argv: Program and arguments.
            log: Gets standard output and error, appended.
            env: The whole environment; None for this process's own.
            cwd: Where it runs; None for here.
            death_signal: What it gets when Chimera dies.
            account: The user to run as; needs root.
            inherit: File descriptors it keeps open.
            text: What it reads from standard input (at most 64 KB); None for nothing.

        Raises:
            ConfigurationError: This is not Linux.
            OSError: The log cannot be written, or no process can be had.
            RuntimeError: Called outside the main thread.
        """
        if sys.platform != "linux":
            raise ConfigurationError("Chimera starts processes of its own on Linux only")
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{name} must be started from the main thread: it would die with this one")
        self.name = name
        self._log = log
        with _open_log(log) as output, _standard_input(text) as source:
            self._log_start = output.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                launch_command(argv, death_signal=death_signal, account=account),
                stdin=source,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
                pass_fds=inherit,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's id too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Its exit code (negative: the signal that killed it), or None while it runs."""
        if self._process.returncode is None and self._has_ended():
            self.kill_group()  # before it is reaped: until then nobody else can get this group's number
            self._process.wait()
        return self._process.returncode

    def _has_ended(self) -> bool:
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:  # somebody else in this process has waited for it
            return True

    def exit(self, *, lines: int = 10) -> ChildExit | None:
        """How it ended, with the last `lines` of its log, or None while it runs."""
        code = self.exit_code()
        return None if code is None else ChildExit(self.name, code, self.last_lines(lines))

    def last_lines(self, lines: int = 10) -> tuple[str, ...]:
        """The last lines that are not blank of what this process wrote."""
        with self._log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start, size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
        return tuple(line.rstrip() for line in text.splitlines() if line.strip())[-lines:]

    def shorten_log(self) -> None:
        """Put its log aside as `<name>.1` if it has become too long; the process goes on writing into the empty one.

        What it writes in that moment may be lost. A log that cannot be put aside (a full disk) stays as it is.
        """
        with suppress(OSError):
            if _put_aside(self._log):
                self._log_start = 0

    def send(self, number: int) -> None:
        """Send a signal to the program itself; nothing when it has ended."""
        if self.exit_code() is None:
            # Not Popen.send_signal: that one reaps a program that has just ended, and its group would be lost.
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """SIGKILL the program and everything in its process group."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # nobody left, or only zombies (macOS)
                os.killpg(self.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` for its end; whether it has ended."""
        deadline = time.monotonic() + seconds
        while self.exit_code() is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def stop(self, escalation: Iterable[tuple[int, float]]) -> None:
        """End it: each signal in turn with so many seconds to obey, finally SIGKILL to its group.

        Only the program itself gets the polite signals: a Celery worker finishes its tasks only when its
        pool children do not get them too.
        """
        for number, seconds in escalation:
            self.send(number)
            if self.wait(seconds):
                return
        self.kill_group()
        self.wait(5)


@contextmanager
def _standard_input(text: str | None) -> Iterator[int]:
    if text is None:
        yield subprocess.DEVNULL
        return
    reader, writer = os.pipe()
    try:
        with os.fdopen(writer, "w") as file:
            file.write(text)  # fits the pipe: nobody reads yet
        yield reader
    finally:
        os.close(reader)


def _open_log(path: Path) -> BinaryIO:
    """Open a log for appending; one over 10 MB is put aside first as `<name>.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _put_aside(path)
    file = path.open("ab")
    file.seek(0, os.SEEK_END)
    return file


def _put_aside(path: Path) -> bool:
    """Copy a log over 10 MB to `<name>.1` and empty it; whether it was. Its writer appends, so it need not know."""
    if not path.exists() or path.stat().st_size <= _LOG_LIMIT:
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
    return True
