"""Turns, attempts, pauses and connections."""

import asyncio

import pytest
from structlog.testing import capture_logs

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.job import Lane
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import MatchNotFound, RateLimited, Unavailable
from tests.fakes.riot_budget import FakeRiotBudget
from tests.unit.adapters.riot_api.conftest import KEY, Pauses
from tests.unit.adapters.riot_api.scripted_riot import Reply, ScriptedRiot

AMERICAS = RoutingValue.AMERICAS
BROKEN = Reply(503, b"")


def _busy(retry_after: str | None = None, kind: str | None = None) -> Reply:
    headers = {"Retry-After": retry_after, "X-Rate-Limit-Type": kind}
    return Reply(429, b"", {name: value for name, value in headers.items() if value is not None})


async def test_it_constructs_without_arguments() -> None:
    async with RiotAPIAdapter():
        pass


async def test_two_failures_are_forgiven(riot: ScriptedRiot, adapter: RiotAPIAdapter, pauses: Pauses) -> None:
    riot.reply(BROKEN, Reply(how="reset"), Reply())
    await adapter.match("NA1_1", AMERICAS)
    assert pauses.seconds == [0.5, 1.0]


async def test_three_failures_are_not(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(BROKEN)
    with pytest.raises(Unavailable, match="503"):
        await adapter.match("NA1_1", AMERICAS)
    assert len(riot.requests) == 3


async def test_what_fails_for_good_is_asked_once(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(404, b""))
    with pytest.raises(MatchNotFound):
        await adapter.match("NA1_1", AMERICAS)
    assert len(riot.requests) == 1


@pytest.mark.parametrize("kind", ["application", "method", "service", "server", None])
async def test_a_short_pause_that_riot_asks_for_is_made(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, pauses: Pauses, kind: str | None
) -> None:
    riot.reply(_busy("2", kind), Reply())
    await adapter.match("NA1_1", AMERICAS)
    assert pauses.seconds == [2.0]


async def test_a_long_pause_is_left_to_the_caller(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(_busy("90", "application"))
    with pytest.raises(RateLimited) as refusal:
        await adapter.match("NA1_1", AMERICAS)
    assert refusal.value.retry_after == 90
    assert len(riot.requests) == 1


@pytest.mark.parametrize("retry_after", [None, "", "soon", "1.5", "-4", "²"])
async def test_a_pause_of_unknown_length_grows(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, pauses: Pauses, retry_after: str | None
) -> None:
    riot.reply(_busy(retry_after), _busy(retry_after), Reply())
    await adapter.match("NA1_1", AMERICAS)
    assert pauses.seconds == [0.5, 1.0]


async def test_jitter_takes_up_to_half_of_a_pause(riot: ScriptedRiot, settings: RiotSettings, pauses: Pauses) -> None:
    riot.reply(BROKEN, Reply())
    budget = FakeRiotBudget()
    async with RiotAPIAdapter(settings=settings, budget=budget, sleep=pauses.sleep, jitter=lambda: 0.0) as adapter:
        await adapter.match("NA1_1", AMERICAS)
    assert pauses.seconds == [0.25]


async def test_who_has_no_patience_gets_one_attempt(riot: ScriptedRiot, settings: RiotSettings) -> None:
    hasty = settings.model_copy(update={"riot_api_patience_background": 0.0})
    riot.reply(BROKEN)
    async with RiotAPIAdapter(settings=hasty, budget=FakeRiotBudget()) as adapter:
        with pytest.raises(Unavailable):
            await adapter.match("NA1_1", AMERICAS)
    assert len(riot.requests) == 1


async def test_every_attempt_takes_a_turn_and_tells_how_it_ended(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    riot.reply(Reply(how="reset"), BROKEN, Reply(headers={"X-App-Rate-Limit": "20:1"}))
    await adapter.match("NA1_1", AMERICAS)
    assert budget.acquired == [("americas", "match-v5.match", Lane.BACKGROUND)] * 3
    assert [status for _, status, _ in budget.reported] == [None, 503, 200]
    assert budget.reported[-1][2]["x-app-rate-limit"] == "20:1"


async def test_methods_and_hosts_are_counted_as_riot_does(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    riot.reply(Reply(body=b"[]"))
    await adapter.match_ids("p", RoutingValue.SEA)
    await adapter.league_entries("p", Platform.KR)
    riot.reply(Reply(body=b'{"puuid":"p"}'))
    await adapter.account_by_puuid("p", RoutingValue.EUROPE)
    assert [(host, method) for host, method, _ in budget.acquired] == [
        ("sea", "match-v5.ids-by-puuid"),
        ("kr", "league-v4.entries-by-puuid"),
        ("europe", "account-v1.by-puuid"),
    ]


@pytest.mark.parametrize("error", [RateLimited(retry_after=9), Unavailable()])
async def test_without_a_turn_no_call_is_made(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget, error: RateLimited | Unavailable
) -> None:
    budget.error = error
    with pytest.raises(type(error)):
        await adapter.match("NA1_1", AMERICAS)
    assert riot.requests == []


async def test_a_cancelled_call_is_reported(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    riot.reply(Reply(how="slow"))
    call = asyncio.create_task(adapter.match("NA1_1", AMERICAS))
    await riot.asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [status for _, status, _ in budget.reported] == [None]


async def test_a_view_has_its_lane_and_shares_the_rest(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    view = adapter.with_lane(Lane.INTERACTIVE)
    await adapter.match("NA1_1", AMERICAS)
    await view.match("NA1_1", AMERICAS)
    await adapter.match("NA1_1", AMERICAS)
    assert [lane for _, _, lane in budget.acquired] == [Lane.BACKGROUND, Lane.INTERACTIVE, Lane.BACKGROUND]
    assert len(riot.peers) == 1


async def test_a_closed_adapter_opens_again(adapter: RiotAPIAdapter) -> None:
    await adapter.match("NA1_1", AMERICAS)
    await adapter.close()
    await adapter.close()
    await adapter.match("NA1_1", AMERICAS)


async def test_the_key_travels_in_its_header_alone(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    await adapter.match("NA1_1", AMERICAS)
    [request] = riot.requests
    assert request.headers["X-Riot-Token"] == KEY
    assert KEY not in request.path_qs
    assert KEY not in repr(vars(adapter))


async def test_logs_tell_of_retries_without_names_or_keys(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(BROKEN, Reply(body=b'{"puuid":"p-secret"}'))
    with capture_logs() as logs:
        await adapter.account_by_riot_id(RiotId(game_name="Secret Name", tag_line="NA1"), AMERICAS)
    [entry] = logs
    assert (entry["event"], entry["method"]) == ("riot_call_retried", "account-v1.by-riot-id")
    assert "ecret" not in str(logs)


async def test_alone_it_keeps_its_own_calls_within_the_limits(riot: ScriptedRiot, settings: RiotSettings) -> None:
    hasty = settings.model_copy(update={"riot_api_patience_background": 0.0})
    limits = {"X-App-Rate-Limit": "5:60", "X-Method-Rate-Limit": "100:60"}
    riot.reply(Reply(headers=limits))
    async with RiotAPIAdapter(settings=hasty) as adapter:
        for _ in range(4):  # four fifths, in the background
            await adapter.match("NA1_1", AMERICAS)
        with pytest.raises(RateLimited):
            await adapter.match("NA1_1", AMERICAS)
        await adapter.with_lane(Lane.INTERACTIVE).match("NA1_1", AMERICAS)
    assert len(riot.requests) == 5
