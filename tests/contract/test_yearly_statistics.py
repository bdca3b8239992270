"""What holds of every store of players' years."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from src.adapters.database import DatabaseAdapter, PostgresMatchStore, PostgresYearlyStatisticsStore
from src.core.domain.match import Outcome
from src.core.domain.yearly_statistics import YearlyStatistics
from src.core.errors import Unavailable
from src.core.ports.match_store import MatchStore
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import PUUID, a_participant, a_stored_match
from tests.fakes.yearly_statistics import FakeYearlyStatisticsStore

OTHER = "puuid-6"  # of the losing team
ONE_GAME = YearlyStatistics(
    puuid=PUUID, year=2026, games=1, wins=1, kills=1, deaths=3, assists=7, cs=163, gold=11_001,
    damage_to_champions=20_001, vision_score=25, seconds=1500.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """The years, and the matches they are made of."""

    matches: MatchStore
    years: YearlyStatisticsStore

    async def equals_recount(self, puuid: str = PUUID, year: int = 2026) -> YearlyStatistics | None:
        """The player's year, which must be what a recount says."""
        statistics = await self.years.of(puuid, year)
        assert statistics == await self.years.recount(puuid, year)
        return statistics


@pytest.fixture(params=["fake", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None stands for the fake."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def world(url: str | None) -> AsyncIterator[World]:
    if url is None:
        matches = FakeMatchStore()
        yield World(matches, FakeYearlyStatisticsStore(matches))
        return
    async with DatabaseAdapter(url=url) as database:
        yield World(PostgresMatchStore(database), PostgresYearlyStatisticsStore(database))


async def test_a_year_without_counted_matches_is_none(world: World) -> None:
    await world.matches.store(a_stored_match())
    assert await world.equals_recount() is None


async def test_a_match_is_counted_as_it_is_stored(world: World) -> None:
    await world.matches.store(a_stored_match(), counted_for=PUUID)
    assert await world.equals_recount() == ONE_GAME
    assert await world.equals_recount(OTHER) is None


async def test_a_match_that_is_there_already_is_counted_too(world: World) -> None:
    """Somebody else's history brought it."""
    await world.matches.store(a_stored_match(), counted_for=OTHER)
    assert await world.matches.store(a_stored_match(), counted_for=PUUID) is False
    assert await world.equals_recount() == ONE_GAME
    other = await world.equals_recount(OTHER)
    assert other is not None
    assert (other.games, other.wins, other.losses) == (1, 0, 1)


async def test_a_timeline_that_comes_later_does_not_count_the_match_again(world: World) -> None:
    await world.matches.store(a_stored_match(timeline=False), counted_for=PUUID)
    assert await world.matches.store(a_stored_match(), counted_for=PUUID) is True
    assert await world.equals_recount() == ONE_GAME


async def test_stored_matches_are_counted_once(world: World) -> None:
    ids = [f"EUW1_{number}" for number in range(3)]
    for match_id in ids:
        await world.matches.store(a_stored_match(match_id))
    assert await world.years.count(PUUID, ids[:2]) == 2
    assert await world.years.count(PUUID, [*ids, *ids, "EUW1_404"]) == 1
    assert await world.years.count(PUUID, ids) == 0
    assert await world.years.count(PUUID, []) == 0
    statistics = await world.equals_recount()
    assert statistics is not None
    assert (statistics.games, statistics.gold, statistics.seconds) == (3, 33_003, 4500.0)


async def test_many_matches_stored_together_are_each_counted_once(world: World) -> None:
    """Also those that were there, and one that is named twice; not those of others."""
    mine = [a_stored_match(f"EUW1_{number}") for number in range(3)]
    others = a_stored_match("EUW1_3", participants=(a_participant(2),))
    await world.matches.store(mine[0], counted_for=PUUID)
    await world.matches.store(mine[1])
    await world.matches.store_many([*mine, others, mine[2]], counted_for=PUUID)
    await world.matches.store_many(mine, counted_for=PUUID)
    statistics = await world.equals_recount()
    assert statistics is not None
    assert (statistics.games, statistics.gold, statistics.seconds) == (3, 33_003, 4500.0)
    assert await world.equals_recount("puuid-2") is None


async def test_only_the_players_own_matches_count(world: World) -> None:
    await world.matches.store(a_stored_match(participants=(a_participant(2),)), counted_for=PUUID)
    assert await world.years.count(PUUID, ["EUW1_1"]) == 0
    assert await world.equals_recount() is None


async def test_bots_are_nobodys(world: World) -> None:
    players = (a_participant(1), a_participant(2, puuid=None), a_participant(3, puuid=None))
    await world.matches.store(a_stored_match(participants=players), counted_for=PUUID)
    assert await world.equals_recount() == ONE_GAME


@pytest.mark.parametrize("outcome", [Outcome.REMAKE, Outcome.ABORTED])
async def test_remakes_and_aborted_games_count_in_remakes_and_nowhere_else(world: World, outcome: Outcome) -> None:
    await world.matches.store(
        a_stored_match(participants=(a_participant(1, outcome=outcome), a_participant(2))), counted_for=PUUID
    )
    assert await world.equals_recount() == YearlyStatistics(puuid=PUUID, year=2026, remakes=1)


async def test_the_year_is_that_of_the_start_in_utc(world: World) -> None:
    tokyo = timezone(timedelta(hours=9))
    times = {
        "KR_1": datetime(2026, 1, 1, 8, 59, 59, tzinfo=tokyo),  # still 2025
        "KR_2": datetime(2026, 1, 1, 9, 0, 0, tzinfo=tokyo),
        "KR_3": datetime(2026, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    }
    for match_id, started_at in times.items():
        await world.matches.store(a_stored_match(match_id, started_at=started_at))
    assert await world.years.count(PUUID, times) == 3
    years = [await world.equals_recount(year=year) for year in (2025, 2026, 2027)]
    assert [year and year.games for year in years] == [1, 2, None]


async def test_seconds_add_up_exactly(world: World) -> None:
    """In any order: 0.1 s is no number that computers add without a trace."""
    for number in range(10):
        await world.matches.store(a_stored_match(f"EUW1_{number}", duration_s=1234.1), counted_for=PUUID)
    statistics = await world.equals_recount()
    assert statistics is not None
    assert statistics.seconds == 12_341.0


async def test_matches_counted_by_many_at_once_count_once(world: World) -> None:
    ids = [f"EUW1_{number}" for number in range(12)]
    for match_id in ids:
        await world.matches.store(a_stored_match(match_id))
    await asyncio.gather(*(world.matches.load(ids[0]) for _ in range(8)))  # a connection for each
    counted = await asyncio.gather(
        *(world.years.count(PUUID, ids[start:]) for start in (0, 3, 6, 9)),
        *(world.years.count(PUUID, ids[:end][::-1]) for end in (3, 6, 9, 12)),
    )
    assert sum(counted) == len(ids)
    statistics = await world.equals_recount()
    assert statistics is not None
    assert statistics.games == len(ids)


async def test_matches_stored_and_counted_by_many_at_once_count_once(world: World) -> None:
    """Two players' histories share matches, and every worker is tried twice."""
    ids = [f"EUW1_{number}" for number in range(6)]
    await asyncio.gather(*(world.matches.load(ids[0]) for _ in range(8)))

    async def work(puuid: str, match_id: str) -> None:
        await world.matches.store(a_stored_match(match_id), counted_for=puuid)
        await world.years.count(puuid, [match_id])

    await asyncio.gather(*(work(puuid, match_id) for match_id in ids for puuid in (PUUID, OTHER, PUUID)))
    for puuid in (PUUID, OTHER):
        statistics = await world.equals_recount(puuid)
        assert statistics is not None
        assert statistics.games == len(ids)


class TestReplacedMatches:
    """A damaged match that gives way to a good one stays counted for whom it was."""

    async def test_its_numbers_are_counted_anew(self, world: World) -> None:
        damaged = a_stored_match(participants=(a_participant(1, kills=99, outcome=Outcome.LOSS), a_participant(2)))
        await world.matches.store(damaged, counted_for=PUUID)
        await world.matches.store(a_stored_match("EUW1_2"), counted_for=PUUID)
        await world.matches.store(a_stored_match(), replace=True)
        statistics = await world.equals_recount()
        assert statistics is not None
        assert (statistics.games, statistics.wins, statistics.kills) == (2, 2, 2)

    async def test_it_is_not_counted_again(self, world: World) -> None:
        await world.matches.store(a_stored_match(), counted_for=PUUID)
        await world.matches.store(a_stored_match(), counted_for=PUUID, replace=True)
        assert await world.years.count(PUUID, ["EUW1_1"]) == 0
        assert await world.equals_recount() == ONE_GAME

    async def test_it_is_counted_for_another_player_too(self, world: World) -> None:
        await world.matches.store(a_stored_match(), counted_for=OTHER)
        await world.matches.store(a_stored_match(), counted_for=PUUID, replace=True)
        assert await world.equals_recount() == ONE_GAME
        other = await world.equals_recount(OTHER)
        assert other is not None
        assert other.games == 1

    async def test_it_leaves_the_years_of_players_for_whom_it_was_not_counted(self, world: World) -> None:
        await world.matches.store(a_stored_match("EUW1_2"), counted_for=OTHER)
        await world.matches.store(a_stored_match("EUW1_1"))
        await world.matches.store(a_stored_match("EUW1_1"), replace=True)
        other = await world.equals_recount(OTHER)
        assert other is not None
        assert other.games == 1
        assert await world.equals_recount() is None

    async def test_it_moves_to_the_year_it_belongs_to(self, world: World) -> None:
        wrong = datetime(2025, 6, 1, tzinfo=UTC)
        await world.matches.store(a_stored_match(started_at=wrong), counted_for=PUUID)
        await world.matches.store(a_stored_match("EUW1_2", started_at=wrong), counted_for=OTHER)
        await world.matches.store(a_stored_match(), replace=True)
        assert await world.equals_recount(year=2025) is None
        assert await world.equals_recount(year=2026) == ONE_GAME
        other = await world.equals_recount(OTHER, 2025)
        assert other is not None
        assert other.games == 1

    async def test_a_player_who_was_never_in_it_loses_it(self, world: World) -> None:
        await world.matches.store(a_stored_match(participants=(a_participant(puuid="nobody"),)), counted_for="nobody")
        await world.matches.store(a_stored_match(), counted_for=PUUID, replace=True)
        assert await world.equals_recount("nobody") is None
        assert await world.equals_recount() == ONE_GAME

    async def test_counts_go_on_while_matches_are_replaced(self, world: World) -> None:
        ids = [f"EUW1_{number}" for number in range(10)]
        for match_id in ids[::2]:
            await world.matches.store(a_stored_match(match_id))
        for match_id in ids[1::2]:
            await world.matches.store(a_stored_match(match_id, started_at=datetime(2025, 6, 1, tzinfo=UTC)))
        await asyncio.gather(*(world.matches.load(ids[0]) for _ in range(8)))
        await asyncio.gather(
            *(world.matches.store(a_stored_match(match_id), replace=True) for match_id in ids),
            *(world.years.count(puuid, ids[number:]) for number in range(10) for puuid in (PUUID, OTHER)),
            *(world.matches.store(a_stored_match(match_id), counted_for=PUUID, replace=True) for match_id in ids[::-1]),
        )
        for puuid in (PUUID, OTHER):
            statistics = await world.equals_recount(puuid)
            assert statistics is not None
            assert statistics.games == len(ids)
            assert await world.equals_recount(puuid, 2025) is None


async def test_a_dead_database_is_unavailable() -> None:
    matches = FakeMatchStore()
    matches.is_down = True
    stores: list[YearlyStatisticsStore] = [FakeYearlyStatisticsStore(matches)]
    stores.append(PostgresYearlyStatisticsStore(DatabaseAdapter(url="postgresql://ann@127.0.0.1:1/chimera")))
    for store in stores:
        with pytest.raises(Unavailable):
            await store.of(PUUID, 2026)
