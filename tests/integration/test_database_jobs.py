"""The ledger as only Postgres has it: in others' transactions, after deletions by hand, with many rows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from src.adapters.database import DatabaseAdapter, PostgresJobLedger
from src.adapters.database.jobs.rows import SQL
from src.adapters.database.jobs.submission import submit
from src.adapters.database.migrate import upgrade
from src.adapters.database.pool import Connection
from src.core.domain.job import JobFilter, JobState, Rate
from src.core.errors import JobNotFound
from tests.contract.job_ledger.world import a_job, claimed, not_claimed, running, submitted

_MANY = """
INSERT INTO jobs (id, kind, arguments, queue, lane, position, max_retries, not_before, state, created_at,
    next_attempt_at, finished_at, settled_at, owner)
SELECT gen_random_uuid(), 'old', '{}', 'matches', 'background', 0, 3, 0, 'succeeded', now() - n * interval '1 second',
    now() - interval '1 day', now(), now(), 'owner ' || n % 100
FROM generate_series(1, 20000) AS n
"""

# One job that waits for its turn, one that is done, and a claim that counts.
_FIRST_RELEASE = """
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO jobs (id, kind, arguments, queue, lane, position, max_retries, rate_per_minute, not_before, state,
    created_at, next_attempt_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'fetch', '{}', 'matches', 'background', 0, 3, 1, 0, 'queued',
    now(), now() + interval '40 seconds');
INSERT INTO jobs (id, kind, arguments, queue, lane, position, max_retries, not_before, state, fence,
    created_at, next_attempt_at, claimed_at)
VALUES ('00000000-0000-0000-0000-000000000002', 'fetch', '{}', 'matches', 'background', 1, 3, 0, 'succeeded', 1,
    now(), now(), '2026-03-14T00:00:00Z');
INSERT INTO job_claims VALUES ('fetch', now());
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


@pytest.fixture
def ledger(database: DatabaseAdapter) -> PostgresJobLedger:
    return PostgresJobLedger(database)


@pytest.fixture
async def first_release_url(postgres_url: str) -> AsyncIterator[str]:
    """A database as the first release has left it."""
    name = f"test_{uuid4().hex}"
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    tables = files("src.adapters.database.migrations").joinpath("versions", "v0001_first_tables.sql")
    server = await asyncpg.connect(postgres_url)
    await server.execute(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(url)
    await connection.execute(tables.read_text("utf-8") + _FIRST_RELEASE)
    await connection.close()
    yield url
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


async def test_jobs_of_the_first_release_keep_their_rates_and_turns(first_release_url: str) -> None:
    upgrade(first_release_url)
    async with DatabaseAdapter(url=first_release_url) as database:
        ledger = PostgresJobLedger(database)
        limited, done = await ledger.get(UUID(int=1)), await ledger.get(UUID(int=2))
        assert (limited.rate, limited.priority, limited.follows) == (Rate(count=1, seconds=60), 5, None)
        assert (done.state, done.rate) == (JobState.SUCCEEDED, None)
        assert done.started_at == datetime(2026, 3, 14, tzinfo=UTC)
        later = await submitted(ledger, kind="fetch", rate=limited.rate)
        assert await not_claimed(ledger, later.id), "the claim counts"
        waits_for = (await ledger.get(later.id)).next_attempt_at
        assert limited.next_attempt_at is not None
        assert waits_for == limited.next_attempt_at + timedelta(seconds=60), "after the turn that was given away"


async def test_jobs_are_submitted_with_what_they_belong_to_or_not_at_all(
    database: DatabaseAdapter, ledger: PostgresJobLedger
) -> None:
    first = await submitted(ledger)
    kept, undone = a_job(follows=first.id), a_job(request_key="r")

    async def breaks(connection: Connection) -> None:
        await connection.execute("INSERT INTO players VALUES ('p-1', 'kr', NULL, NULL, NULL, now())")
        await submit(connection, [undone])
        await submit(connection, [a_job(follows=uuid4())])

    with pytest.raises(JobNotFound):
        await database.run(breaks)
    async with database.transaction() as connection:
        await submit(connection, [kept])
    assert await database.fetch("SELECT FROM players") == []
    assert {job.id for job in await ledger.find(JobFilter(), limit=9)} == {first.id, kept.id}


async def test_a_follower_whose_predecessor_was_deleted_by_hand_does_not_wait_for_ever(
    database: DatabaseAdapter, ledger: PostgresJobLedger
) -> None:
    first = await submitted(ledger)
    follower = await submitted(ledger, follows=first.id)
    witness = await submitted(ledger, follows=first.id, follows_any_end=True)
    await database.execute("DELETE FROM jobs WHERE id = $1", first.id)
    due, failed = await ledger.release_followers()
    assert (due.id, due.state) == (witness.id, JobState.QUEUED)
    assert (failed.id, failed.state, failed.error_kind) == (follower.id, JobState.FAILED, "PredecessorFailed")
    assert failed.error == "The job that had to succeed first is gone."


async def test_a_job_cannot_be_forgotten_while_a_follower_is_being_written_down(
    database: DatabaseAdapter, ledger: PostgresJobLedger
) -> None:
    first = await running(ledger)
    await ledger.succeed(first.id, first.fence, {})
    await ledger.mark_settled([first.id])
    follower = a_job(follows=first.id)
    async with database.transaction() as connection:
        await submit(connection, [follower])
        assert await ledger.forget_finished(older_than=0, limit=9) == 0
    await claimed(ledger, follower.id)


async def test_claims_are_kept_no_longer_than_a_rate_asks_for_them(
    database: DatabaseAdapter, ledger: PostgresJobLedger
) -> None:
    rate = Rate(count=2, seconds=60)
    await running(ledger, kind="old", rate=rate)
    await running(ledger, kind="young", rate=rate)
    await database.execute("UPDATE job_claims SET expires_at = now() WHERE kind = 'old'")
    await ledger.forget_finished(older_than=0, limit=9)
    assert [row["kind"] for row in await database.fetch("SELECT kind FROM job_claims")] == ["young"]
    await database.execute("UPDATE job_claims SET expires_at = now(), claimed_at = now() - interval '1 hour'")
    await running(ledger, kind="young", rate=rate)
    assert len(await database.fetch("SELECT kind FROM job_claims")) == 1


async def test_the_many_jobs_of_the_past_are_not_read_to_find_those_at_hand(
    database: DatabaseAdapter, ledger: PostgresJobLedger
) -> None:
    await database.execute(_MANY)
    await submitted(ledger, owner="42")
    await database.execute("ANALYZE jobs")
    statements = {
        "overdue": (SQL["overdue"], (200,)),
        "release": (SQL["release"], (None,)),
        "doomed": (SQL["doomed"], (None,)),
        "last_slots": (SQL["last_slots"], ("old", 100, 30.0, uuid4())),
    }
    for name, (sql, arguments) in statements.items():
        rows = await database.fetch(f"EXPLAIN {sql}", *arguments)
        plan = "\n".join(row[0] for row in rows)
        assert "Seq Scan on jobs" not in plan, f"{name}:\n{plan}"
