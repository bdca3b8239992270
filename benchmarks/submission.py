"""`python -m benchmarks.submission`: how long submitting a task takes, over HTTP, at 50 requests a second.

Starts a system of its own (durable embedded servers, the stand-in for Riot, the API), and measures each endpoint with
a worker that works off what is submitted, and with none. Arrivals are an open loop: a request is sent when it is due,
whatever became of those before it, and its latency counts from then. Exit code 1 when a p99 misses the target.
"""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from src.bootstrap.system import start_api, wait_for_http, wait_for_worker
from src.sandbox.stage import Stage, sandbox_stage

TARGET = 0.050  # seconds, for the p99
_PROJECT = Path(__file__).resolve().parents[1]
_WARM_UP = 2.0  # seconds of requests that open connections and are not counted
_START_SECONDS = 60.0
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Load:
    """An endpoint under load."""

    name: str
    path: str

    def request(self) -> dict[str, Any]:
        """One request's parameters; no two are the same submission."""
        number = next(_NUMBERS)
        if self.path.startswith("/tasks"):
            return {"params": {"x": str(number), "y": "1"}}
        return {"json": {"game_name": f"Fresh {number}", "tag_line": "BENCH", "platform": "na1"}}


LOADS = (
    Load("POST /tasks/test/add", "/tasks/test/add"),
    Load("POST /api/summoners/sync-data/", "/api/summoners/sync-data/"),
)


@dataclass(frozen=True, slots=True)
class Latencies:
    """What one load came to: seconds from the scheduled arrival to the whole answer, sorted; and failures."""

    load: Load
    workers: int
    seconds: tuple[float, ...]
    failures: tuple[str, ...]

    def quantile(self, share: float) -> float:
        """The latency that this share of the requests stays below."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]

    @property
    def is_good(self) -> bool:
        """Every request was taken, and 99 in 100 in time."""
        return not self.failures and self.quantile(0.99) <= TARGET

    def row(self) -> str:
        """A line of the table, in ms."""
        p50, p99, worst = (1000 * self.quantile(share) for share in (0.5, 0.99, 1.0))
        told = f"{len(self.seconds)} | {p50:.1f} | **{p99:.1f}** | {worst:.1f} | {len(self.failures)}"
        return f"| {self.load.name} | {self.workers} | {told} |"


async def measure(base: str, load: Load, *, workers: int, rate: float, seconds: float) -> Latencies:
    """Put a load on the API at `base`: `rate` requests a second for `seconds`, after the warm-up."""
    taken: list[float] = []
    failures: list[str] = []
    loop = asyncio.get_running_loop()

    async def send(session: aiohttp.ClientSession, due: float, *, counts: bool) -> None:
        await asyncio.sleep(due - loop.time())
        try:
            async with session.post(f"{base}{load.path}", **load.request()) as answer:
                body = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            failures.append(type(error).__name__)
            return
        if answer.status != HTTPStatus.ACCEPTED:
            failures.append(f"{answer.status}: {body[:200]}")
        elif counts:
            taken.append(loop.time() - due)

    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session, asyncio.TaskGroup() as group:
        began = loop.time() + 0.1
        for number in range(round((_WARM_UP + seconds) * rate)):
            at = number / rate
            group.create_task(send(session, began + at, counts=at >= _WARM_UP))
    return Latencies(load, workers, tuple(sorted(taken)), tuple(failures))


@contextmanager
def running_api(var: Path) -> Iterator[Stage]:
    """Servers, the stand-in and the API in `var` (emptied first), all of it gone afterwards."""
    before = dict(os.environ)
    try:
        with sandbox_stage(var, _say, fresh=True) as stage:
            # Nothing is ever sent there: the tasks of the benchmark answer nobody in Discord.
            stage.tell(DISCORD_API_BASE_URL="http://127.0.0.1:1/api/v10", DISCORD_BOT_TOKEN="bench")  # noqa: S106
            start_api(stage.supervisor, stage.environment)
            wait_for_http(f"{stage.public_url}/health", seconds=_START_SECONDS, still_alive=stage.check)
            yield stage
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> int:
    """Measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.submission", description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30, help="of each measurement")
    options = parser.parse_args()
    measured: list[Latencies] = []
    with running_api(_PROJECT / "var" / "bench") as stage:
        stage.start_worker()
        wait_for_worker(seconds=_START_SECONDS, still_alive=stage.check)
        # The worker first: without one, work would pile up for it.
        for workers in (1, 0):
            if not workers:
                stage.supervisor.stop("worker")
            for load in LOADS:
                _say(f"{load.name}, {workers} workers")
                work = measure(stage.public_url, load, workers=workers, rate=options.rate, seconds=options.seconds)
                measured.append(asyncio.run(work))
    print("\n".join(_table(measured, options.rate, options.seconds)))
    for failure in [failure for latencies in measured for failure in latencies.failures][:10]:
        print(f"failed: {failure}")
    return 0 if all(latencies.is_good for latencies in measured) else 1


def _table(measured: list[Latencies], rate: float, seconds: float) -> Iterator[str]:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"{datetime.now(UTC):%Y-%m-%d}, {machine}: {rate:g} requests/s for {seconds:g} s, in ms from the arrival."
    yield f"Target: p99 <= {1000 * TARGET:.0f} ms."
    yield ""
    yield "| request | workers | answered | p50 | p99 | max | failed |"
    yield "|---|---|---|---|---|---|---|"
    yield from (latencies.row() for latencies in measured)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
