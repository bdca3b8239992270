"""Waiting for many things at once."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.errors import RateLimited, Unavailable
from src.core.services.side_by_side import side_by_side
from tests.fakes.clock import FakeClock

LONG = 3600.0  # seconds; a test that waits for it has failed
LANES = [["a1", "a2", "a3", "a4"], ["b1", "b2"]]
EVERYTHING = ["A1", "A2", "A3", "A4", "B1", "B2"]

Do = Callable[[str], Awaitable[str]]


@dataclass
class Gates:
    """Work that waits until the test lets it through, member by member."""

    under_way: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    gates: dict[str, "asyncio.Future[None]"] = field(default_factory=dict)

    async def do(self, member: str) -> str:
        self.begun.append(member)
        self.under_way.append(member)
        try:
            await self.gate(member)
        finally:
            self.under_way.remove(member)
        return member.upper()

    def gate(self, member: str) -> "asyncio.Future[None]":
        return self.gates.setdefault(member, asyncio.get_running_loop().create_future())

    def open(self, *members: str) -> None:
        for member in members:
            self.gate(member).set_result(None)

    def fail(self, member: str, error: BaseException) -> None:
        self.gate(member).set_exception(error)


@dataclass
class Taking:
    """Whoever takes the results: a task, and what it has got."""

    task: "asyncio.Task[None]"
    handfuls: list[list[str]]

    @property
    def results(self) -> list[str]:
        return [result for handful in self.handfuls for result in handful]


def take(
    do: Do,
    lanes: Sequence[Sequence[str]] = LANES,
    *,
    at_once: int = 2,
    most: int = 10,
    linger: float = LONG,
    clock: FakeClock | None = None,
) -> Taking:
    """Take the results of `do` for all members."""
    handfuls: list[list[str]] = []

    async def run() -> None:
        taken = side_by_side(lanes, do, at_once=at_once, most=most, linger=linger, clock=clock or FakeClock())
        async with aclosing(taken) as results:
            async for handful in results:
                handfuls.append(handful)  # noqa: PERF401 - the test looks at them meanwhile

    return Taking(asyncio.create_task(run()), handfuls)


async def settle() -> None:
    """Let everything run until it waits for a gate."""
    for _ in range(50):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - for what a timer of no length starts
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
async def _nothing_is_left_running() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() <= before | {asyncio.current_task()}, "a task was left behind"


async def test_of_each_lane_so_many_are_under_way() -> None:
    gates = Gates()
    taking = take(gates.do)
    await settle()
    assert sorted(gates.under_way) == ["a1", "a2", "b1", "b2"]
    gates.open("a2")
    await settle()
    assert sorted(gates.under_way) == ["a1", "a3", "b1", "b2"], "its place is taken at once"
    gates.open("a1", "a3", "a4", "b1", "b2")
    await taking.task
    assert sorted(taking.results) == EVERYTHING


async def test_the_quicker_they_are_the_more_are_under_way() -> None:
    gates, lane = Gates(), [str(number) for number in range(20)]
    taking = take(gates.do, [lane], at_once=5)
    await settle()
    assert gates.under_way == lane[:2]
    gates.open("0")
    await settle()
    assert gates.under_way == lane[1:4]
    gates.open("1", "2", "3")
    await settle()
    assert gates.under_way == lane[4:9], "no more than are allowed"
    gates.open(*lane[4:])
    await taking.task


async def test_the_slower_they_are_the_fewer_are_under_way() -> None:
    """Where all wait for one budget, more of them would only wait longer, each."""
    gates, clock, lane = Gates(), FakeClock(), [str(number) for number in range(8)]
    taking = take(gates.do, [lane], at_once=5, clock=clock)
    await settle()
    clock.advance(5)
    gates.open("0")
    await settle()
    assert gates.under_way == ["1", "2"], "neither quick nor slow"
    clock.advance(11)
    gates.open("1")
    await settle()
    assert gates.under_way == ["2"]
    gates.open("2")
    await settle()
    assert gates.under_way == ["3"], "one goes on"
    gates.open(*lane[3:])
    await taking.task
    assert sorted(taking.results) == lane


async def test_a_lane_that_waits_holds_up_no_other() -> None:
    gates = Gates()
    taking = take(gates.do, linger=0)
    gates.open("a1", "a2", "a3", "a4")
    await until(lambda: len(taking.results) == 4)
    assert sorted(gates.under_way) == ["b1", "b2"]
    gates.open("b1", "b2")
    await taking.task


async def test_what_nobody_takes_holds_up_what_is_next() -> None:
    gates, members = Gates(), [str(number) for number in range(20)]
    gates.open(*members)
    async with aclosing(
        side_by_side([members], gates.do, at_once=2, most=3, linger=LONG, clock=FakeClock())
    ) as results:
        assert len(await anext(results)) == 3
        await settle()
        assert len(gates.begun) <= 3 + 1 + 2, "three taken, one ready, and one of each worker"


async def test_nothing_to_do_is_done() -> None:
    nothing: list[list[list[str]]] = [[], [[], []]]
    for lanes in nothing:
        taking = take(Gates().do, lanes)
        await taking.task
        assert taking.handfuls == []


async def test_a_full_handful_waits_for_nobody() -> None:
    gates = Gates()
    taking = take(gates.do, most=2)
    gates.open("a1", "a2")
    await settle()
    assert taking.handfuls == [["A1", "A2"]]
    gates.open("a3", "a4", "b1", "b2")
    await taking.task


async def test_the_last_results_wait_for_nobody() -> None:
    """Were it otherwise, this would take an hour."""
    gates = Gates()
    gates.open("a1", "a2", "a3", "a4", "b1", "b2")
    taking = take(gates.do)
    await taking.task
    assert [len(handful) for handful in taking.handfuls] == [6]


async def test_a_result_is_handed_out_though_others_are_awaited() -> None:
    gates = Gates()
    taking = take(gates.do, linger=0)
    gates.open("b2")
    await until(lambda: bool(taking.handfuls))
    assert taking.handfuls == [["B2"]]
    gates.open("a1", "a2", "a3", "a4", "b1")
    await taking.task


async def test_an_error_of_ours_ends_its_lane_only_and_what_is_under_way_is_done() -> None:
    gates = Gates()
    taking = take(gates.do)
    await settle()
    gates.fail("a1", RateLimited("Later."))
    await settle()
    assert not taking.task.done()
    gates.open("a2", "b1", "b2")
    with pytest.raises(RateLimited, match=r"Later\."):
        await taking.task
    assert sorted(taking.results) == ["A2", "B1", "B2"]
    assert sorted(gates.begun) == ["a1", "a2", "b1", "b2"], "the rest of the lane is not begun"


async def test_the_first_of_several_errors_is_raised() -> None:
    gates = Gates()
    taking = take(gates.do)
    gates.fail("b1", RateLimited("First."))
    await settle()
    gates.fail("a1", Unavailable("Second."))
    gates.open("a2", "b2")
    with pytest.raises(RateLimited, match=r"First\."):
        await taking.task


async def test_any_other_error_ends_everything_at_once() -> None:
    gates = Gates()
    taking = take(gates.do)
    await settle()
    gates.open("a1")
    await settle()
    gates.fail("b1", ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await taking.task
    assert taking.results == ["A1"], "what was ready is not lost"
    assert gates.under_way == []


def test_of_errors_that_come_together_none_is_left_for_asyncio_to_complain_of() -> None:
    """In a loop of its own: asyncio complains when the last one forgets a task."""
    complaints: list[dict[str, Any]] = []

    async def fail_together() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        gates = Gates()
        taking = take(gates.do)
        await settle()
        for member in ("a1", "a2", "b1", "b2"):
            gates.fail(member, ZeroDivisionError())
        await asyncio.wait([taking.task])
        assert isinstance(taking.task.exception(), ZeroDivisionError)

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(fail_together())
    gc.collect()
    assert complaints == []


async def test_whoever_takes_no_more_ends_what_is_under_way() -> None:
    gates = Gates()
    gates.open("a1")
    async with aclosing(side_by_side(LANES, gates.do, at_once=2, most=1, linger=LONG, clock=FakeClock())) as results:
        assert await anext(results) == ["A1"]
        assert gates.under_way != []
    assert gates.under_way == []


@pytest.mark.parametrize("opened", [(), ("a1",), ("a1", "a2", "b1")])
async def test_a_cancelled_taker_ends_what_is_under_way(opened: Sequence[str]) -> None:
    gates = Gates()
    taking = take(gates.do)
    gates.open(*opened)
    await settle()
    taking.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking.task
    assert gates.under_way == []


@given(
    sizes=st.lists(st.integers(0, 12), max_size=4),
    at_once=st.integers(1, 9),
    most=st.integers(1, 5),
    turns=st.lists(st.integers(0, 3), min_size=48, max_size=48),
)
def test_every_member_is_done_once_in_handfuls_of_the_right_size(
    sizes: list[int], at_once: int, most: int, turns: list[int]
) -> None:
    lanes = [[(lane, number) for number in range(size)] for lane, size in enumerate(sizes)]
    under_way = Counter[int]()

    async def do(member: tuple[int, int]) -> tuple[int, int]:
        lane, number = member
        under_way[lane] += 1
        assert under_way[lane] <= at_once
        for _ in range(turns[12 * lane + number]):
            await asyncio.sleep(0)
        under_way[lane] -= 1
        return member

    async def run() -> list[list[tuple[int, int]]]:
        taken = side_by_side(lanes, do, at_once=at_once, most=most, linger=LONG, clock=FakeClock())
        async with aclosing(taken) as results:
            return [handful async for handful in results]

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        handfuls = runner.run(run())
    assert sorted(chain.from_iterable(handfuls)) == sorted(chain.from_iterable(lanes))
    assert all(1 <= len(handful) <= most for handful in handfuls)
