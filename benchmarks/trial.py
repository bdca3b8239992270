"""One trial: some processes of a client bring pairs into empty tables."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.cpu import cpu_seconds
from benchmarks.lines import close, hear, tell

_PATIENCE = 20.0  # seconds for a process to end on its own


@dataclass(frozen=True, slots=True)
class Servers:
    """Process ids of the servers whose CPU time is told beside the client's."""

    postgres: int
    redis: int
    riot: int

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each so far."""
        pids = {"postgres": self.postgres, "redis": self.redis, "riot": self.riot}
        return {name: cpu_seconds(pid) for name, pid in pids.items()}


def trial(client: str, shares: Sequence[Sequence[str]], warm_up: Sequence[str], servers: Servers) -> dict[str, Any]:
    """Let one process per share of the match ids work, all at once.

    Answers pairs per second, and ms of CPU per pair of client, Postgres, Redis and stand-in.

    Raises:
        RuntimeError: a process ended early.
    """
    with _started(client, len(shares)) as processes:
        for number, (process, share) in enumerate(zip(processes, shares, strict=True)):
            tell(process, json.dumps({"warm_up": list(warm_up[number :: len(shares)]), "ids": list(share)}))
        for process in processes:
            hear(process, client)
        before, began = servers.cpu(), time.perf_counter()
        for process in processes:
            tell(process, "go")
        answers = [json.loads(hear(process, client)) for process in processes]
        seconds = time.perf_counter() - began
        used = {name: total - before[name] for name, total in servers.cpu().items()}
    used["client"] = sum(answer["cpu"] for answer in answers)
    stored = sum(answer["stored"] for answer in answers)
    failures = [failure for answer in answers for failure in answer["failures"]]
    return {
        "stored": stored,
        "failed": len(failures),
        "failures": failures[:3],
        "seconds": seconds,
        "per_second": stored / seconds,
        "cpu_ms": {name: 1000 * total / max(1, stored) for name, total in used.items()},
    }


@contextmanager
def _started(client: str, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    argv = [sys.executable, "-m", "benchmarks.clients", client]
    processes: list[subprocess.Popen[str]] = []
    try:
        for _ in range(count):
            processes.append(  # noqa: PERF401 - those that were started must be ended
                subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
            )
        yield processes
        for process in processes:
            process.wait(_PATIENCE)
    finally:
        for process in processes:
            close(process)
