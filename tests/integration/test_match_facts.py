"""Facts in Postgres: what belongs to what, how they are found, and a new version that makes a worker compute them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from src.adapters.database import DatabaseAdapter, PostgresMatchFactsStore, PostgresMatchStore
from src.adapters.database.forgetting import pseudonymise_match
from src.adapters.database.match_facts import _SQL as FACTS
from src.adapters.database.raw_bodies import pack_bytes, unpack_bytes
from src.adapters.system_clock import SystemClock
from src.core.domain.facts.model import MatchFacts
from src.core.ports.match_facts import ComputedFacts
from src.core.services.match_facts import FactsRefreshed, MatchFactsService
from tests.contract.test_damaged_matches import a_readable_match
from tests.fakes.match_facts import some_facts
from tests.integration.test_database_unseen_commits import LossyDatabase
from tests.unit.core.services.games import ME

ONE = "EUW1_1"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[DatabaseAdapter]:
    async with DatabaseAdapter(url=database_url) as adapter:
        yield adapter


@dataclass
class World:
    """The service over Postgres, in a worker of some version."""

    database: DatabaseAdapter
    version: int = 1
    computed: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matches = PostgresMatchStore(self.database)
        self.facts = PostgresMatchFactsStore(self.database)

    @property
    def service(self) -> MatchFactsService:
        return MatchFactsService(self.matches, self.facts, SystemClock(), compute=self._compute, version=self.version)

    def _compute(self, match: Mapping[str, Any], _timeline: Mapping[str, Any] | None) -> MatchFacts:
        match_id = match["metadata"]["matchId"]
        self.computed.append((match_id, self.version))
        return some_facts(match_id, version=self.version)

    async def refresh(self) -> FactsRefreshed:
        return await self.service.refresh(into=FactsRefreshed(), report=_silent)

    async def of(self, match_id: str = ONE) -> MatchFacts:
        stored = await self.matches.load(match_id)
        assert stored is not None
        return await self.service.of(stored)

    async def forget(self, puuid: str = ME) -> None:
        """Take a player out of the match."""
        async with self.database.transaction() as connection:
            await pseudonymise_match(connection, ONE, [puuid])


async def _silent(_step: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
async def world(database: DatabaseAdapter) -> World:
    world = World(database)
    await world.matches.store_many([a_readable_match(ONE), a_readable_match("EUW1_2", timeline=False)])
    return world


async def test_a_new_version_makes_the_job_compute_all_matches_again(world: World) -> None:
    assert await world.refresh() == FactsRefreshed(computed=2)
    assert await world.refresh() == FactsRefreshed()
    world.version = 2
    assert await world.refresh() == FactsRefreshed(computed=2)
    assert [(await world.of(match_id)).version for match_id in (ONE, "EUW1_2")] == [2, 2]
    assert sorted(world.computed) == [(ONE, 1), (ONE, 2), ("EUW1_2", 1), ("EUW1_2", 2)]


async def test_damaged_documents_block_nobody_and_are_passed_over_until_the_next_version(world: World) -> None:
    await world.database.execute("UPDATE timelines SET body = substr(body, 1, length(body) / 2)")
    assert await world.refresh() == FactsRefreshed(computed=1, unreadable=1)
    assert await world.refresh() == FactsRefreshed()
    await world.matches.store(a_readable_match(), replace=True)
    assert await world.refresh() == FactsRefreshed(computed=1)


async def test_facts_outlive_an_erasure_which_changes_names_only(world: World) -> None:
    before = await world.matches.load(ONE)
    await world.refresh()
    await world.forget()
    assert await world.refresh() == FactsRefreshed()
    await world.of()
    assert len(world.computed) == 2
    after = await world.matches.load(ONE)
    assert before is not None
    assert after is not None
    assert before.edition == after.edition
    assert before.match_document.body != after.match_document.body


async def test_facts_of_a_match_that_a_former_release_replaced_do_not_count(world: World) -> None:
    """It knows nothing of facts, and leaves their version as it was."""
    await world.of()
    await world.database.execute("UPDATE matches SET stored_at = stored_at + interval '1 s'")
    await world.of()
    await world.of()
    assert world.computed == [(ONE, 1), (ONE, 1)]


async def test_what_was_computed_before_an_erasure_may_be_kept_after_it(world: World) -> None:
    stored = await world.matches.load(ONE)
    assert stored is not None
    await world.forget()
    await world.service.of(stored)
    await world.of()
    assert world.computed == [(ONE, 1)]


async def test_an_erasure_that_drops_a_damaged_timeline_leaves_no_facts_of_it(world: World) -> None:
    await world.refresh()
    await world.database.execute("UPDATE timelines SET body = substr(body, 1, length(body) / 2)")
    await world.forget()
    assert await world.refresh() == FactsRefreshed(computed=1)


async def test_a_match_is_stored_without_a_word_about_facts(world: World) -> None:
    """Ingesting stays as quick as it is."""
    assert await world.database.fetch("SELECT FROM match_facts") == []


async def test_matches_leave_with_their_facts(world: World) -> None:
    await world.refresh()
    await world.database.execute("DELETE FROM matches")
    assert await world.database.fetch("SELECT FROM match_facts") == []


async def test_what_is_stale_is_read_from_its_index(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(line[0] for line in await connection.fetch(f"EXPLAIN {FACTS['stale']}", 2, 10))
    assert "Index Scan using matches_facts_version" in plan
    assert "Sort" not in plan


async def test_facts_that_lie_under_a_wrong_match_or_version_are_none(world: World) -> None:
    await world.refresh()
    bodies = {row["match_id"]: row["body"] for row in await world.database.fetch("SELECT * FROM match_facts")}
    await world.database.execute("UPDATE match_facts SET body = $1", bodies["EUW1_2"])
    assert (await world.of()).match_id == ONE
    await world.database.execute("UPDATE match_facts SET body = $1", bodies[ONE])
    await world.database.execute("UPDATE matches SET facts_version = 2")
    world.version = 2
    assert (await world.of()).version == 2
    assert len(world.computed) == 4


async def test_facts_of_which_a_part_is_missing_are_none(world: World) -> None:
    """A worker that was not told of a new version would read them so."""
    await world.refresh()
    (row,) = await world.database.fetch("SELECT body FROM match_facts WHERE match_id = $1", ONE)
    told = unpack_bytes(row["body"]).replace(b'"queue_id"', b'"kew_id"')
    await world.database.execute("UPDATE match_facts SET body = $1", pack_bytes(told))
    assert await world.of() == some_facts()
    assert len(world.computed) == 3


async def test_keeping_bears_a_commit_that_went_unseen(world: World, database_url: str) -> None:
    stored = await world.matches.load(ONE)
    assert stored is not None
    assert stored.edition is not None
    async with LossyDatabase(url=database_url) as lossy:
        await PostgresMatchFactsStore(lossy).keep([ComputedFacts(ONE, stored.edition, some_facts())], version=1)
    await world.of()
    assert world.computed == []
