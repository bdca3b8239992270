"""How storing and looking up hold out as matches pile up: 1,000, 10,000 and 100,000 of them."""

import asyncio
import random
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from benchmarks import scale_data
from benchmarks.cpu import cpu_seconds
from benchmarks.results import RESULTS
from benchmarks.scale_pairs import fresh, originals
from benchmarks.stage import say
from src.adapters.database import DatabaseAdapter, PostgresMatchStore
from src.adapters.database.pool import asyncpg_url
from src.bootstrap.processes import Supervisor
from src.bootstrap.schema import upgrade_schema
from src.bootstrap.servers import EmbeddedServers
from src.core.ports.match_store import StoredMatch

_VAR = RESULTS / "scale"
_SIZES, _QUICK_SIZES = (1_000, 10_000, 100_000), (1_000, 3_000)
_ROUNDS, _QUICK_ROUNDS = 14, 4
_WARM_UP_ROUNDS = 2
_PAIRS = 50  # stored per round and size, 25 at once
_BATCH = 25
_LOOKUPS = 12  # of each kind, per round and size
_PAIR_BYTES = 115_000
_SPARE_BYTES = 3 * 2**30  # the server's log, the templates, and room for others
_SLOWER = 0.10


@dataclass(slots=True)
class Stock:
    """One database, how much is in it, and what was measured on it."""

    matches: int
    url: str
    store: PostgresMatchStore
    seconds: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)
    lookups: dict[str, list[float]] = field(default_factory=dict)


def measure(quick: bool) -> dict[str, Any]:  # noqa: FBT001 - see Part
    """Fill a database of each size, then store and look up in all of them in turns."""
    rng = random.Random(5)  # noqa: S311 - the same lookups every time
    with _server() as server:
        url = str(server.addresses.database_url)
        sizes, lacking = affordable(_QUICK_SIZES if quick else _SIZES, _free(url))
        for size in sizes:
            _fill(url, size)
        pid = server.addresses.pids["postgres"]
        stocks = asyncio.run(_in_turns(url, sizes, _QUICK_ROUNDS if quick else _ROUNDS, rng, pid))
    rows = [_row(stock, stocks[0]) for stock in stocks]
    slower = 1 - rows[-1]["against_first"]
    told = f"storing at {rows[-1]['stored']:,} matches is {100 * slower:.0f} % slower than at {rows[0]['stored']:,}"
    return {"rows": rows, "lacking": lacking, "missed": [told] if slower > _SLOWER else []}


def affordable(sizes: Sequence[int], free: int) -> tuple[list[int], str]:
    """Those sizes for which `free` bytes are enough, all at once, and what is missing for the others, in words."""
    taken = [size for number, size in enumerate(sizes) if needed(sizes[: number + 1]) <= free]
    if len(taken) == len(sizes):
        return taken, ""
    gigabytes = (needed(sizes) - free) / 1e9
    return (
        taken,
        f"{', '.join(f'{size:,}' for size in sizes[len(taken) :])} left out: {gigabytes:.1f} GB too little disk",
    )


def needed(sizes: Sequence[int]) -> int:
    """Bytes that databases of these sizes take."""
    return sum(sizes) * _PAIR_BYTES + _SPARE_BYTES


def table(measured: dict[str, Any]) -> Iterator[str]:
    """A line for each size."""
    rows = measured["rows"]
    yield (
        f"Storing {_BATCH} pairs at once through `store_many`, in turns with the other sizes, in databases filled"
        f" beforehand. Target: at most {100 * _SLOWER:.0f} % slower than with {rows[0]['stored']:,} matches."
    )
    yield ""
    kinds = list(rows[0]["lookups"])
    yield f"| stored matches | pairs/s | of the first | Postgres CPU ms/pair | {' | '.join(kinds)} |"
    yield "|---" * (4 + len(kinds)) + "|"
    for row in rows:
        told = " | ".join(f"{row['lookups'][kind]['p50']:.2f} / {row['lookups'][kind]['p95']:.2f}" for kind in kinds)
        share = f"**{100 * row['against_first']:.0f} %**"
        yield f"| {row['stored']:,} | {row['per_second']:.0f} | {share} | {row['postgres_ms']:.1f} | {told} |"
    yield ""
    yield "Lookups in ms, median / 95th percentile."
    if measured["lacking"]:
        yield f"{measured['lacking']}."


def plot(measured: dict[str, Any], folder: Path) -> None:
    """Insert rate and lookups over the number of stored matches."""
    from benchmarks.pictures import scale_picture  # noqa: PLC0415 - matplotlib takes its time

    scale_picture(measured, folder / "performance-scale.png")


@contextmanager
def _server() -> Iterator[EmbeddedServers]:
    """A Postgres of its own; its gigabytes are gone afterwards, also after Ctrl-C or SIGTERM, else at the next run."""
    servers = EmbeddedServers(_VAR)
    servers.remove_data()
    try:
        with Supervisor(_VAR / "log"):  # turns signals into exceptions
            servers.start(redis=False)
            yield servers
    finally:
        servers.stop()
        servers.remove_data()


def _free(url: str) -> int:
    """Bytes on the disk that holds the data."""

    async def ask() -> str:
        connection = await asyncpg.connect(asyncpg_url(url))
        try:
            return str(await connection.fetchval("SHOW data_directory"))
        finally:
            await connection.close()

    return shutil.disk_usage(asyncio.run(ask())).free


def _url_of(url: str, size: int) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/bench_{size}"))


def _fill(url: str, size: int) -> None:
    own = _url_of(url, size)
    began = time.monotonic()

    async def create() -> None:
        connection = await asyncpg.connect(asyncpg_url(url))
        try:
            await connection.execute(f"CREATE DATABASE bench_{size} STRATEGY file_copy")
        finally:
            await connection.close()

    async def store_originals() -> None:
        async with DatabaseAdapter(url=own, pool_size=1) as database:
            await PostgresMatchStore(database).store_many(originals())

    async def fill() -> None:
        await scale_data.fill(own, size, lambda done: say(f"{done:,} of {size:,} matches"))
        await scale_data.settle(own)

    asyncio.run(create())
    upgrade_schema(own)
    asyncio.run(store_originals())
    asyncio.run(fill())
    say(f"{size:,} matches made in {time.monotonic() - began:.0f} s")


async def _in_turns(url: str, sizes: Sequence[int], rounds: int, rng: random.Random, pid: int) -> list[Stock]:
    """Store and look up; the first rounds do not count, and no size is always first."""
    pairs = fresh(originals())
    async with AsyncExitStack() as stack:
        stocks = []
        for size in sizes:
            database = await stack.enter_async_context(DatabaseAdapter(url=_url_of(url, size), pool_size=2))
            stocks.append(Stock(size, _url_of(url, size), PostgresMatchStore(database)))
        for number in range(_WARM_UP_ROUNDS + rounds):
            first = number % len(stocks)
            for stock in (*stocks[first:], *stocks[:first]):
                if number == _WARM_UP_ROUNDS:
                    stock.seconds, stock.postgres, stock.lookups = [], [], {}
                await _store(stock, [next(pairs) for _ in range(_PAIRS)], pid)
                await _look_up(stock, rng)
            say(f"round {number + 1} of {_WARM_UP_ROUNDS + rounds}")
    return stocks


async def _store(stock: Stock, pairs: Sequence[StoredMatch], pid: int) -> None:
    used, began = cpu_seconds(pid), time.perf_counter()
    for start in range(0, len(pairs), _BATCH):
        stored = await stock.store.store_many(pairs[start : start + _BATCH])
        assert len(stored) == _BATCH, "some were there already"
    stock.seconds.append(time.perf_counter() - began)
    stock.postgres.append(cpu_seconds(pid) - used)


async def _look_up(stock: Stock, rng: random.Random) -> None:
    store, players = stock.store, scale_data.players(stock.matches)

    def known() -> str:
        return scale_data.match_id(rng.randrange(stock.matches))

    async def load() -> None:
        assert await store.load(known()) is not None

    async def history() -> None:
        assert len(await store.history(scale_data.puuid(rng.randrange(players)), limit=20)) == 20  # noqa: PLR2004

    async def complete() -> None:
        asked = {*(known() for _ in range(50)), *(f"EUW1_{number}" for number in range(50))}
        assert len(await store.complete(asked)) == len(asked) - 50

    kinds: dict[str, Callable[[], Awaitable[None]]] = {
        "load a match": load,
        "history of 20": history,
        "which of 100 are stored": complete,
    }
    for name, look in kinds.items():
        for _ in range(_LOOKUPS):
            began = time.perf_counter()
            await look()
            stock.lookups.setdefault(name, []).append(1000 * (time.perf_counter() - began))


def _row(stock: Stock, first: Stock) -> dict[str, Any]:
    ratios = [theirs / own for theirs, own in zip(first.seconds, stock.seconds, strict=True)]
    return {
        "stored": stock.matches,
        "per_second": _PAIRS / median(stock.seconds),
        "against_first": median(ratios),
        "postgres_ms": 1000 * sum(stock.postgres) / (_PAIRS * len(stock.postgres)),
        "lookups": {name: {"p50": median(taken), "p95": _p95(taken)} for name, taken in stock.lookups.items()},
    }


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(0.95 * len(taken))]
