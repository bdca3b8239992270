"""How long submitting a task takes, over HTTP, at 50 requests a second.

Starts a system of its own (durable embedded servers, the stand-in for Riot, the API), and measures each endpoint with
a worker that works off what is submitted, and with none. Arrivals are an open loop: a request is sent when it is due,
whatever became of those before it, and its latency counts from then.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any

import aiohttp

from benchmarks.stage import bench_stage, say
from src.bootstrap.system import start_api, wait_for_http, wait_for_worker
from src.sandbox.stage import Stage

TARGET = 0.050  # seconds, for the p99
_RATE = 50.0  # requests a second
_SECONDS, _QUICK_SECONDS = 30.0, 3.0  # of each measurement
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

    def as_row(self) -> dict[str, Any]:
        """What is kept of it; times in ms."""
        p50, p99, worst = (round(1000 * self.quantile(share), 1) for share in (0.5, 0.99, 1.0))
        return {
            "request": self.load.name,
            "workers": self.workers,
            "answered": len(self.seconds),
            "p50": p50,
            "p99": p99,
            "max": worst,
            "failures": self.failures[:10],
            "failed": len(self.failures),
            "good": self.is_good,
        }


async def put_load(base: str, load: Load, *, workers: int, rate: float, seconds: float) -> Latencies:
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
def running_api() -> Iterator[Stage]:
    """Servers, the stand-in and the API, all of it gone afterwards."""
    with bench_stage() as stage:
        # Nothing is ever sent there: the tasks of the benchmark answer nobody in Discord.
        stage.tell(DISCORD_API_BASE_URL="http://127.0.0.1:1/api/v10", DISCORD_BOT_TOKEN="bench")  # noqa: S106
        start_api(stage.supervisor, stage.environment)
        wait_for_http(f"{stage.public_url}/health", seconds=_START_SECONDS, still_alive=stage.check)
        yield stage


def measure(quick: bool) -> dict[str, Any]:  # noqa: FBT001 - see Part
    """Put each load on the API, with a worker and without."""
    rows: list[dict[str, Any]] = []
    seconds = _QUICK_SECONDS if quick else _SECONDS
    with running_api() as stage:
        stage.start_worker()
        wait_for_worker(seconds=_START_SECONDS, still_alive=stage.check)
        # The worker first: without one, work would pile up for it.
        for workers in (1, 0):
            if not workers:
                stage.supervisor.stop("worker")
            for load in LOADS:
                say(f"{load.name}, {workers} workers")
                work = put_load(stage.public_url, load, workers=workers, rate=_RATE, seconds=seconds)
                rows.append(asyncio.run(work).as_row())
    missed = [f"{row['request']}, {row['workers']} workers: p99 {row['p99']} ms" for row in rows if not row["good"]]
    return {"rate": _RATE, "seconds": seconds, "rows": rows, "missed": missed}


def table(measured: dict[str, Any]) -> Iterator[str]:
    """Latencies in ms."""
    yield f"{measured['rate']:g} requests/s for {measured['seconds']:g} s, in ms from the scheduled arrival."
    yield f"Target: p99 <= {1000 * TARGET:.0f} ms, none failed."
    yield ""
    yield "| request | workers | answered | p50 | p99 | max | failed |"
    yield "|---|---|---|---|---|---|---|"
    for row in measured["rows"]:
        told = f"{row['answered']} | {row['p50']} | **{row['p99']}** | {row['max']} | {row['failed']}"
        yield f"| {row['request']} | {row['workers']} | {told} |"
