"""`python -m benchmarks.clients.fetching`: what a fetched and parsed pair costs, in turns with the least code for it.

Standard input brings `{"ids": [...], "rounds": N}`. In every round each way fetches the next pairs, one way after the
other, so that what the machine does meanwhile hits all alike. Tells, as JSON, the CPU ms per pair of each round:
`chimera` (adapter, shared budget in Redis, documents parsed), `plain` (aiohttp and orjson), `plain_isal` (the same,
unpacking with the library that Chimera uses), and `typed` (as `chimera`,
and both documents read into typed values, as the ingest service does).
"""

import asyncio
import gc
import json
import sys
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle, islice

import aiohttp
import orjson

from benchmarks.clients.client import host_of, riot_key, riot_url
from src.adapters.riot_api.transport import ZLIB
from src.bootstrap.container import Container
from src.core.domain.match_document import read_match
from src.core.domain.regions import parse_match_id
from src.core.domain.timeline_document import read_timeline

_AT_ONCE = 4
_PAIRS = 24  # per round and way
_WARM_UP_ROUNDS = 2

Fetch = Callable[[str], Awaitable[object]]


def main() -> int:
    """Measure, print."""
    task = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(_measure(task["ids"], task["rounds"]))))
    return 0


async def _measure(match_ids: Sequence[str], rounds: int) -> dict[str, list[float]]:
    container = Container.build()
    headers = {"X-Riot-Token": riot_key(), "Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(headers=headers) as session:
        ways = {
            "chimera": _with_chimera(container),
            "plain": _plainly(session),
            "plain_isal": _plainly(session),
            "typed": _typed(container),
        }
        costs: dict[str, list[float]] = {name: [] for name in ways}
        left = cycle(match_ids)
        for number in range(_WARM_UP_ROUNDS + rounds):
            ids = list(islice(left, _PAIRS))
            for name, fetch in ways.items():
                # What aiohttp unpacks with is one setting for the process; the least code leaves it as it is.
                aiohttp.set_zlib_backend(zlib if name == "plain" else ZLIB)
                cost = await _cost(fetch, ids)
                if number >= _WARM_UP_ROUNDS:
                    costs[name].append(round(cost, 3))
        await container.close()
    return costs


async def _cost(fetch: Fetch, match_ids: Sequence[str]) -> float:
    """CPU ms per pair of this process, all threads."""
    left = iter(match_ids)

    async def work() -> None:
        for match_id in left:
            await fetch(match_id)

    gc.collect()  # what the way before has left
    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return 1000 * (time.process_time() - began) / len(match_ids)


def _with_chimera(container: Container) -> Fetch:
    async def fetch(match_id: str) -> object:
        _, platform = parse_match_id(match_id)
        match = await container.riot.match(match_id, platform.routing)
        timeline = await container.riot.timeline(match_id, platform.routing)
        return match.document, timeline.document

    return fetch


def _typed(container: Container) -> Fetch:
    async def fetch(match_id: str) -> object:
        _, platform = parse_match_id(match_id)
        match = await container.riot.match(match_id, platform.routing)
        timeline = await container.riot.timeline(match_id, platform.routing)
        return read_match(match.document), read_timeline(timeline.document)

    return fetch


def _plainly(session: aiohttp.ClientSession) -> Fetch:
    async def get(url: str) -> object:
        async with session.get(url) as answer:
            return orjson.loads(await answer.read())

    async def fetch(match_id: str) -> object:
        path = f"{riot_url().replace('{host}', host_of(match_id))}/lol/match/v5/matches/{match_id}"
        return await get(path), await get(f"{path}/timeline")

    return fetch


if __name__ == "__main__":
    sys.exit(main())
