"""A player's match ids, page by page."""

from typing import Any

import pytest

from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput, RateLimited
from src.core.services.match_history import MatchHistory
from tests.fakes.riot_api import FakeRiotApi
from tests.unit.core.services.games import ME, serve

EUROPE = RoutingValue.EUROPE


def played(count: int) -> tuple[FakeRiotApi, list[str]]:
    """A Riot API where somebody has played `count` matches, and their ids, newest first."""
    ids = [f"EUW1_{number}" for number in range(count, 0, -1)]
    return FakeRiotApi(histories={ME: list(ids)}), ids


@pytest.mark.parametrize("count", [1, 20, 99, 100, 101, 250])
async def test_the_newest_come_first_and_no_more_than_asked(count: int) -> None:
    riot, ids = played(300)
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=count) == ids[:count]
    assert len(riot.calls) == -(-count // 100), "Riot's pages hold 100"


async def test_a_short_history_ends_with_its_first_short_page() -> None:
    riot, ids = played(120)
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=1000) == ids
    assert len(riot.calls) == 2


async def test_whoever_has_not_played_has_no_matches() -> None:
    riot, _ = played(0)
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=20) == []


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
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=250) == ids[:250]


async def test_a_riot_that_answers_every_page_alike_is_not_asked_for_ever() -> None:
    class Stuck(FakeRiotApi):
        async def match_ids(self, puuid: str, routing: RoutingValue, **options: Any) -> tuple[str, ...]:
            return await super().match_ids(puuid, routing, **options | {"start": 0})

    _, ids = played(300)
    riot = Stuck(histories={ME: ids})
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=1000) == ids[:100]
    assert len(riot.calls) == 10


async def test_one_queue_may_be_asked_for() -> None:
    riot = FakeRiotApi()
    serve(riot, "EUW1_1", "EUW1_2")
    riot.matches["EUW1_2"] = {"info": {"queueId": 450}}
    assert await MatchHistory(riot).recent_ids(ME, EUROPE, count=5, queue=450) == ["EUW1_2"]


@pytest.mark.parametrize(("puuid", "count"), [(ME, 0), (ME, -1), (ME, 1001), ("", 20), ("  ", 20)])
async def test_nonsense_is_refused_before_riot_is_asked(puuid: str, count: int) -> None:
    riot, _ = played(5)
    with pytest.raises(InvalidInput):
        await MatchHistory(riot).recent_ids(puuid, EUROPE, count=count)
    assert riot.calls == []


async def test_what_riot_refuses_is_passed_on() -> None:
    riot, _ = played(5)
    riot.errors.append(RateLimited(retry_after=3))
    with pytest.raises(RateLimited):
        await MatchHistory(riot).recent_ids(ME, EUROPE, count=5)
