"""Turns, attempts, pauses and connections."""

import asyncio

import pytest
from structlog.testing import capture_logs

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.deadline import working_until
from src.core.domain.job import Lane
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import CircuitOpen, MatchNotFound, RateLimited, TimelineNotFound, Unavailable
from tests.fakes.riot_budget import FakeRiotBudget
from tests.fakes.shared_answers import FakeSharedAnswers
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
    riot.reply(Reply(body=b'{"puuid":"p","game":"lol","region":"oc1"}'))
    await adapter.active_platform("p", RoutingValue.SEA)
    assert [(host, method) for host, method, _ in budget.acquired] == [
        ("sea", "match-v5.ids-by-puuid"),
        ("kr", "league-v4.entries-by-puuid"),
        ("europe", "account-v1.by-puuid"),
        ("asia", "account-v1.active-region"),
    ]


@pytest.mark.parametrize("error", [RateLimited(retry_after=9), Unavailable()])
async def test_without_a_turn_no_call_is_made(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget, error: RateLimited | Unavailable
) -> None:
    budget.error = error
    with pytest.raises(type(error)):
        await adapter.match("NA1_1", AMERICAS)
    assert riot.requests == []


async def test_a_cancelled_call_says_nothing_of_riot(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    riot.reply(Reply(how="slow"))
    call = asyncio.create_task(adapter.match("NA1_1", AMERICAS))
    await riot.asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert budget.reported == []
    assert [permit.method for permit in budget.abandoned] == ["match-v5.match"]


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


async def test_the_deadline_of_the_work_at_hand_shortens_a_call(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, pauses: Pauses
) -> None:
    riot.reply(_busy("20"))
    with working_until(asyncio.get_running_loop().time() + 10), pytest.raises(RateLimited):
        await adapter.match("NA1_1", AMERICAS)
    assert len(riot.requests) == 1
    riot.reply(_busy("20"), Reply())
    await adapter.match("NA1_1", AMERICAS)
    assert pauses.seconds == [20.0]


async def test_who_asks_a_riot_that_keeps_failing_hears_so_at_once(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(BROKEN)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await adapter.match("NA1_1", AMERICAS)
    assert len(riot.requests) == 5
    with pytest.raises(CircuitOpen) as refusal:
        await adapter.match("NA1_2", AMERICAS)
    assert (refusal.value.retry_after or 0) > 0
    assert len(riot.requests) == 5


async def test_a_document_that_fails_for_ever_does_not_pass_for_an_outage(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    """A job that waits for an outage to end is not counted; one that fails by itself has to end."""
    riot.reply(BROKEN)
    for attempt in range(4):
        with pytest.raises(Unavailable) as failure:
            await adapter.match("NA1_1", AMERICAS)
        assert not isinstance(failure.value, CircuitOpen), attempt
        budget.now += 120


async def test_two_who_want_the_same_make_one_call(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    view = adapter.with_lane(Lane.INTERACTIVE)
    first, second, other = await asyncio.gather(
        view.match("NA1_1", AMERICAS), view.match("NA1_1", AMERICAS), view.timeline("NA1_1", AMERICAS)
    )
    assert first == second == other
    assert len(riot.requests) == 2


async def test_a_backfill_shares_the_answer_that_a_person_waits_for(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    await asyncio.gather(adapter.with_lane(Lane.INTERACTIVE).match("NA1_1", AMERICAS), adapter.match("NA1_1", AMERICAS))
    assert [lane for _, _, lane in budget.acquired] == [Lane.INTERACTIVE]


async def test_who_must_know_what_is_true_now_shares_no_earlier_question(
    riot: ScriptedRiot, adapter: RiotAPIAdapter
) -> None:
    riot.reply(Reply(how="slow"), Reply(body=b'{"puuid":"p","profileIconId":2,"summonerLevel":30}'))
    asking = asyncio.create_task(adapter.summoner("p", Platform.KR))
    await riot.asked.wait()

    assert (await adapter.summoner("p", Platform.KR, fresh=True)).profile_icon_id == 2
    assert not asking.done()

    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_person_does_not_wait_for_a_backfills_turn(
    riot: ScriptedRiot, adapter: RiotAPIAdapter, budget: FakeRiotBudget
) -> None:
    await asyncio.gather(adapter.match("NA1_1", AMERICAS), adapter.with_lane(Lane.INTERACTIVE).match("NA1_1", AMERICAS))
    assert {lane for _, _, lane in budget.acquired} == {Lane.INTERACTIVE, Lane.BACKGROUND}


async def test_all_who_wait_hear_of_a_failure(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(404, b""))
    calls = [adapter.match("NA1_1", AMERICAS) for _ in range(3)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [MatchNotFound] * 3
    assert len(riot.requests) == 1
    riot.reply(Reply())
    await adapter.match("NA1_1", AMERICAS)


async def test_when_who_asked_is_cancelled_another_goes_on(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    riot.reply(Reply(how="slow"), Reply())
    asking = asyncio.create_task(adapter.match("NA1_1", AMERICAS))
    await riot.asked.wait()
    waiting = [asyncio.create_task(adapter.match("NA1_1", AMERICAS)) for _ in range(2)]
    await asyncio.sleep(0)
    asking.cancel()
    first, second = await asyncio.gather(*waiting)
    assert first == second
    assert len(riot.requests) == 2


async def test_people_share_answers_among_processes(riot: ScriptedRiot, settings: RiotSettings) -> None:
    """Two adapters stand for two processes: they have only the shared answers in common."""
    shared = FakeSharedAnswers()
    riot.reply(Reply(how="zipped"))
    async with (
        RiotAPIAdapter(settings=settings, budget=FakeRiotBudget(), shared=shared, lane=Lane.INTERACTIVE) as one,
        RiotAPIAdapter(settings=settings, budget=FakeRiotBudget(), shared=shared, lane=Lane.INTERACTIVE) as another,
    ):
        first, second = await asyncio.gather(one.match("NA1_1", AMERICAS), another.match("NA1_1", AMERICAS))
        assert first.body == second.body
        assert first.document == second.document
        assert len(riot.requests) == 1
        riot.reply(Reply(404, b""))
        results = await asyncio.gather(
            one.timeline("NA1_1", AMERICAS), another.timeline("NA1_1", AMERICAS), return_exceptions=True
        )
        assert [type(result) for result in results] == [TimelineNotFound] * 2


async def test_a_backfill_does_not_bother_other_processes(riot: ScriptedRiot, settings: RiotSettings) -> None:
    shared = FakeSharedAnswers()
    async with RiotAPIAdapter(settings=settings, budget=FakeRiotBudget(), shared=shared) as adapter:
        await adapter.match("NA1_1", AMERICAS)
        riot.reply(Reply(body=b"[]"))
        await adapter.with_lane(Lane.INTERACTIVE).match_ids("p", AMERICAS)
    assert shared.led == []


async def test_how_long_pairs_take_is_the_budgets_word(riot: ScriptedRiot, adapter: RiotAPIAdapter) -> None:
    assert await adapter.seconds_for_pairs(10, AMERICAS) is None
    riot.reply(Reply(headers={"X-App-Rate-Limit": "10:60", "X-App-Rate-Limit-Count": "1:60"}))
    await adapter.match("NA1_1", AMERICAS)
    assert await adapter.with_lane(Lane.INTERACTIVE).seconds_for_pairs(4, AMERICAS) == 0
    assert 60 <= (await adapter.with_lane(Lane.INTERACTIVE).seconds_for_pairs(6, AMERICAS) or 0) < 61
