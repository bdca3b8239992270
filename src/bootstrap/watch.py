"""Keeping a system running: what ends unasked is started again, logs stay short."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from src.bootstrap.processes import Supervisor
from src.bootstrap.servers import EmbeddedServers, ServerStartError

LOOK_SECONDS = 0.25
"""How often to look, so that whoever reads along does not wait."""

_SERVERS = ("postgres", "redis")
_LONGEST_WAIT = 30.0
_QUICK = 10.0  # who ends this many seconds after its start may never run at all ...
_TRIES = 5  # ... which so many in a row prove
_CALM = 300.0  # after so many seconds what was before does not count


@dataclass(slots=True)
class _Record:
    """How one process or server has been doing. `due`: when to start it again, None while it runs."""

    since: float
    due: float | None = None
    ends: int = 0
    quick_ends: int = 0


class Watch:
    """Looks after the processes of `supervisor` and the servers that `servers` runs; call `look` again and again."""

    def __init__(
        self,
        supervisor: Supervisor,
        servers: EmbeddedServers,
        say: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`say` hears one line per end; `clock` counts seconds."""
        self._supervisor = supervisor
        self._servers = servers
        self._say = say
        self._clock = clock
        self._began = clock()
        self._records: dict[str, _Record] = {}

    def look(self) -> None:
        """Notice what has ended, start what is due again, put long logs aside; only on the main thread.

        Starting a server takes as long as it takes; a process is not waited for.

        Raises:
            ServerStartError: one ends right after its start again and again; says which and why.
        """
        for ended in (*self._supervisor.poll(), *self._servers.exits()):
            if self._record(ended.name).due is None:
                self._plan(ended.name, str(ended))
        for name, record in self._records.items():
            if record.due is not None and self._clock() >= record.due:
                self._start(name, record)
        self._supervisor.shorten_logs()
        self._servers.shorten_logs()

    def _record(self, name: str) -> _Record:
        return self._records.setdefault(name, _Record(self._began))

    def _plan(self, name: str, reason: str) -> None:
        record, now = self._record(name), self._clock()
        lived = now - record.since
        record.ends = 1 if lived >= _CALM else record.ends + 1
        record.quick_ends = 0 if lived >= _QUICK else record.quick_ends + 1
        if record.quick_ends >= _TRIES:
            raise ServerStartError(f"{name} ended {_TRIES} times in a row right after its start; at last {reason}")
        wait = min(_LONGEST_WAIT, 2.0 ** (record.ends - 1))
        record.due = now + wait
        self._say(f"{reason}; starting it again in {wait:.0f} s")

    def _start(self, name: str, record: _Record) -> None:
        record.since, record.due = self._clock(), None
        try:
            if name in _SERVERS:
                self._servers.restart(cast("Literal['postgres', 'redis']", name))
            else:
                self._supervisor.restart(name)
        except (ServerStartError, OSError) as error:
            self._plan(name, str(error))
