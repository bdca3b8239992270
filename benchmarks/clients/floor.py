"""The floor: the same rows as Chimera's, by the least code that makes them.

aiohttp, orjson, raw dictionaries, zstd as Chimera's store has it, COPY. No budget, no retries, no checks, nothing that
copes with a second worker or with a pair that is there already.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from benchmarks.clients.client import Tally, batches, host_of, riot_key, riot_url
from benchmarks.clients.floor_rows import MATCHES, PARTICIPANTS, TIMELINES, match_row, participant_rows, timeline_row
from benchmarks.clients.jsonb import connected
from src.adapters.database.raw_bodies import pack
from src.core.domain.documents import RawDocument

if TYPE_CHECKING:
    import asyncpg

_AT_ONCE = 4  # fetches
_JSONB_VERSION = b"\x01"

Pair = tuple[bytes, bytes]


class Floor:
    """Fetches a batch, some pairs at once, while the one before it is stored."""

    def __init__(self, session: aiohttp.ClientSession, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._session = session
        self._pool = pool

    async def ingest(self, match_ids: Sequence[str]) -> Tally:
        """Bring these pairs into Postgres."""
        tally, storing = Tally(), None
        for batch in batches(match_ids):
            pairs = await self._fetch_many(batch)
            if storing is not None:
                await storing
            storing = asyncio.create_task(self._store(pairs))
            tally.stored += len(pairs)
        if storing is not None:
            await storing
        return tally

    async def _fetch_many(self, match_ids: Sequence[str]) -> list[Pair]:
        left, pairs = iter(match_ids), []

        async def work() -> None:
            for match_id in left:
                path = f"{riot_url().replace('{host}', host_of(match_id))}/lol/match/v5/matches/{match_id}"
                pairs.append((await self._get(path), await self._get(f"{path}/timeline")))

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        return pairs

    async def _get(self, url: str) -> bytes:
        async with self._session.get(url) as answer:
            return await answer.read()

    async def _store(self, pairs: Sequence[Pair]) -> None:
        matches: list[Any] = []
        participants: list[Any] = []
        timelines: list[Any] = []
        for match_body, timeline_body in pairs:
            match, timeline = orjson.loads(match_body), orjson.loads(timeline_body)
            matches.append(match_row(match, pack(RawDocument(match_body, match))))
            participants += participant_rows(match)
            timelines.append(timeline_row(timeline, pack(RawDocument(timeline_body, timeline))))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.copy_records_to_table("matches", records=matches, columns=MATCHES)
            await connection.copy_records_to_table("participants", records=participants, columns=PARTICIPANTS)
            await connection.copy_records_to_table("timelines", records=timelines, columns=TIMELINES)


@asynccontextmanager
async def opened() -> AsyncIterator[Floor]:
    """One session, one connection."""
    headers = {"X-Riot-Token": riot_key(), "Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(headers=headers) as session, connected() as pool:
        async with pool.acquire() as connection:  # the pool has no other
            await _set_up_json(connection)
        yield Floor(session, pool)


async def _set_up_json(connection: Any) -> None:
    """COPY is binary: JSONB is then a version and the text."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: _JSONB_VERSION + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )
