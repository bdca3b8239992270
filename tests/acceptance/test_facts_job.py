"""Facts of stored matches are computed in the background, by a real worker."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from src.bootstrap.container import Container
from src.core.domain.facts.model import FACTS_VERSION
from src.tasks.facts_tasks import look_for_stale_facts
from tests.acceptance.conftest import WORLD, Live

MATCH_ID = WORLD.history(WORLD.main.puuid)[0].match_id


@pytest.fixture
async def services(live: Live) -> AsyncIterator[Container]:
    """The services, as a process beside the worker has them."""
    container = Container.build()
    yield container
    await container.close()


async def version(services: Container) -> int:
    """Of the match's facts; 0: it has none."""
    row = await services.database.fetchrow("SELECT facts_version FROM matches WHERE match_id = $1", MATCH_ID)
    return 0 if row is None else int(row[0])


async def computed(services: Container) -> None:
    """Come back when the match has facts of this version."""
    async with asyncio.timeout(60):
        while await version(services) != FACTS_VERSION:
            # A look while a refresh is at its end makes no new one.
            await asyncio.to_thread(look_for_stale_facts.delay)
            await asyncio.sleep(0.5)


async def test_a_stored_match_gets_its_facts_and_those_of_a_new_version(services: Container) -> None:
    """For a worker with a new version, what is there is of a lower one."""
    await services.ingest.ingest(MATCH_ID)
    await computed(services)
    stored = await services.matches.load(MATCH_ID)
    assert stored is not None
    facts = await services.facts.of(stored)
    assert (facts.match_id, facts.version, facts.basis.timeline) == (MATCH_ID, FACTS_VERSION, True)

    await services.database.execute("UPDATE matches SET facts_version = $2 WHERE match_id = $1", MATCH_ID, -1)
    await services.database.execute("UPDATE match_facts SET body = 'of another version' WHERE match_id = $1", MATCH_ID)
    await computed(services)
    row = await services.database.fetchrow("SELECT length(body) FROM match_facts WHERE match_id = $1", MATCH_ID)
    assert row is not None
    assert row[0] > 1000
    assert await services.facts.of(stored) == facts
