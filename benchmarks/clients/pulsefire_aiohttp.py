"""pulsefire (Python 3.12 and newer): aiohttp, with orjson as its documentation recommends; JSONB."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from pulsefire.clients import RiotAPIClient
from pulsefire.middlewares import http_error_middleware, json_response_middleware, rate_limiter_middleware
from pulsefire.ratelimiters import RiotAPIRateLimiter

from benchmarks.clients.client import Tally, host_of, riot_key, riot_url
from benchmarks.clients.jsonb import JsonbPairs, connected

_AT_ONCE = 4


class Pulsefire:
    """Its client, some pairs at once."""

    def __init__(self, riot: Any, pairs: JsonbPairs) -> None:
        self._riot = riot
        self._pairs = pairs

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """Bring these pairs into Postgres."""
        left = iter(match_ids)
        tally = Tally()

        async def work() -> None:
            for match_id in left:
                await self._one(match_id)
                tally.stored += 1

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        return tally

    async def _one(self, match_id: str) -> None:
        region = host_of(match_id)
        match = await self._riot.get_lol_match_v5_match(region=region, id=match_id)
        timeline = await self._riot.get_lol_match_v5_match_timeline(region=region, id=match_id)
        await self._pairs.store(match_id, orjson.dumps(match).decode(), orjson.dumps(timeline).decode())


@asynccontextmanager
async def opened() -> AsyncIterator[Pulsefire]:
    """Its default middlewares, but for orjson."""
    middlewares = [
        json_response_middleware(orjson.loads),
        http_error_middleware(),
        rate_limiter_middleware(RiotAPIRateLimiter()),
    ]
    url, key = riot_url().replace("{host}", "{region}"), {"X-Riot-Token": riot_key()}
    async with (
        connected(_AT_ONCE) as pool,
        RiotAPIClient(base_url=url, default_headers=key, middlewares=middlewares) as riot,
    ):
        yield Pulsefire(riot, JsonbPairs(pool))
