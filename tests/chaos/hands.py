"""The hands that strike: at workers, at Redis and Postgres, at the stand-in for Riot."""

import json
import os
import random
import signal
import socket
import sys
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis

from src.bootstrap.processes import ChildProcess
from src.sandbox.stage import Stage
from tests.chaos.plan import PlannedStrike, Strike

_WORKER = (sys.executable, "-m", "celery", "-A", "src.tasks.celery_app", "worker", "-I", "tests.chaos.poison")
_BEAT = (sys.executable, "-m", "celery", "-A", "src.tasks.celery_app", "beat", "--pidfile=")
_PATIENCE = 20.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# How many calls go wrong. What Riot refuses with a 429 is no failed attempt; of the others there are fewer, for a
# job that meets several of them in a row ends as failed, and rightly.
_RIOT_RULES: Mapping[Strike, list[dict[str, object]]] = {
    Strike.RIOT_429: [{"status": 429, "rate_limit_type": "application", "retry_after": 1, "count": 12}],
    Strike.RIOT_429_SILENT: [{"status": 429, "rate_limit_type": "method", "count": 4}],
    Strike.RIOT_429_BARE: [{"status": 429, "count": 4}],
    Strike.RIOT_5XX: [{"status": 503, "count": 3}, {"status": 500, "count": 2}, {"status": 504, "count": 1}],
    Strike.RIOT_RESET: [{"body": "reset", "count": 3}, {"body": "truncated", "count": 2}],
}


@dataclass(slots=True)
class Hands:
    """Strikes at a stage. Servers come back at once, workers when `restart_due` is called in time.

    `fallen` tells of processes that ended although nobody had killed them.
    """

    stage: Stage
    rng: random.Random
    fallen: list[str] = field(default_factory=list)
    _due: dict[str, float] = field(default_factory=dict)
    _workers: dict[str, ChildProcess] = field(default_factory=dict)

    def start_workers(self, count: int) -> None:
        """Start workers `chaos-0`, `chaos-1` ... and a beat."""
        for number in range(count):
            name = f"chaos-{number}"
            environment = {**self.stage.environment, "WORKER_NAME": name}
            self._workers[name] = self.stage.supervisor.start(
                name, _WORKER, env=environment, patience=_PATIENCE, death_signal=signal.SIGKILL
            )
        schedule = self.stage.var / "celerybeat-schedule"
        self.stage.supervisor.start("beat", [*_BEAT, "--schedule", str(schedule)], env=self.stage.environment)

    @staticmethod
    def node(worker: int) -> str:
        """A worker's name as Celery knows it."""
        return f"chaos-{worker}@{socket.gethostname()}"

    def strike(self, planned: PlannedStrike, now: float) -> bool:
        """Do it; False if there is nobody to strike at just now, because he has not come back yet."""
        if planned.strike.is_kill:
            return self._kill(planned, now)
        if planned.strike in _RIOT_RULES:
            self._spoil(_RIOT_RULES[planned.strike])
        elif planned.strike is Strike.FLUSH_REDIS:
            with redis.Redis.from_url(self.stage.environment["CELERY_BROKER_URL"]) as client:
                client.flushall()
        else:
            self._bounce(planned.strike)
        return True

    def restart_due(self, now: float) -> None:
        """Start again the workers whose time has come."""
        for ended in self.stage.supervisor.poll():
            if ended.name not in self._due:
                self.fallen.append(str(ended))
                self._due[ended.name] = now
        for name in [name for name, due in self._due.items() if now >= due]:
            del self._due[name]
            child = self.stage.supervisor.restart(name)
            if name in self._workers:
                self._workers[name] = child

    def end_workers(self) -> None:
        """Kill them all: the round is over, and what they had to show has been counted."""
        self._due.clear()
        for worker in self._workers.values():
            worker.kill_group()

    @property
    def all_back(self) -> bool:
        """True when no worker waits to be started again."""
        return not self._due

    def _kill(self, planned: PlannedStrike, now: float) -> bool:
        name = f"chaos-{planned.worker}"
        worker = self._workers[name]
        children = _children_of(worker.pid)
        if name in self._due or not children:
            return False
        if planned.strike is Strike.KILL_CHILD:
            with suppress(ProcessLookupError):
                os.kill(self.rng.choice(children), signal.SIGKILL)
            return True
        if planned.strike is Strike.KILL_PARENT:
            os.kill(worker.pid, signal.SIGKILL)
        else:
            os.killpg(worker.pid, signal.SIGKILL)
        self._due[name] = now + planned.back_after
        return True

    def _bounce(self, strike: Strike) -> None:
        servers = self.stage.servers
        if strike is Strike.RESTART_REDIS:
            servers.restart("redis")
        elif strike is Strike.CRASH_REDIS:
            servers.kill("redis")
            servers.restart("redis")
        elif strike is Strike.RESTART_POSTGRES:
            servers.restart("postgres")
        else:
            os.kill(servers.addresses.pids["postgres"], signal.SIGQUIT)
            servers.restart("postgres")

    def _spoil(self, rules: list[dict[str, object]]) -> None:
        base = self.stage.environment["RIOT_API_BASE_URL"].removesuffix("/{host}")
        request = urllib.request.Request(
            f"{base}/_sandbox/faults", json.dumps(rules).encode(), {"Content-Type": "application/json"}
        )
        with _DIRECT.open(request, timeout=10) as answer:
            answer.read()


def _children_of(pid: int) -> list[int]:
    """A worker's pool processes: they are its children and its like."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [child for child in map(int, text.split()) if "celery" in _command_of(child)]


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def strays(mark: str) -> list[int]:
    """Processes other than this one that carry `mark` in their environment or command line."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found
