"""What holds of every store of facts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from src.adapters.database import DatabaseAdapter, PostgresMatchFactsStore, PostgresMatchStore
from src.core.domain.facts.model import MatchFacts
from src.core.ports.match_facts import ComputedFacts, MatchFactsStore
from src.core.ports.match_store import MatchStore
from tests.contract.test_damaged_matches import a_readable_match
from tests.fakes.match_facts import FakeMatchFactsStore, some_facts
from tests.fakes.match_store import FakeMatchStore

ONE, TWO, THREE = "EUW1_1", "EUW1_2", "EUW1_3"


@dataclass(frozen=True, slots=True)
class World:
    """Facts and the matches they are of."""

    matches: MatchStore
    facts: MatchFactsStore
    damage: Callable[[str], Awaitable[None]]
    drop: Callable[[str], Awaitable[None]]

    async def edition(self, match_id: str = ONE) -> str:
        """Of the match that is stored."""
        stored = await self.matches.load(match_id)
        assert stored is not None
        assert stored.edition is not None
        return stored.edition

    async def keep(self, match_id: str = ONE, *, version: int = 1, unreadable: bool = False) -> MatchFacts:
        """Keep facts of what is stored; answers them."""
        facts = some_facts(match_id, version=version)
        computed = ComputedFacts(match_id, await self.edition(match_id), None if unreadable else facts)
        await self.facts.keep([computed], version=version)
        return facts

    async def kept(self, match_id: str = ONE, *, version: int = 1) -> MatchFacts | None:
        """The facts of what is stored."""
        return await self.facts.load(match_id, edition=await self.edition(match_id), version=version)

    async def stale(self, version: int = 1, *, limit: int = 100) -> list[str]:
        """The ids of matches that are stale."""
        return [one.match_id for one in await self.facts.stale(version, limit=limit)]


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    """A stored match, with its timeline."""
    if url is None:
        world = in_memory()
        await world.matches.store(a_readable_match())
        yield world
        return
    async with DatabaseAdapter(url=url) as database:
        world = in_postgres(database)
        await world.matches.store(a_readable_match())
        yield world


def in_memory() -> World:
    matches = FakeMatchStore()
    facts = FakeMatchFactsStore(matches)

    async def damage(match_id: str) -> None:
        facts.damaged.add(match_id)

    async def drop(match_id: str) -> None:
        del matches.matches[match_id]

    return World(matches, facts, damage, drop)


def in_postgres(database: DatabaseAdapter) -> World:
    async def damage(match_id: str) -> None:
        await database.execute(
            "UPDATE match_facts SET body = set_byte(body, 30, 255 - get_byte(body, 30)) WHERE match_id = $1", match_id
        )

    async def drop(match_id: str) -> None:
        await database.execute("DELETE FROM matches WHERE match_id = $1", match_id)

    return World(PostgresMatchStore(database), PostgresMatchFactsStore(database), damage, drop)


async def test_a_match_that_was_just_stored_has_no_facts(world: World) -> None:
    assert await world.kept() is None
    assert await world.stale() == [ONE]


async def test_what_is_kept_comes_back(world: World) -> None:
    facts = await world.keep()
    assert await world.kept() == facts
    assert await world.stale() == []


async def test_keeping_again_changes_nothing(world: World) -> None:
    facts = await world.keep()
    await world.keep()
    assert await world.kept() == facts


async def test_nothing_is_known_of_matches_that_are_not_there(world: World) -> None:
    edition = await world.edition()
    await world.facts.keep([ComputedFacts("EUW1_404", edition, some_facts("EUW1_404"))], version=1)
    assert await world.facts.load("EUW1_404", edition=edition, version=1) is None
    assert await world.stale() == [ONE]
    await world.facts.keep([], version=1)


async def test_facts_of_another_version_are_none(world: World) -> None:
    await world.keep(version=2)
    assert await world.kept(version=1) is None
    assert await world.kept(version=3) is None


async def test_with_a_new_version_every_match_is_stale_those_without_facts_first(world: World) -> None:
    for match_id in (TWO, THREE):
        await world.matches.store(a_readable_match(match_id))
    await world.keep(ONE, version=2)
    await world.keep(TWO, version=1)
    assert await world.stale(3) == [THREE, TWO, ONE]
    assert await world.stale(2) == [THREE, TWO]
    assert await world.stale(3, limit=2) == [THREE, TWO]


async def test_facts_of_a_newer_worker_stay(world: World) -> None:
    """While a deploy is under way, two versions are at work."""
    newer = await world.keep(version=2)
    await world.keep(version=1)
    await world.keep(version=1, unreadable=True)
    assert await world.kept(version=2) == newer
    assert await world.stale(1) == []


async def test_a_new_version_replaces_an_older_one(world: World) -> None:
    await world.keep(version=1)
    newer = await world.keep(version=2)
    assert await world.kept(version=2) == newer
    assert await world.kept(version=1) is None
    assert await world.stale(2) == []


async def test_a_match_that_cannot_be_computed_is_done_until_the_next_version(world: World) -> None:
    await world.keep(unreadable=True)
    assert await world.kept() is None
    assert (await world.stale(1), await world.stale(2)) == ([], [ONE])


async def test_what_could_be_computed_after_all_is_kept(world: World) -> None:
    await world.keep(unreadable=True)
    facts = await world.keep()
    assert await world.kept() == facts


async def test_facts_are_not_lost_because_somebody_could_not_compute_them(world: World) -> None:
    facts = await world.keep()
    await world.keep(unreadable=True)
    assert await world.kept() == facts


async def test_where_an_older_version_had_facts_one_that_cannot_compute_them_has_none(world: World) -> None:
    await world.keep(version=1)
    await world.keep(version=2, unreadable=True)
    assert (await world.kept(version=1), await world.kept(version=2)) == (None, None)
    assert await world.stale(2) == []


async def test_damaged_facts_are_none_and_can_be_kept_again(world: World) -> None:
    facts = await world.keep()
    await world.damage(ONE)
    assert await world.kept() is None
    await world.keep()
    assert await world.kept() == facts


async def test_facts_of_an_edition_that_was_replaced_count_no_more(world: World) -> None:
    edition = await world.edition()
    await world.keep()
    await world.matches.store(a_readable_match(), replace=True)
    assert await world.stale() == [ONE]
    assert await world.kept() is None
    assert await world.facts.load(ONE, edition=edition, version=1) is None


async def test_a_timeline_that_comes_later_makes_them_stale(world: World) -> None:
    await world.matches.store(a_readable_match(TWO, timeline=False))
    await world.keep(TWO)
    assert await world.kept(TWO) is not None
    await world.matches.store(a_readable_match(TWO))
    assert await world.kept(TWO) is None
    assert await world.stale() == [ONE, TWO]


@pytest.mark.parametrize("unreadable", [False, True])
async def test_what_was_computed_from_a_replaced_edition_is_not_kept(world: World, *, unreadable: bool) -> None:
    """It was replaced while somebody computed."""
    late = ComputedFacts(ONE, await world.edition(), None if unreadable else some_facts())
    await world.matches.store(a_readable_match(), replace=True)
    await world.facts.keep([late], version=1)
    assert await world.kept() is None
    assert await world.stale() == [ONE]


async def test_what_was_computed_without_the_timeline_that_has_come_is_not_kept(world: World) -> None:
    await world.matches.store(a_readable_match(TWO, timeline=False))
    late = ComputedFacts(TWO, await world.edition(TWO), some_facts(TWO))
    await world.matches.store(a_readable_match(TWO))
    await world.facts.keep([late], version=1)
    assert await world.kept(TWO) is None


async def test_storing_what_is_there_already_leaves_facts_where_they_are(world: World) -> None:
    facts = await world.keep()
    await world.matches.store(a_readable_match())
    await world.matches.store_many([a_readable_match(), a_readable_match(TWO)])
    assert await world.kept() == facts
    assert await world.stale() == [TWO]


async def test_facts_leave_with_their_match(world: World) -> None:
    edition = await world.edition()
    await world.keep()
    await world.drop(ONE)
    assert await world.facts.load(ONE, edition=edition, version=1) is None
    assert await world.stale(9) == []
    await world.matches.store(a_readable_match())
    assert (await world.kept(), await world.stale()) == (None, [ONE])


async def test_of_many_each_is_kept_by_its_own_edition(world: World) -> None:
    await world.matches.store_many([a_readable_match(TWO), a_readable_match(THREE)])
    found = [ComputedFacts(one, await world.edition(one), some_facts(one)) for one in (THREE, ONE, TWO)]
    found[1] = replace(found[1], edition="another")
    await world.facts.keep(found, version=1)
    assert await world.stale() == [ONE]
    assert await world.kept(THREE) == some_facts(THREE)


async def test_several_at_once_do_not_lock_each_other_out(world: World) -> None:
    ids = [f"KR_{number}" for number in range(12)]
    await world.matches.store_many([a_readable_match(one) for one in ids])
    found = [ComputedFacts(one, await world.edition(one), some_facts(one)) for one in ids]
    orders = [found, found[::-1], found[6:] + found[:6]] * 2
    await asyncio.gather(*(world.facts.keep(order, version=1) for order in orders))
    assert await world.stale() == [ONE]
    assert [await world.kept(one) for one in ids] == [some_facts(one) for one in ids]
