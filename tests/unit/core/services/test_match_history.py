"""A player's match ids, page by page."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput, RateLimited
from src.core.services.match_history import MatchHistory
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.unit.core.services.games import ME, serve

EUROPE = RoutingValue.EUROPE


def played(count: int) -> tuple[FakeRiotApi, list[str]]:
    """A Riot API where somebody has played `count` matches, and their ids, newest first."""
    ids = [f"EUW1_{number}" for number in range(count, 0, -1)]
    return FakeRiotApi(histories={ME: list(ids)}), ids


@pytest.mark.parametrize("count", [1, 20, 99, 100, 101, 250])
async def test_the_newest_come_first_and_no_more_than_asked(count: int) -> None:
    riot, ids = played(300)
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=count) == ids[:count]
    assert len(riot.calls) == -(-count // 100), "Riot's pages hold 100"


async def test_a_short_history_ends_with_its_first_short_page() -> None:
    riot, ids = played(120)
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=1000) == ids
    assert len(riot.calls) == 2


async def test_whoever_has_not_played_has_no_matches() -> None:
    riot, _ = played(0)
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=20) == []


async def test_a_match_that_ends_meanwhile_doubles_no_id_and_hides_none() -> None:
    class Playing(FakeRiotApi):
        """A new match heads the list after the first page."""

        async def match_ids(self, puuid: str, routing: RoutingValue, **options: Any) -> tuple[str, ...]:
            page = await super().match_ids(puuid, routing, **options)
            if len(self.calls) == 1:
                self.histories[puuid].insert(0, "EUW1_1000")
            return page

    ids = [f"EUW1_{number}" for number in range(300, 0, -1)]
    riot = Playing(histories={ME: list(ids)})
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=250) == ids[:250]


async def test_a_riot_that_answers_every_page_alike_is_not_asked_for_ever() -> None:
    class Stuck(FakeRiotApi):
        async def match_ids(self, puuid: str, routing: RoutingValue, **options: Any) -> tuple[str, ...]:
            return await super().match_ids(puuid, routing, **options | {"start": 0})

    _, ids = played(300)
    riot = Stuck(histories={ME: ids})
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=1000) == ids[:100]
    assert len(riot.calls) == 10


async def test_one_queue_may_be_asked_for() -> None:
    riot = FakeRiotApi()
    serve(riot, "EUW1_1", "EUW1_2")
    riot.matches["EUW1_2"] = {"info": {"queueId": 450}}
    assert await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=5, queue=450) == ["EUW1_2"]


@pytest.mark.parametrize(("puuid", "count"), [(ME, 0), (ME, -1), (ME, 1001), ("", 20), ("  ", 20)])
async def test_nonsense_is_refused_before_riot_is_asked(puuid: str, count: int) -> None:
    riot, _ = played(5)
    with pytest.raises(InvalidInput):
        await MatchHistory(riot, FakeTombstones()).recent_ids(puuid, EUROPE, count=count)
    assert riot.calls == []


async def test_what_riot_refuses_is_passed_on() -> None:
    riot, _ = played(5)
    riot.errors.append(RateLimited(retry_after=3))
    with pytest.raises(RateLimited):
        await MatchHistory(riot, FakeTombstones()).recent_ids(ME, EUROPE, count=5)


def in_years(*years: int) -> FakeRiotApi:
    """A Riot API where somebody has played a game at noon of July 1st of each of the years, newest first."""
    riot = FakeRiotApi()
    for number, year in enumerate(years, start=1):
        riot.histories.setdefault(ME, []).append(f"EUW1_{number}")
        created = datetime(year, 7, 1, 12, tzinfo=UTC)
        riot.matches[f"EUW1_{number}"] = {"info": {"gameCreation": int(created.timestamp() * 1000)}}
    return riot


class TestAYear:
    """The matches of one year."""

    async def test_only_that_years_matches_are_listed(self) -> None:
        riot = in_years(2026, 2025, 2025, 2024)
        assert await MatchHistory(riot, FakeTombstones()).ids_of_year(ME, EUROPE, 2025) == ["EUW1_2", "EUW1_3"]

    async def test_a_year_without_matches_is_empty(self) -> None:
        assert await MatchHistory(in_years(2026), FakeTombstones()).ids_of_year(ME, EUROPE, 2025) == []

    @pytest.mark.parametrize(
        ("created", "listed"),
        [
            (datetime(2024, 12, 31, 23, 59, 59, 900_000, tzinfo=UTC), False),
            (datetime(2025, 1, 1, tzinfo=UTC), True),
            (datetime(2025, 12, 31, 23, 59, 59, 900_000, tzinfo=UTC), True),
            (datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC), False),
        ],
    )
    async def test_the_year_is_utc_to_its_last_moment(self, created: datetime, *, listed: bool) -> None:
        riot = in_years(2025)
        riot.matches["EUW1_1"] = {"info": {"gameCreation": int(created.timestamp() * 1000)}}
        assert bool(await MatchHistory(riot, FakeTombstones()).ids_of_year(ME, EUROPE, 2025)) is listed

    async def test_pages_hold_a_hundred_and_every_id_comes_once(self) -> None:
        riot = in_years(*[2025] * 250)
        ids = await MatchHistory(riot, FakeTombstones()).ids_of_year(ME, EUROPE, 2025)
        assert ids == [f"EUW1_{number}" for number in range(1, 251)]
        assert len(riot.calls) == 3

    async def test_matches_that_end_meanwhile_double_nothing(self) -> None:
        class Playing(FakeRiotApi):
            """A new match heads the list after every page."""

            async def match_ids(self, puuid: str, routing: RoutingValue, **options: Any) -> tuple[str, ...]:
                page = await super().match_ids(puuid, routing, **options)
                new = f"EUW1_{1000 + len(self.calls)}"
                self.histories[puuid].insert(0, new)
                self.matches[new] = self.matches["EUW1_1"]
                return page

        played = in_years(*[2025] * 250)
        riot = Playing(histories=played.histories, matches=played.matches)
        ids = await MatchHistory(riot, FakeTombstones()).ids_of_year(ME, EUROPE, 2025)
        assert ids == [f"EUW1_{number}" for number in range(1, 251)]

    async def test_it_stops_at_riots_cap(self) -> None:
        riot = in_years(*[2025] * 1100)
        ids = await MatchHistory(riot, FakeTombstones()).ids_of_year(ME, EUROPE, 2025)
        assert len(ids) == 1000
        assert len(riot.calls) == 10

    async def test_nobody_has_no_year(self) -> None:
        with pytest.raises(InvalidInput):
            await MatchHistory(FakeRiotApi(), FakeTombstones()).ids_of_year(" ", EUROPE, 2025)


@dataclass
class Listing:
    """What Riot does with a player's history: the newest 1,000 of a list that grows at its head between pages."""

    ids: list[str]
    ended_meanwhile: list[int]  # how many games end after each page
    pages: int = 0

    async def match_ids(
        self, _puuid: str, _routing: RoutingValue, *, start: int = 0, count: int = 20, **_times: Any
    ) -> tuple[str, ...]:
        assert 1 <= count <= 100
        page = tuple(self.ids[:1000][start : start + count])
        newer = self.ended_meanwhile[self.pages] if self.pages < len(self.ended_meanwhile) else 0
        for _ in range(newer):
            self.ids.insert(0, f"EUW1_{int(self.ids[0].removeprefix('EUW1_')) + 1 if self.ids else 1}")
        self.pages += 1
        return page


@given(
    played=st.integers(0, 1300),
    count=st.integers(1, 1000),
    ended_meanwhile=st.lists(st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 100)), max_size=10),
    whole_year=st.booleans(),
)
def test_a_list_that_grows_while_it_is_read_loses_and_doubles_nothing(
    played: int, count: int, ended_meanwhile: list[int], *, whole_year: bool
) -> None:
    before = [f"EUW1_{number}" for number in range(played, 0, -1)]
    listing = Listing(list(before), ended_meanwhile)
    history = MatchHistory(cast("Any", listing), FakeTombstones())
    work = history.ids_of_year(ME, EUROPE, 2026) if whole_year else history.recent_ids(ME, EUROPE, count=count)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        found = runner.run(work)
    most = 1000 if whole_year else count
    pushed_out = sum(ended_meanwhile[: listing.pages])  # of the newest 1,000, by what ended meanwhile
    assert found == before[: len(found)], "newest first, each once, no gap"
    assert len(found) >= min(played, most, 1000 - pushed_out)
    assert len(found) <= most
    assert listing.pages <= 10, "Riot lists 1,000"
    assert listing.pages <= -(-(most + pushed_out) // 100), "no page is asked for that cannot hold anything new"
