"""Cassiopeia's endpoint services with its own HTTP client, without the objects above them; DTOs go into JSONB."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from benchmarks.clients.cassiopeia_vendor import redirect
from benchmarks.clients.client import Tally, riot_key
from benchmarks.clients.jsonb import JsonbPairs, connected


class CassiopeiaStock:
    """`MatchAPI.get(...)` for both DTOs."""

    def __init__(self, service: Any, match_dto: type, timeline_dto: type, pairs: JsonbPairs) -> None:
        self._service = service
        self._dtos = (match_dto, timeline_dto)
        self._pairs = pairs

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """One after the other: nothing in it is asynchronous."""
        tally = Tally()
        for match_id in match_ids:
            platform, _, number = match_id.partition("_")
            query = {"platform": platform, "id": int(number)}
            try:
                match, timeline = (self._service.get(dto, query=dict(query)) for dto in self._dtos)
            except Exception as error:  # noqa: BLE001 - whatever it does on a document it does not know
                tally.fail(match_id, error)
                continue
            await self._pairs.store(match_id, orjson.dumps(match).decode(), orjson.dumps(timeline).decode())
            tally.stored += 1
        return tally


@asynccontextmanager
async def opened() -> AsyncIterator[CassiopeiaStock]:
    """With a rate limiter of its own for each platform and continent, as cassiopeia wires it."""
    redirect()
    from cassiopeia.data import Continent, Platform  # noqa: PLC0415 - after redirecting
    from cassiopeia.datastores.riotapi.common import RiotAPIRateLimiter  # noqa: PLC0415
    from cassiopeia.datastores.riotapi.match import MatchAPI  # noqa: PLC0415
    from cassiopeia.dto.match import MatchDto, TimelineDto  # noqa: PLC0415

    limiters = {place: RiotAPIRateLimiter(1.0) for place in (*Platform, *Continent)}
    async with connected() as pool:
        service = MatchAPI(riot_key(), app_rate_limiter=limiters)
        yield CassiopeiaStock(service, MatchDto, TimelineDto, JsonbPairs(pool))
