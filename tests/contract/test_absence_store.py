"""What holds of every absence store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from src.adapters.database import DatabaseAdapter, PostgresAbsenceStore, PostgresMatchStore
from src.core.domain.absence import Absence, DocumentKind
from src.core.domain.regions import Platform
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.match_store import MatchStore
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import a_stored_match

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@dataclass(frozen=True, slots=True)
class World:
    """A store, and the matches beside it."""

    store: AbsenceStore
    matches: MatchStore


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        matches = FakeMatchStore()
        yield World(FakeAbsenceStore(matches), matches)
        return
    async with DatabaseAdapter(url=url) as database:
        yield World(PostgresAbsenceStore(database), PostgresMatchStore(database))


@pytest.fixture
def store(world: World) -> AbsenceStore:
    return world.store


def absent(match_id: str = "EUW1_1", **changes: Any) -> Absence:
    fields: dict[str, Any] = {"document": DocumentKind.MATCH, "times": 1, "ask_again_at": NOW}
    return Absence(match_id, **fields | changes)


class TestWhatIsKept:
    """Absences by match and document."""

    async def test_of_what_was_never_absent_nothing_is_known(self, store: AbsenceStore) -> None:
        await store.note([absent("EUW1_1")])
        assert await store.known(["EUW1_2"]) == ()
        assert await store.known([]) == ()

    async def test_what_is_noted_is_known_as_it_was_noted(self, store: AbsenceStore) -> None:
        noted = {absent("EUW1_2", times=7), absent("EUW1_1"), absent("EUW1_1", document=DocumentKind.TIMELINE)}
        await store.note(list(noted))
        assert set(await store.known(["EUW1_1", "EUW1_2", "EUW1_3"])) == noted

    async def test_it_is_known_after_the_time_to_ask_again_too(self, store: AbsenceStore) -> None:
        long_ago = absent(ask_again_at=datetime(2020, 1, 1, tzinfo=UTC))
        await store.note([long_ago])
        assert await store.known(["EUW1_1"]) == (long_ago,)

    async def test_the_greater_count_and_the_later_time_stay(self, store: AbsenceStore) -> None:
        """Two workers may find the same absence at once, and note it in any order, or twice."""
        await store.note([absent(times=2, ask_again_at=NOW + MINUTE)])
        await store.note([absent(times=1, ask_again_at=NOW + 2 * MINUTE)])
        await store.note([absent(times=1, ask_again_at=NOW)])
        assert await store.known(["EUW1_1"]) == (absent(times=2, ask_again_at=NOW + 2 * MINUTE),)

    async def test_noting_nothing_changes_nothing(self, store: AbsenceStore) -> None:
        await store.note([])
        assert await store.known(["EUW1_1"]) == ()

    async def test_what_might_have_been_asked_for_again_is_forgotten(self, store: AbsenceStore) -> None:
        stays = absent("EUW1_2", ask_again_at=NOW + MINUTE)
        await store.note([absent("EUW1_1"), stays])
        assert await store.forget(ask_again_before=NOW) == 0
        assert await store.forget(ask_again_before=NOW + MINUTE) == 1
        assert await store.known(["EUW1_1", "EUW1_2"]) == (stays,)


class TestEvidence:
    """The newest match of a platform that is long over."""

    async def keep(
        self, world: World, match_id: str, *, started: timedelta, minutes: float = 25, **changes: Any
    ) -> None:
        await world.matches.store(
            a_stored_match(match_id, started_at=NOW + started, duration_s=minutes * 60, **changes)
        )  # fmt: skip

    async def test_nothing_is_settled_where_nothing_is_stored(self, store: AbsenceStore) -> None:
        assert await store.newest_settled([Platform.EUW1], ended_before=NOW) == ()
        assert await store.newest_settled([], ended_before=NOW) == ()

    async def test_of_each_platform_asked_for_it_is_the_last_that_started(self, world: World) -> None:
        await self.keep(world, "EUW1_1", started=-50 * MINUTE)
        await self.keep(world, "EUW1_3", started=-30 * MINUTE)
        await self.keep(world, "EUW1_2", started=-40 * MINUTE)
        await self.keep(world, "KR_9", started=-60 * MINUTE, platform=Platform.KR)
        await self.keep(world, "NA1_9", started=-60 * MINUTE, platform=Platform.NA1)
        asked = [Platform.EUW1, Platform.KR, Platform.EUW1, Platform.TR1]
        assert sorted(await world.store.newest_settled(asked, ended_before=NOW)) == ["EUW1_3", "KR_9"]

    async def test_a_match_under_way_by_then_settles_nothing(self, world: World) -> None:
        await self.keep(world, "EUW1_1", started=-90 * MINUTE)
        await self.keep(world, "EUW1_2", started=-30 * MINUTE, minutes=30)
        await self.keep(world, "EUW1_3", started=5 * MINUTE)
        assert await world.store.newest_settled([Platform.EUW1], ended_before=NOW) == ("EUW1_1",)
        assert await world.store.newest_settled([Platform.EUW1], ended_before=NOW + MINUTE) == ("EUW1_2",)
