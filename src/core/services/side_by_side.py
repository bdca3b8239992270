"""Many waits at once: some of each lane, whatever other lanes wait for."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from src.core.errors import ChimeraError
from src.core.ports.clock import Clock

T = TypeVar("T")
R = TypeVar("R")

_AT_FIRST = 2
_QUICK, _SLOW = timedelta(seconds=2), timedelta(seconds=10)


async def side_by_side(
    lanes: Iterable[Iterable[T]],
    do: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    most: int,
    linger: float,
    clock: Clock,
) -> AsyncGenerator[list[R], None]:
    """Do something with every member of some lanes; answers lists of one to `most` results, while the rest goes on.

    Of each lane at most `at_once` members are under way: two at first, one more for every one that took less than 2 s,
    one less, down to a single one, for every one that took more than 10 s. Where a budget is all that is waited for,
    nothing is gained by beginning what cannot be finished soon.

    A result waits at most `linger` seconds for others to come along, and not at all once nothing is under way any
    more. Whoever is slow to take them holds up what is next: at most one more for each member under way piles up.

    A ChimeraError ends its lane: nothing more of it is begun, what is under way is done, and the error is raised once
    all lanes have ended. Any other error ends everything at once. Use it with `aclosing`: closing it ends what is
    under way and waits for that.
    """
    workers = _Workers(do, at_once, clock)
    for lane in map(deque, lanes):
        for _ in range(min(_AT_FIRST, at_once, len(lane))):
            workers.add(lane)
    ending = asyncio.create_task(workers.end())
    try:
        while handful := await _handful(workers.ready, most, linger):
            yield handful
        await ending
    finally:
        await workers.cancel(ending)
    if workers.errors:
        raise workers.errors[0]


@dataclass(slots=True)
class _Workers(Generic[T, R]):
    """Tasks that take members of lanes, one after the other, and put results into `ready`; None ends those."""

    do: Callable[[T], Awaitable[R]]
    at_once: int
    clock: Clock
    ready: "asyncio.Queue[R | None]" = field(default_factory=lambda: asyncio.Queue(maxsize=1))
    errors: list[ChimeraError] = field(default_factory=list)
    tasks: dict["asyncio.Task[None]", deque[T]] = field(default_factory=dict)

    def add(self, lane: deque[T]) -> None:
        self.tasks[asyncio.create_task(self._work(lane))] = lane

    async def end(self) -> None:
        """Say that there will be no more, once all have ended or one has failed; raises what it failed with."""
        failed = None
        while self.tasks and failed is None:
            done, _ = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self.tasks[task]
                error = task.exception()  # of each: asyncio complains of one that nobody has looked at
                failed = failed or error
        await self.ready.put(None)
        if failed is not None:
            raise failed

    async def cancel(self, *others: "asyncio.Task[None]") -> None:
        tasks = [*self.tasks, *others]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, lane: deque[T]) -> None:
        while lane:
            began = self.clock.now()
            try:
                result = await self.do(lane.popleft())
            except ChimeraError as error:
                self.errors.append(error)
                lane.clear()
                return
            took = self.clock.now() - began
            await self.ready.put(result)
            others = self._at_work_on(lane) - 1
            if took > _SLOW and others:
                return
            if took < _QUICK and lane and others + 1 < self.at_once:
                self.add(lane)

    def _at_work_on(self, lane: deque[T]) -> int:
        return sum(of is lane for task, of in self.tasks.items() if not task.done())


async def _handful(ready: "asyncio.Queue[R | None]", most: int, linger: float) -> list[R]:
    """The next results; none when there will be no more."""
    handful: list[R] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as patience:
            while len(handful) < most:
                result = await ready.get()
                if result is None:
                    ready.put_nowait(None)  # for the next look
                    break
                handful.append(result)
                if len(handful) == 1:
                    patience.reschedule(asyncio.get_running_loop().time() + linger)
    return handful
