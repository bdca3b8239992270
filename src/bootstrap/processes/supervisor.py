"""Chimera's own processes (bot, API, workers, beat ...) under one roof."""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import structlog

from src.bootstrap.processes.child import ChildExit, ChildProcess

_log = structlog.get_logger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class _Order:
    """How a child is started, the first time and again."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None
    death_signal: int
    patience: float


class Supervisor:
    """Starts named child processes and never leaves one behind.

    Use it as a context manager on the main thread, around an event loop or inside one; nothing depends on
    SIGCHLD or on a running loop. Inside the `with` block the first SIGINT raises KeyboardInterrupt and the
    first SIGTERM or SIGHUP raises SystemExit(128 + number), wherever the program is; on the way out the
    children are stopped in reverse order of their first start. A second signal kills them without further ado.
    A signal that was ignored on entry (SIGHUP under `nohup`) stays ignored. When this process is killed
    instead, the kernel sends each child its death signal.
    """

    def __init__(self, logs: Path, *, patience: float = 10.0) -> None:
        """Write `logs`/<name>.log; give a child `patience` seconds to end after SIGTERM."""
        self._logs = logs
        self._patience = patience
        self._children: dict[str, ChildProcess] = {}
        self._orders: dict[str, _Order] = {}  # also of those that have ended unasked
        self._previous: dict[signal.Signals, Any] = {}
        self._signal: int | None = None
        self._holding = False

    @property
    def logs(self) -> Path:
        """The folder of the children's logs."""
        return self._logs

    def __enter__(self) -> Self:
        """Take over SIGINT, SIGTERM and SIGHUP."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every child, then give the signals back."""
        try:
            self._stop_all(raise_afterwards=error is None)
        finally:
            for number, handler in self._previous.items():
                signal.signal(number, handler)
            self._previous.clear()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        death_signal: int = signal.SIGTERM,
        patience: float | None = None,
    ) -> ChildProcess:
        """Start a child; only on the main thread.

        Args:
            name: Unique among the running children; its log is <name>.log.
            argv: Program and arguments.
            env: Added to this process's own environment; looked up again at every restart.
            cwd: Where it runs; None for here.
            death_signal: What the kernel sends it when this process dies.
            patience: Seconds to end after SIGTERM; None for the supervisor's own.

        Raises:
            ValueError: A child of that name is running.
            OSError: Its log cannot be written, or no process can be had.
        """
        if name in self._children:
            raise ValueError(f"{name} is running already")
        self._orders[name] = _Order(
            argv, env or {}, cwd, death_signal, self._patience if patience is None else patience
        )
        return self.restart(name)

    def restart(self, name: str) -> ChildProcess:
        """Start a child that has ended unasked once more, as it was started; only on the main thread.

        Raises:
            KeyError: No child of that name was ever started.
            OSError: Its log cannot be written, or no process can be had.
        """
        order = self._orders[name]
        with self._signals_held():
            self._children[name] = child = ChildProcess(
                name,
                order.argv,
                log=self._logs / f"{name}.log",
                env={**os.environ, **order.env},
                cwd=order.cwd,
                death_signal=order.death_signal,
            )
        _log.info("process_started", process=name, pid=child.pid)
        return child

    def stop(self, name: str) -> None:
        """Stop one child and whatever is left of its process group; nothing when no such child runs."""
        child = self._children.get(name)
        if child is None:
            return
        child.stop([(signal.SIGTERM, self._orders[name].patience)])
        self._children.pop(name, None)
        del self._orders[name]
        _log.info("process_stopped", process=name, exit_code=child.exit_code())

    def stop_all(self) -> None:
        """Stop every child, the one first started last; a signal that comes meanwhile counts afterwards."""
        self._stop_all(raise_afterwards=True)

    def shorten_logs(self) -> None:
        """Put every running child's log aside that has become too long."""
        for child in self._children.values():
            child.shorten_log()

    def poll(self) -> list[ChildExit]:
        """The children that have ended unasked since the last look; each is told once, then forgotten."""
        return list(iter(self._next_exit, None))

    def _next_exit(self) -> ChildExit | None:
        for name, child in self._children.items():
            if end := child.exit():
                del self._children[name]
                _log.info("process_ended_unasked", process=name, exit_code=end.code)
                return end
        return None

    def _stop_all(self, *, raise_afterwards: bool) -> None:
        # The last one first; one that fails (no log, say) does not spare the others.
        with self._signals_held(raise_afterwards=raise_afterwards), ExitStack() as stack:
            for name in self._orders:  # a child that was restarted keeps its place
                stack.callback(self.stop, name)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._signal is not None:
            for child in self._children.values():
                child.kill_group()
            return
        self._signal = number
        if not self._holding:
            _leave(number)

    @contextmanager
    def _signals_held(self, *, raise_afterwards: bool = True) -> Iterator[None]:
        """Let nothing interrupt the block: a child half started or half stopped would be lost."""
        outer, seen = self._holding, self._signal
        self._holding = True
        try:
            yield
        finally:
            self._holding = outer
        if raise_afterwards and not outer and seen is None and self._signal is not None:
            _leave(self._signal)


def _leave(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
