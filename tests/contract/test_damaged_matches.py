"""What every match store does about damage: it is noticed, and a good copy takes the place of the bad one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from src.adapters.database import DatabaseAdapter, PostgresMatchStore
from src.adapters.database.raw_bodies import pack
from src.core.domain.documents import RawDocument
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from src.core.ports.match_store import MatchStore, StoredMatch
from tests.fakes.match_store import DAMAGED, FakeMatchStore
from tests.unit.core.services.games import ME, a_game

ONE = "EUW1_1"


def a_readable_match(match_id: str = ONE, *, timeline: bool = True) -> StoredMatch:
    """A match that its documents really tell of."""
    match, its_timeline = (RawDocument(orjson.dumps(document), dict(document)) for document in a_game(match_id))
    return StoredMatch(
        match=read_match(match.document),
        match_document=match,
        timeline=read_timeline(its_timeline.document) if timeline else None,
        timeline_document=its_timeline if timeline else None,
    )


@dataclass(frozen=True, slots=True)
class World:
    """A store, and what can happen to what it keeps, by name."""

    store: MatchStore
    accidents: Mapping[str, Callable[[], Awaitable[None]]]


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        yield in_memory(FakeMatchStore())
        return
    async with DatabaseAdapter(url=url) as database:
        yield in_postgres(database)


def in_memory(store: FakeMatchStore) -> World:
    def accident(name: str) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            stored, stranger = store.matches[ONE], a_readable_match("EUW1_2")
            few = stored.match.model_copy(update={"participants": stored.match.participants[1:]})
            changes: dict[str, dict[str, Any]] = {
                "match damaged": {"match_document": DAMAGED},
                "match of another": {"match_document": stranger.match_document},
                "match no object": {"match_document": RawDocument(b"[]", {})},
                "participant lost": {"match": few},
                "timeline damaged": {"timeline_document": DAMAGED},
                "timeline of another": {"timeline_document": stranger.timeline_document},
                "timeline lost": {"timeline": None, "timeline_document": None},
            }
            store.matches[ONE] = replace(stored, **changes[name])

        return happen

    return World(store, {name: accident(name) for name in ACCIDENTS})


def in_postgres(database: DatabaseAdapter) -> World:
    stranger = a_readable_match("EUW1_2")
    assert stranger.timeline_document is not None
    statements: dict[str, tuple[str, tuple[bytes, ...]]] = {
        "match damaged": ("UPDATE matches SET body = set_byte(body, 30, 255 - get_byte(body, 30))", ()),
        "match of another": ("UPDATE matches SET body = $2", (pack(stranger.match_document),)),
        "match no object": ("UPDATE matches SET body = $2", (pack(RawDocument(b"[]", {})),)),
        "participant lost": ("DELETE FROM participants", ()),
        "timeline damaged": ("UPDATE timelines SET body = substr(body, 1, length(body) / 2)", ()),
        "timeline of another": ("UPDATE timelines SET body = $2", (pack(stranger.timeline_document),)),
        "timeline lost": ("DELETE FROM timelines", ()),
    }
    only_one = {"participant lost": "WHERE match_id = $1 AND participant_id = 1"}

    def accident(name: str) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            sql, arguments = statements[name]
            where = only_one.get(name, "WHERE match_id = $1")
            await database.execute(f"{sql} {where}", ONE, *arguments)

        return happen

    return World(PostgresMatchStore(database), {name: accident(name) for name in ACCIDENTS})


ACCIDENTS = (
    "match damaged", "match of another", "match no object", "participant lost",
    "timeline damaged", "timeline of another", "timeline lost",
)  # fmt: skip


async def test_what_was_stored_for_good_is_intact(world: World) -> None:
    await world.store.store(a_readable_match("EUW1_1"))
    await world.store.store(a_readable_match("EUW1_2", timeline=False), timeline_gone=True)
    await world.store.store(a_readable_match("EUW1_3", timeline=False))
    assert await world.store.intact([f"EUW1_{number}" for number in range(1, 5)]) == {"EUW1_1", "EUW1_2"}
    assert await world.store.intact([]) == frozenset()


async def test_dozens_are_checked_in_one_call(world: World) -> None:
    ids = {f"EUW1_{number}" for number in range(45)}
    for match_id in ids:
        await world.store.store(a_readable_match(match_id))
    await world.accidents["match damaged"]()
    assert await world.store.intact(ids | {"EUW1_404"}) == ids - {ONE}


@pytest.mark.parametrize("name", ACCIDENTS)
async def test_damage_is_noticed_and_repaired(world: World, name: str) -> None:
    good = a_readable_match()
    await world.store.store(good)
    await world.accidents[name]()
    assert await world.store.intact([ONE]) == frozenset()
    assert await world.store.store(good, replace=True) is True
    assert await world.store.intact([ONE]) == {ONE}
    assert await world.store.load(ONE) == good
    assert len(await world.store.history(ME, limit=5)) == 1


async def test_replacing_what_is_not_there_stores_it(world: World) -> None:
    assert await world.store.store(a_readable_match(), replace=True) is True
    assert await world.store.load(ONE) == a_readable_match()


async def test_a_sound_timeline_outlives_a_replacement_without_one(world: World) -> None:
    """Riot drops timelines after a year: the stored one may be the last."""
    await world.store.store(a_readable_match())
    await world.accidents["match damaged"]()
    await world.store.store(a_readable_match(timeline=False), timeline_gone=True, replace=True)
    assert await world.store.load(ONE) == a_readable_match()
    assert await world.store.intact([ONE]) == {ONE}


@pytest.mark.parametrize("accident", ["timeline damaged", "timeline of another", "timeline lost"])
async def test_a_damaged_timeline_does_not(world: World, accident: str) -> None:
    await world.store.store(a_readable_match())
    await world.accidents[accident]()
    without = a_readable_match(timeline=False)
    await world.store.store(without, replace=True)
    assert await world.store.load(ONE) == without
    assert await world.store.complete([ONE]) == frozenset()
    await world.store.store(without, timeline_gone=True, replace=True)
    assert await world.store.intact([ONE]) == {ONE}
