"""Matches that Postgres will never take, among others."""

import random
from collections.abc import AsyncIterator

import pytest

from src.adapters.database import DatabaseAdapter, PostgresAbsenceStore, PostgresMatchStore
from src.core.domain.match_document import read_match
from src.core.errors import BrokenInvariant
from src.core.ports.match_store import StoredMatch
from src.core.services.match_ingest import IngestReport, MatchIngest
from tests.fakes.clock import FakeClock
from tests.fakes.matches import a_document
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import serve

IDS = [f"EUW1_{number}" for number in range(1, 26)]
POISON = "EUW1_13"
REST = [match_id for match_id in IDS if match_id != POISON]
ENDLESS = random.Random(1).randbytes(20_000).hex()  # no index takes a PUUID as long as this


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


@pytest.fixture
def riot() -> FakeRiotApi:
    riot = FakeRiotApi()
    serve(riot, *IDS)
    return riot


@pytest.mark.parametrize(("field", "value"), [("kills", 40_000), ("goldEarned", 2**31), ("puuid", ENDLESS)])
async def test_one_among_many_is_told_as_malformed_and_the_others_are_stored(
    database: DatabaseAdapter, riot: FakeRiotApi, field: str, value: object
) -> None:
    riot.matches[POISON]["info"]["participants"][0][field] = value
    store = PostgresMatchStore(database)
    ingest = MatchIngest(riot, store, PostgresAbsenceStore(database), FakeClock())
    assert await ingest.ingest_many(IDS) == IngestReport(stored=REST, malformed=[POISON])
    assert await store.complete(IDS) == set(REST)


async def test_an_endless_puuid_is_read_and_refused(database: DatabaseAdapter, riot: FakeRiotApi) -> None:
    """So the test above does try what the reader lets through."""
    riot.matches[POISON]["info"]["participants"][0]["puuid"] = ENDLESS
    document = a_document(**riot.matches[POISON])
    with pytest.raises(BrokenInvariant):
        await PostgresMatchStore(database).store(StoredMatch(read_match(document.document), document, None, None))
