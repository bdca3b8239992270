"""The ledgers under test: in memory and in Postgres."""

from collections.abc import AsyncIterator

import pytest

from src.adapters.database import DatabaseAdapter, PostgresJobLedger
from src.core.ports.job_ledger import JobLedger
from tests.contract.job_ledger.world import World
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger

_AGE_CLAIMS = """
UPDATE job_claims SET claimed_at = claimed_at - step, expires_at = expires_at - step
FROM (SELECT $1 * interval '1 second' AS step) AS passed
"""
_AGE = """
UPDATE jobs SET
    created_at = created_at - step, next_attempt_at = next_attempt_at - step, published_at = published_at - step,
    claimed_at = claimed_at - step, lease_until = lease_until - step, finished_at = finished_at - step,
    started_at = started_at - step, slot_at = slot_at - step
FROM (SELECT $1 * interval '1 second' AS step) AS passed
"""


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        clock = FakeClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds)

        yield World(FakeJobLedger(clock), advance)
        return
    async with DatabaseAdapter(url=url) as database:

        async def age(seconds: float) -> None:
            """Instead of waiting, put everything that was written that much further into the past."""
            await database.execute(_AGE, seconds)
            await database.execute(_AGE_CLAIMS, seconds)

        yield World(PostgresJobLedger(database), age)


@pytest.fixture
def ledger(world: World) -> JobLedger:
    return world.ledger
