"""Facts of matches in Postgres."""

import asyncio
from collections.abc import Sequence

import structlog
from pydantic import ValidationError

from src.adapters.database.pool import Connection, PostgresPool
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack_bytes, unpack_bytes
from src.core.domain.facts.model import MatchFacts
from src.core.errors import MalformedDocument
from src.core.ports.match_facts import ComputedFacts, StaleFacts

_SQL = load_queries("match_facts.sql")
_log = structlog.get_logger(__name__)


class PostgresMatchFactsStore:
    """The MatchFactsStore port: JSON under zstd, beside `matches.facts_version`, which says whether it counts."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def load(self, match_id: str, *, edition: str, version: int) -> MatchFacts | None:
        """The facts of this version and edition. Reads them beside the event loop."""
        row = await self._database.fetchrow(_SQL["load"], match_id, edition, version)
        return None if row is None else await asyncio.to_thread(_read, row["body"], match_id, version)

    async def keep(self, computed: Sequence[ComputedFacts], *, version: int) -> None:
        """Keep facts in one transaction, in the order of the matches' ids, as all do who lock several."""
        rows = await asyncio.to_thread(_rows, computed, version)

        async def work(connection: Connection) -> None:
            await connection.executemany(_SQL["keep"], rows)

        if rows:
            await self._database.run(work)

    async def stale(self, version: int, *, limit: int) -> tuple[StaleFacts, ...]:
        """Matches that were not done at this version, found by the index: those without facts, then by versions."""
        rows = await self._database.fetch(_SQL["stale"], version, limit)
        return tuple(StaleFacts(row["match_id"], row["edition"]) for row in rows)


def _rows(computed: Sequence[ComputedFacts], version: int) -> list[tuple[str, str, int, bytes | None]]:
    return [
        (one.match_id, one.edition, version, pack_bytes(one.facts.model_dump_json().encode()) if one.facts else None)
        for one in sorted(computed, key=lambda one: one.match_id)
    ]


def _read(body: bytes, match_id: str, version: int) -> MatchFacts | None:
    try:
        facts = MatchFacts.model_validate_json(unpack_bytes(body))
    except (MalformedDocument, ValidationError) as error:
        _log.warning("kept_facts_not_readable", match_id=match_id, reason=type(error).__name__)
        return None
    return facts if (facts.match_id, facts.version) == (match_id, version) else None
