"""What the ingest part tells."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_OBJECTS = "cassiopeia's objects + JSONB"
_FLOOR = "floor: the same rows, the least code"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target, what was measured, and whether that is good enough."""

    what: str
    target: str
    found: str
    met: bool

    @property
    def told(self) -> str:
        """In one line."""
        return f"{self.what}: {self.found}, not {self.target}"


def goals(measured: dict[str, Any]) -> Iterator[Goal]:
    """The targets of ingesting."""
    rows = {row["name"]: row for row in measured["rows"]}
    own, floor = rows["Chimera"], rows[_FLOOR]
    speed, kilobytes = own["per_second"], own["kilobytes"]
    times, share = rows[_OBJECTS]["ratio"], 100 * floor["ratio"]
    cost, same = overhead(measured["fetching"], "chimera"), measured["same_rows"]
    yield Goal("pairs per second", ">= 100", f"{speed:.1f}", speed >= 100)  # noqa: PLR2004
    objects = "times as fast as cassiopeia's objects + JSONB (two processes to its one)"
    yield Goal(objects, ">= 8", f"{times:.2f}", times >= 8)  # noqa: PLR2004
    yield Goal("of the floor's speed", ">= 60 %", f"{share:.1f} %", share >= 60)  # noqa: PLR2004
    if measured["documents"] == "real":  # of others the target does not speak
        yield Goal("KB on disk per real pair", "<= 100", f"{kilobytes:.1f}", kilobytes <= 100)  # noqa: PLR2004
    yield Goal("CPU of a fetched pair, times that of aiohttp + orjson", "<= 1.15", f"{cost:.2f}", cost <= 1.15)  # noqa: PLR2004
    yield Goal("pairs that Chimera could not store", "0", f"{own['failed']}", own["failed"] == 0)
    yield Goal("Chimera and the floor leave the same rows", "yes", "yes" if same else "no", same)


def overhead(fetching: dict[str, list[float]], way: str) -> float:
    """How many times the CPU of plain aiohttp and orjson a way takes: the median over the rounds.

    >>> overhead({"plain": [2.0, 4.0, 2.0], "chimera": [2.2, 4.4, 9.0]}, "chimera")
    1.1
    """
    pairs = zip(fetching[way], fetching["plain"], strict=True)
    return statistics.median(cost / plain for cost, plain in pairs)


def table(measured: dict[str, Any]) -> Iterator[str]:
    """Targets, clients, and fetching alone."""
    yield "| | target | measured | |"
    yield "|---|---|---|---|"
    for goal in goals(measured):
        yield f"| {goal.what} | {goal.target} | **{goal.found}** | {'met' if goal.met else 'missed'} |"
    yield ""
    yield from _clients(measured)
    yield ""
    yield from _fetching(measured["fetching"])


def _clients(measured: dict[str, Any]) -> Iterator[str]:
    yield f"{measured['documents'].capitalize()} documents; CPU in ms per stored pair."
    yield ""
    yield "| client | processes | pairs/s | Chimera | CPU client | Postgres | Redis | stand-in | KB | pairs | failed |"
    yield "|---" * 11 + "|"
    for row in measured["rows"]:
        cpu = " | ".join(f"{row['cpu_ms'][kind]:.1f}" for kind in ("client", "postgres", "redis", "riot"))
        times = "" if row["name"] == "Chimera" else f"{row['ratio']:.2g} x"
        told = f"**{row['per_second']:.1f}** | {times} | {cpu} | {row['kilobytes']:.1f}"
        yield f"| {row['name']} | {row['processes']} | {told} | {row['pairs']} | {row['failed']} |"
    for name in measured["skipped"]:
        yield f"| {name} | not on this Python{' |' * 10}"


def _fetching(fetching: dict[str, list[float]]) -> Iterator[str]:
    names = {
        "plain": "aiohttp + orjson",
        "plain_isal": "aiohttp + orjson, unpacking with isal as Chimera does",
        "chimera": "Chimera's client: budget in Redis, retries, checks",
        "typed": "the same, read into typed values",
    }
    yield f"Fetched and parsed, not stored; {len(fetching['plain'])} rounds in turns, one process."
    yield ""
    yield "| | CPU ms per pair | times aiohttp + orjson |"
    yield "|---|---|---|"
    for way, name in names.items():
        yield f"| {name} | {statistics.median(fetching[way]):.2f} | {overhead(fetching, way):.2f} |"
