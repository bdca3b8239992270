"""Storing and counting in a real Postgres, with a fault at every call: one row per match, statistics that add up."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest

from src.adapters.database import (
    DatabaseAdapter,
    PostgresAbsenceStore,
    PostgresJobLedger,
    PostgresMatchStore,
    PostgresYearlyStatisticsStore,
)
from src.core.domain.job import NewJob
from src.core.errors import Unavailable
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.job_ledger import JobLedger
from src.core.ports.job_queue import JobQueue
from src.core.ports.match_store import MatchStore
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import IngestReport, MatchIngest
from src.core.services.match_sync import MatchSync
from src.core.services.player_sync import PlayerSync
from src.core.services.timeline_sync import TimelineSync
from tests.chaos.recount import compare_statistics
from tests.chaos.watch import Watcher
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault, ProcessKilled, Script, faulty
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.jobs import a_new_job
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ME
from tests.unit.core.services.machine import survives
from tests.unit.core.services.test_sync_under_faults import FRIEND, GAMES, IDS, YEAR

_TRIES = 6
_EMPTY = "TRUNCATE matches, participants, timelines, yearly_statistics, absences, jobs CASCADE"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of the test's own, and a look at it past the product."""

    adapter: DatabaseAdapter
    watcher: Watcher


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    watcher = Watcher(database_url)
    async with DatabaseAdapter(url=database_url) as adapter:
        yield Database(adapter, watcher)
    await watcher.close()


async def _until_told(work: Callable[[], Awaitable[object]]) -> None:
    """Do it again, as a retried job does, until nothing stands in the way."""
    for _ in range(_TRIES):
        with suppress(Unavailable, ProcessKilled):
            await work()
            return
    raise AssertionError("it never worked")


async def _play(database: Database, script: Script) -> None:
    """One match is synced for a friend, then the player's batch with the same match in it, then its timeline."""
    await database.adapter.execute(_EMPTY)
    riot = FakeRiotApi()
    for match, timeline in GAMES:
        riot.add_match(match, timeline)
    store = faulty(MatchStore, PostgresMatchStore(database.adapter), script)
    counting = faulty(YearlyStatisticsStore, PostgresYearlyStatisticsStore(database.adapter), script)
    ledger = faulty(JobLedger, PostgresJobLedger(database.adapter), script)
    jobs = JobSubmission(ledger, faulty(JobQueue, FakeJobQueue(), script))
    clock = FakeClock()
    absences = faulty(AbsenceStore, PostgresAbsenceStore(database.adapter), script)
    ingest = MatchIngest(riot, store, absences, clock)
    players = PlayerSync(riot, FakePlayerStore(), ingest, counting, clock, default_year=YEAR)
    single, timelines = MatchSync(ingest, store, counting, jobs, FakeTombstones()), TimelineSync(ingest, store)

    async def report(_step: str, _done: int, _total: int) -> None:
        """Nobody watches."""

    await _until_told(lambda: single.sync(IDS[0], puuid=FRIEND, timeline_job=_timeline_job()))
    await _until_told(lambda: players.sync_batch(IDS[:2], ME, into=IngestReport(), report=report))
    await _until_told(lambda: single.sync(IDS[1], puuid=FRIEND, timeline_job=_timeline_job(2)))
    await _until_told(lambda: timelines.sync(IDS[0]))
    few, many, years = await compare_statistics(database.watcher, [ME, FRIEND])
    assert (few, many, years) == ([], [], 2)
    counts = await database.watcher.fetch(
        "SELECT (SELECT count(*) FROM matches) AS matches, (SELECT count(*) FROM timelines) AS timelines, "
        "(SELECT count(*) FROM jobs) AS jobs"
    )
    assert dict(counts[0]) == {"matches": 2, "timelines": 2, "jobs": 1}


def _timeline_job(number: int = 1) -> NewJob:
    return a_new_job(number, id=UUID(int=number), kind="timeline", idempotency_key=f"timeline:{number}")


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_match_is_one_row_and_counts_once(database: Database, fault: Fault) -> None:
    """Whichever call fails and however; an unseen commit above all."""

    async def play(script: Script) -> None:
        await _play(database, script)

    await survives(play, fault)
