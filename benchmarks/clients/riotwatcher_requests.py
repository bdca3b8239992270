"""riotwatcher: requests with a session, the standard library's JSON, its own rate limiter; JSONB."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from riotwatcher import LolWatcher
from riotwatcher._apis import UrlConfig

from benchmarks.clients.client import Tally, host_of, riot_key, riot_url
from benchmarks.clients.jsonb import JsonbPairs, connected


class RiotWatcher:
    """`watcher.match.by_id` and `.timeline_by_match`."""

    def __init__(self, watcher: Any, pairs: JsonbPairs) -> None:
        self._matches = watcher.match
        self._pairs = pairs

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """One after the other: nothing in it is asynchronous."""
        tally = Tally()
        for match_id in match_ids:
            match = self._matches.by_id(host_of(match_id), match_id)
            timeline = self._matches.timeline_by_match(host_of(match_id), match_id)
            await self._pairs.store(match_id, orjson.dumps(match).decode(), orjson.dumps(timeline).decode())
            tally.stored += 1
        return tally


@asynccontextmanager
async def opened() -> AsyncIterator[RiotWatcher]:
    """As its documentation shows it, but for the address."""
    watcher = LolWatcher(riot_key())
    UrlConfig.root_url = riot_url().replace("{host}", "{platform}")
    async with connected() as pool:
        yield RiotWatcher(watcher, JsonbPairs(pool))
