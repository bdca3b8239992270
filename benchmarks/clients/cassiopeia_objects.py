"""Cassiopeia as its documentation shows it: objects that load themselves; their data go into JSONB."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.clients.cassiopeia_vendor import redirect
from benchmarks.clients.client import Tally
from benchmarks.clients.jsonb import JsonbPairs, connected
from src.core.domain.regions import parse_match_id


class CassiopeiaObjects:
    """`get_match(...)`, its timeline, and both objects' own JSON. No attribute that leads to static data."""

    def __init__(self, cassiopeia: Any, pairs: JsonbPairs) -> None:
        self._cassiopeia = cassiopeia
        self._regions = {platform.value.lower(): platform.region for platform in cassiopeia.Platform}
        self._pairs = pairs

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """One after the other: nothing in it is asynchronous."""
        tally = Tally()
        for match_id in match_ids:
            try:
                match, timeline = self._fetch(match_id)
            except Exception as error:  # noqa: BLE001 - whatever it does on a document it does not know
                tally.fail(match_id, error)
                continue
            await self._pairs.store(match_id, match, timeline)
            tally.stored += 1
        return tally

    def _fetch(self, match_id: str) -> tuple[str, str]:
        canonical, platform = parse_match_id(match_id)
        number = int(canonical.partition("_")[2])
        match = self._cassiopeia.get_match(id=number, region=self._regions[platform.value])
        match.load()
        match.timeline.load()
        return match.to_json(), match.timeline.to_json()


@asynccontextmanager
async def opened() -> AsyncIterator[CassiopeiaObjects]:
    """With cassiopeia's default pipeline: its cache, its rate limiter."""
    async with connected() as pool:
        yield CassiopeiaObjects(redirect(), JsonbPairs(pool))
