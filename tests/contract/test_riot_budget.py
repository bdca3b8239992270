"""What every `RiotBudget` does: the one in memory (the fake is it, with a clock of its own) and the one in Redis."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import pytest

from src.adapters.riot_budget import RedisRiotBudget
from src.adapters.riot_budget.tuning import BudgetTuning
from src.core.domain.job import Lane
from src.core.errors import CircuitOpen, RateLimited
from src.core.ports.riot_budget import Permit, RiotBudget
from tests.fakes.riot_budget import FakeRiotBudget

MATCH, IDS = "match-v5.match", "match-v5.ids-by-puuid"
PLENTY = "1000:10"


@dataclass
class Subject:
    """A budget and its clock, which may be faster than ours."""

    budget: RiotBudget
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    first_break: float  # seconds that a circuit is open at first

    async def acquire(
        self, routing: str = "americas", method: str = MATCH, lane: Lane = Lane.INTERACTIVE, patience: float = 0.0
    ) -> Permit:
        return await self.budget.acquire(routing, method, lane, patience=patience)

    async def learn(
        self, app: str = PLENTY, method: str = PLENTY, *, routing: str = "americas", name: str = MATCH, count: int = 1
    ) -> None:
        """Make one call, the answer to which teaches the limits; `count`: calls that Riot has counted by then."""
        permit = await self.acquire(routing, name, patience=5)
        await self.budget.report(permit, status=200, headers=_headers(app, method, count))

    async def take_all(self, **where: str | Lane) -> int:
        """How many calls can be made at once."""
        taken = 0
        with suppress(RateLimited):
            while taken < 1000:
                await self.acquire(**where)  # type: ignore[arg-type]
                taken += 1
        return taken


def _headers(app: str, method: str, count: int = 1) -> dict[str, str]:
    counts = {name: ",".join(f"{count}:{part.split(':')[1]}" for part in text.split(","))
              for name, text in (("App", app), ("Method", method))}  # fmt: skip
    return {
        "X-App-Rate-Limit": app,
        "X-App-Rate-Limit-Count": counts["App"],
        "X-Method-Rate-Limit": method,
        "X-Method-Rate-Limit-Count": counts["Method"],
    }


@pytest.fixture(params=["fake", "redis"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    if request.param == "fake":
        fake = FakeRiotBudget()
        yield Subject(fake, lambda: fake.now, fake.sleep, first_break=1.0)
    else:
        url = request.getfixturevalue("redis_url")
        shared = RedisRiotBudget(url=url, api_key=f"RGAPI-{uuid4()}", jitter=lambda: 1.0)
        yield Subject(shared, time.monotonic, asyncio.sleep, first_break=BudgetTuning().first_break)
        await shared.close()


async def test_a_permit_names_the_call_it_is_for(subject: Subject) -> None:
    permit = await subject.acquire("euw1", "league-v4.entries-by-puuid")
    assert (permit.routing, permit.method) == ("euw1", "league-v4.entries-by-puuid")
    assert permit.id


async def test_while_limits_are_unknown_one_call_finds_out(subject: Subject) -> None:
    permit = await subject.acquire()
    with pytest.raises(RateLimited) as refusal:
        await subject.acquire(patience=0.1)
    assert (refusal.value.retry_after or 0) > 0
    await subject.budget.report(permit, status=200, headers=_headers("20:1", PLENTY))
    assert await subject.take_all() == 19


async def test_a_call_without_an_answer_lets_the_next_find_out(subject: Subject) -> None:
    permit = await subject.acquire()
    await subject.budget.report(permit, status=None, headers={})
    await subject.acquire()


async def test_a_wait_known_to_be_too_long_is_refused_at_once(subject: Subject) -> None:
    await subject.learn("3:60", PLENTY)
    assert await subject.take_all() == 2
    started = subject.now()
    with pytest.raises(RateLimited) as refusal:
        await subject.acquire(patience=0.0)
    assert subject.now() - started < 0.5
    assert (refusal.value.retry_after or 0) > 0


async def test_who_waits_gets_a_turn_in_the_next_window(subject: Subject) -> None:
    permits = [await subject.acquire()]
    await subject.budget.report(permits[0], status=200, headers=_headers("2:1", PLENTY))
    answered = subject.now()
    second = await subject.acquire()
    await subject.budget.report(second, status=200, headers=_headers("2:1", PLENTY, 2))
    await subject.acquire(patience=5)
    assert 1.0 <= subject.now() - answered < 2.0


async def test_the_tightest_of_any_number_of_buckets_binds(subject: Subject) -> None:
    await subject.learn("50:1,7:10,40:60", "30:10,9:60")
    assert await subject.take_all() == 6


async def test_a_methods_limit_binds_that_method_alone(subject: Subject) -> None:
    await subject.learn("100:60", "3:60")
    await subject.learn("100:60", "50:60", name=IDS, count=2)
    assert await subject.take_all() == 2
    assert await subject.take_all(method=IDS) == 48


async def test_the_limit_of_the_key_binds_all_methods_together(subject: Subject) -> None:
    await subject.learn("10:60", PLENTY)
    await subject.learn("10:60", PLENTY, name=IDS, count=2)
    assert await subject.take_all() == 8
    assert await subject.take_all(method=IDS) == 0


async def test_routing_values_have_limits_of_their_own(subject: Subject) -> None:
    await subject.learn("2:60", PLENTY)
    await subject.take_all()
    await subject.learn("20:60", PLENTY, routing="europe")
    assert await subject.take_all(routing="europe") == 19


async def test_background_leaves_a_fifth_at_least_to_people_who_wait(subject: Subject) -> None:
    await subject.learn("20:60", PLENTY)
    in_background = await subject.take_all(lane=Lane.BACKGROUND)
    assert 0 < in_background <= 15
    assert await subject.take_all(lane=Lane.INTERACTIVE) == 19 - in_background


async def test_background_is_not_shut_out_of_a_bucket_of_one(subject: Subject) -> None:
    await subject.learn("1:1", PLENTY)
    await subject.acquire(lane=Lane.BACKGROUND, patience=5)


async def test_an_application_429_blocks_the_routing_value(subject: Subject) -> None:
    await subject.learn()
    await subject.learn(name=IDS)
    await subject.learn(routing="europe")
    permit = await subject.acquire()
    headers = {"X-Rate-Limit-Type": "application", "Retry-After": "7"}
    await subject.budget.report(permit, status=429, headers=headers)
    for method in (MATCH, IDS):
        with pytest.raises(RateLimited) as refusal:
            await subject.acquire(method=method, patience=5)
        assert 6 < (refusal.value.retry_after or 0) < 8
    await subject.acquire("europe")


@pytest.mark.parametrize("kind", ["method", "service", "server", "of a new type", None])
async def test_any_other_429_blocks_the_method_alone(subject: Subject, kind: str | None) -> None:
    await subject.learn()
    await subject.learn(name=IDS)
    permit = await subject.acquire()
    headers = {"Retry-After": "3"} | ({"X-Rate-Limit-Type": kind} if kind else {})
    await subject.budget.report(permit, status=429, headers=headers)
    with pytest.raises(RateLimited) as refusal:
        await subject.acquire(patience=1)
    assert 2 < (refusal.value.retry_after or 0) < 4
    await subject.acquire(method=IDS)


@pytest.mark.parametrize("retry_after", [None, "", "soon", "-3", "1.5", "9" * 400])
async def test_a_429_that_does_not_say_how_long_blocks_for_a_while(subject: Subject, retry_after: str | None) -> None:
    await subject.learn()
    permit = await subject.acquire()
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    await subject.budget.report(permit, status=429, headers=headers)
    with pytest.raises(RateLimited) as refusal:
        await subject.acquire()
    assert 0 < (refusal.value.retry_after or 0) <= 3601


async def test_the_pause_grows_while_429s_follow_each_other(subject: Subject) -> None:
    await subject.learn()
    permits = [await subject.acquire() for _ in range(3)]
    pauses = []
    for permit in permits:
        await subject.budget.report(permit, status=429, headers={})
        with pytest.raises(RateLimited) as refusal:
            await subject.acquire()
        pauses.append(refusal.value.retry_after or 0)
    assert pauses[0] < 1.5 < pauses[1] < 2.5 < pauses[2] < 4.5


async def test_a_block_passes(subject: Subject) -> None:
    await subject.learn()
    permit = await subject.acquire()
    await subject.budget.report(permit, status=429, headers={"Retry-After": "1"})
    started = subject.now()
    await subject.acquire(patience=5)
    assert subject.now() - started >= 1.0


async def test_header_names_are_read_in_any_case(subject: Subject) -> None:
    permit = await subject.acquire()
    headers = {name.lower(): value for name, value in _headers("4:60", PLENTY).items()}
    await subject.budget.report(permit, status=200, headers=headers)
    assert await subject.take_all() == 3


async def test_calls_that_others_made_with_the_key_count(subject: Subject) -> None:
    await subject.learn("20:60", PLENTY, count=15)
    assert await subject.take_all() == 5


async def test_a_lower_count_frees_nothing(subject: Subject) -> None:
    permits = [await subject.acquire()]
    await subject.budget.report(permits[0], status=200, headers=_headers("5:60", PLENTY))
    permits = [await subject.acquire() for _ in range(4)]
    for count, permit in enumerate(permits, start=1):
        await subject.budget.report(permit, status=200, headers=_headers("5:60", PLENTY, count))
    assert await subject.take_all() == 0


async def test_limits_are_taken_over_when_they_change(subject: Subject) -> None:
    await subject.learn("5:60", PLENTY)
    permit = await subject.acquire()
    await subject.budget.report(permit, status=200, headers=_headers("12:60", PLENTY, 2))
    assert await subject.take_all() == 10


@pytest.mark.parametrize("garbage", ["", "plenty", "20", "20:", ":1", "20:0", "-1:5", "9" * 5000 + ":1"])
async def test_headers_that_say_nothing_change_nothing(subject: Subject, garbage: str) -> None:
    await subject.learn("5:60", PLENTY)
    permit = await subject.acquire()
    headers = {"X-App-Rate-Limit": garbage, "X-App-Rate-Limit-Count": garbage, "X-Method-Rate-Limit": garbage}
    await subject.budget.report(permit, status=200, headers=headers)
    assert await subject.take_all() == 3


async def test_a_permit_reported_twice_or_never_given_does_no_harm(subject: Subject) -> None:
    await subject.learn("5:60", PLENTY)
    permit = await subject.acquire()
    for _ in range(2):
        await subject.budget.report(permit, status=200, headers={})
    await subject.budget.report(Permit("unknown", "americas", MATCH), status=500, headers={})
    assert await subject.take_all() == 3


async def _fail(subject: Subject, times: int, *, status: int | None = 500, method: str = MATCH) -> None:
    for _ in range(times):
        permit = await subject.acquire(method=method, patience=5)
        await subject.budget.report(permit, status=status, headers={})


@pytest.mark.parametrize("status", [500, 503, None])
async def test_a_method_that_keeps_failing_is_not_called_for_a_while(subject: Subject, status: int | None) -> None:
    await subject.learn()
    await subject.learn(name=IDS, count=2)
    await _fail(subject, 5, status=status)
    with pytest.raises(CircuitOpen) as refusal:
        await subject.acquire(patience=60)
    assert 0.7 * subject.first_break < (refusal.value.retry_after or 0) <= subject.first_break
    await subject.acquire(method=IDS)


async def test_a_circuit_is_one_of_a_method_on_a_routing_value(subject: Subject) -> None:
    await subject.learn()
    await _fail(subject, 5)
    await subject.acquire("europe")


async def test_failures_that_do_not_follow_each_other_open_no_circuit(subject: Subject) -> None:
    await subject.learn()
    for status in (200, 404, 400):
        await _fail(subject, 4)
        await _fail(subject, 1, status=status)
    await subject.acquire()


async def test_a_429_says_nothing_of_the_circuit(subject: Subject) -> None:
    await subject.learn()
    await _fail(subject, 4)
    permit = await subject.acquire()
    await subject.budget.report(permit, status=429, headers={"Retry-After": "0"})
    await subject.acquire(patience=5)


async def test_one_call_tries_again_and_its_answer_closes_the_circuit(subject: Subject) -> None:
    await subject.learn()
    await _fail(subject, 5)
    await subject.sleep(1.1 * subject.first_break)
    probe = await subject.acquire()
    with pytest.raises(CircuitOpen):
        await subject.acquire(patience=60)
    await subject.budget.report(probe, status=200, headers={})
    assert len([await subject.acquire() for _ in range(3)]) == 3


async def test_a_circuit_that_fails_again_stays_open_longer(subject: Subject) -> None:
    await subject.learn()
    await _fail(subject, 5)
    await subject.sleep(1.1 * subject.first_break)
    await _fail(subject, 1)
    with pytest.raises(CircuitOpen) as refusal:
        await subject.acquire(patience=60)
    assert 1.7 * subject.first_break < (refusal.value.retry_after or 0) <= 2 * subject.first_break


async def test_a_call_given_up_says_nothing_of_riot(subject: Subject) -> None:
    """A cancelled job ends its calls: they may count at Riot, and are no failures."""
    await subject.learn("9:60", PLENTY)
    for _ in range(6):
        await subject.budget.abandon(await subject.acquire())
    assert await subject.take_all() == 2


async def test_how_long_calls_take_is_unknown_before_the_limits_are(subject: Subject) -> None:
    assert await subject.budget.seconds_for("americas", {MATCH: 1}, Lane.BACKGROUND) is None


async def test_how_long_calls_take_can_be_asked(subject: Subject) -> None:
    await subject.learn("100:120", PLENTY)
    assert await subject.budget.seconds_for("americas", {MATCH: 1}, Lane.BACKGROUND) == 0
    some, many = [
        await subject.budget.seconds_for("americas", {MATCH: count, IDS: 1}, Lane.BACKGROUND) or 0
        for count in (99, 400)
    ]
    assert 100 < some <= 121
    assert 440 < many < 610
    assert await subject.budget.seconds_for("americas", {MATCH: 50}, Lane.INTERACTIVE) == 0
    assert 119 < (await subject.budget.seconds_for("americas", {MATCH: 100}, Lane.INTERACTIVE) or 0) < 121
    assert await subject.take_all() == 99


async def test_a_methods_own_limit_can_take_longer(subject: Subject) -> None:
    await subject.learn("100:120", "2:60")
    assert (await subject.budget.seconds_for("americas", {MATCH: 9}, Lane.INTERACTIVE) or 0) > 200
