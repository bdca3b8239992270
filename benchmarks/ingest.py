"""Match and timeline from Riot's API into Postgres: Chimera beside other clients and beside the least code there is."""

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import ingest_table, tables
from benchmarks.clients.client import host_of
from benchmarks.stage import bench_stage, real_documents, say
from benchmarks.trial import Servers, trial
from src.sandbox.riot.relabelled import relabelled_id
from src.sandbox.stage import Stage

_MOST_PROCESSES = 2
_PLATFORMS = ("NA1", "EUW1", "KR", "TW2")  # one for each routing value
_ROUNDS, _QUICK_ROUNDS = 3, 1
_FETCH_ROUNDS, _QUICK_FETCH_ROUNDS = 30, 5
_QUICK_SHARE = 0.1
_COPIES = 20_000  # per platform
_VARIETY = 448  # pairs; at least one copy of each document on every platform
_WARM_UP = 4 * _MOST_PROCESSES  # pairs
_NOT_BINDING = "30000:10"


@dataclass(frozen=True, slots=True)
class Contender:
    """A client, and how many pairs it stores in a round (of three): ten seconds in all, for the quick ones.

    The others' rate limiters know of one process only, so that is what they get.
    """

    name: str
    module: str
    pairs: int
    processes: int = 1
    tables: tuple[str, ...] = tables.RIVALS
    python: tuple[int, int] = (3, 11)


CONTENDERS = (
    Contender("Chimera", "chimera", 600, 2, tables.CHIMERAS),
    Contender("Chimera, one process", "chimera", 350, 1, tables.CHIMERAS),
    Contender("floor: the same rows, the least code", "floor", 800, 2, tables.CHIMERAS),
    Contender("pulsefire + JSONB", "pulsefire_aiohttp", 180, python=(3, 12)),
    Contender("riotwatcher + JSONB", "riotwatcher_requests", 180),
    Contender("cassiopeia's services + JSONB", "cassiopeia_stock", 180),
    Contender("cassiopeia's objects + JSONB", "cassiopeia_objects", 50),
    Contender("cassiopeia's objects + JSONB, two limiters", "cassiopeia_objects", 80, 2),
)


def measure(quick: bool) -> dict[str, Any]:  # noqa: FBT001 - see Part
    """Rounds in which each client has its turn, then the cost of fetching alone."""
    folder = real_documents()
    settings = {
        "RIOT_SANDBOX_COPIES": str(_COPIES),
        "RIOT_SANDBOX_APP_LIMIT": _NOT_BINDING,
        "RIOT_SANDBOX_METHOD_LIMIT": _NOT_BINDING,
        **({"RIOT_SANDBOX_DATA": str(folder)} if folder else {}),
    }
    able = [contender for contender in CONTENDERS if sys.version_info[:2] >= contender.python]
    rounds: dict[str, list[dict[str, Any]]] = {contender.name: [] for contender in able}
    with bench_stage(**settings) as stage:
        asyncio.run(_prepare(stage.environment["RIOT_API_BASE_URL"]))
        for number in range(_QUICK_ROUNDS if quick else _ROUNDS):
            for contender in able:
                pairs = round(contender.pairs * (_QUICK_SHARE if quick else 1))
                done = _turn(stage, contender, pairs)
                say(f"round {number + 1}: {contender.name}: {done['per_second']:.1f} pairs/s")
                rounds[contender.name].append(done)
        say("the same rows? and what fetching alone costs")
        same = _same_rows(stage)
        fetching = _fetching(_QUICK_FETCH_ROUNDS if quick else _FETCH_ROUNDS)
    measured = {
        "documents": "real" if folder else "generated",
        "rows": [_summary(contender, rounds[contender.name], rounds["Chimera"]) for contender in able],
        "skipped": [contender.name for contender in CONTENDERS if contender not in able],
        "same_rows": same,
        "fetching": fetching,
    }
    return {**measured, "missed": [goal.told for goal in ingest_table.goals(measured) if not goal.met]}


def table(measured: dict[str, Any]) -> Iterator[str]:
    """See `ingest_table`."""
    return ingest_table.table(measured)


def plot(measured: dict[str, Any], folder: Path) -> None:
    """Bars of speed and of CPU time."""
    from benchmarks.pictures import ingest_picture  # noqa: PLC0415 - matplotlib takes its time

    ingest_picture(measured, folder / "performance-ingest.png")


def match_ids(start: int, count: int) -> list[str]:
    """Ids of `count` pairs, all four routing values in turn."""
    numbers = range(start, start + count)
    return [relabelled_id(_PLATFORMS[number % 4], number) for number in numbers]


def _turn(stage: Stage, contender: Contender, pairs: int) -> dict[str, Any]:
    url = stage.environment["DATABASE_URL"]
    asyncio.run(tables.emptied(url))
    ids, warm_up = match_ids(0, pairs), match_ids(pairs, _WARM_UP)
    shares = [ids[number :: contender.processes] for number in range(contender.processes)]
    done = trial(contender.module, shares, warm_up, _servers(stage))
    kept = asyncio.run(tables.rows(url, contender.tables[0]))
    return {**done, "bytes": asyncio.run(tables.size(url, contender.tables)) / max(1, kept)}


async def _prepare(riot_url: str) -> None:
    """Have each document once, so that the stand-in has made all it makes of them only once."""
    async with aiohttp.ClientSession(headers={"X-Riot-Token": "RGAPI-bench"}, auto_decompress=False) as session:
        for match_id in match_ids(0, _VARIETY):
            path = f"{riot_url.replace('{host}', host_of(match_id))}/lol/match/v5/matches/{match_id}"
            async with session.get(path, raise_for_status=True) as answer:
                await answer.read()


def _servers(stage: Stage) -> Servers:
    pids = stage.servers.addresses.pids
    riot = stage.supervisor._children["riot-sandbox"].pid  # noqa: SLF001 - nobody else asks
    return Servers(postgres=pids["postgres"], redis=pids["redis"], riot=riot)


def _same_rows(stage: Stage) -> bool:
    """Chimera and the floor leave the same rows; otherwise their speeds say nothing about each other."""
    url, found = stage.environment["DATABASE_URL"], set()
    for contender in (CONTENDERS[0], CONTENDERS[2]):
        _turn(stage, contender, _VARIETY)
        found.add(asyncio.run(tables.fingerprint(url)))
    return len(found) == 1


def _fetching(rounds: int) -> dict[str, list[float]]:
    argv = [sys.executable, "-m", "benchmarks.clients.fetching"]
    task = json.dumps({"ids": match_ids(0, _VARIETY), "rounds": rounds})
    done = subprocess.run(argv, input=f"{task}\n", stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    told: dict[str, list[float]] = json.loads(done.stdout)
    return told


def _summary(contender: Contender, rounds: list[dict[str, Any]], chimeras: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of a client's rounds; `ratio` is how much faster Chimera was, of the same round each."""
    middle = statistics.median
    return {
        "name": contender.name,
        "processes": contender.processes,
        "pairs": sum(done["stored"] for done in rounds),
        "failed": sum(done["failed"] for done in rounds),
        "failures": [failure for done in rounds for failure in done["failures"]][:3],
        "per_second": middle(done["per_second"] for done in rounds),
        "cpu_ms": {kind: middle(done["cpu_ms"][kind] for done in rounds) for kind in rounds[0]["cpu_ms"]},
        "kilobytes": middle(done["bytes"] for done in rounds) / 1024,
        "ratio": middle(own["per_second"] / done["per_second"] for own, done in zip(chimeras, rounds, strict=True)),
    }
