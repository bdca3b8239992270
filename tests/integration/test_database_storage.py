"""How matches lie in Postgres: what can be queried, and what it costs."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from src.adapters.database import DatabaseAdapter, PostgresMatchStore
from src.core.domain.documents import RawDocument
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument
from src.core.ports.match_store import StoredMatch
from tests.contract.test_user_bindings import ATTEMPT, pending
from tests.fakes.matches import a_stored_match
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

_KINDS = ("match", "timeline")
_SIZE = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('matches', 'participants', 'timelines')
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


def real_pair(path: Path) -> StoredMatch:
    bodies = [gzip.decompress(path.with_name(path.name.replace("match", kind)).read_bytes()) for kind in _KINDS]
    match, timeline = (RawDocument(body=body, document=json.loads(body)) for body in bodies)
    return StoredMatch(read_match(match.document), match, read_timeline(timeline.document), timeline)


@needs_real_documents
async def test_a_real_pair_takes_at_most_100_kb_with_its_indexes(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    empty = await database.fetchrow(_SIZE)
    paths = sorted(REAL_DOCUMENTS.glob("*.match.json.gz"))
    for path in paths:
        await store.store(real_pair(path))
    full = await database.fetchrow(_SIZE)
    assert empty is not None
    assert full is not None
    assert (full[0] - empty[0]) / len(paths) <= 100 * 1024


async def test_documents_frames_and_events_can_be_queried(database: DatabaseAdapter) -> None:
    await PostgresMatchStore(database).store(a_stored_match())
    row = await database.fetchrow(
        """
        SELECT m.document #>> '{info,queueId}' AS queue,
            t.total_gold[array_position(t.participant_ids, 6::smallint)][2] AS gold,
            t.kills -> 0 ->> 'victim_id' AS victim,
            (SELECT sum(kills) FROM participants p WHERE p.match_id = m.match_id AND p.team_id = 100) AS kills
        FROM matches m JOIN timelines t USING (match_id)
        """
    )
    assert row is not None
    assert dict(row) == {"queue": "420", "gold": 600, "victim": "6", "kills": 15}


async def test_a_match_leaves_with_everything_that_belongs_to_it(database: DatabaseAdapter) -> None:
    await PostgresMatchStore(database).store(a_stored_match())
    await database.execute("DELETE FROM matches")
    for table in ("participants", "timelines"):
        assert await database.fetch(f"SELECT FROM {table}") == []


async def test_damaged_bytes_are_noticed(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    await store.store(a_stored_match())
    await database.execute("UPDATE timelines SET body = set_byte(body, length(body) - 1, 0)")
    with pytest.raises(MalformedDocument):
        await store.load("EUW1_1")


async def test_a_players_history_is_read_from_its_index(database: DatabaseAdapter) -> None:
    store = PostgresMatchStore(database)
    for number in range(5):
        await store.store(a_stored_match(f"EUW1_{number}"))
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(
            "EXPLAIN SELECT match_id FROM participants WHERE puuid = $1 ORDER BY started_at DESC LIMIT 5", "puuid-1"
        )
    assert "participants_history" in "\n".join(line[0] for line in plan)
    assert "Sort" not in "\n".join(line[0] for line in plan)


async def test_expired_sign_ins_leave_the_tables(database: DatabaseAdapter) -> None:
    """They hold secrets and names, and nobody comes for them."""
    await database.open_attempt("old", ATTEMPT, ttl=-1)
    await database.open_pending("old", pending(), ttl=-1)
    await database.open_attempt("new", ATTEMPT, ttl=60)
    await database.open_pending("new", pending(), ttl=60)
    rows = await database.fetch("SELECT state_hash FROM link_attempts UNION ALL SELECT token_hash FROM pending_links")
    assert [row[0] for row in rows] == ["new", "new"]
