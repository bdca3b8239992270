"""What is under test: all of it in memory, and in Postgres."""

from collections.abc import AsyncIterator

import pytest

from src.adapters.database import DatabaseAdapter
from tests.contract.personal_data.world import World, world_in_memory, world_of


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        yield world_in_memory()
        return
    async with DatabaseAdapter(url=url) as database:
        yield world_of(database)
