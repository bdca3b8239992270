"""Many waits at once: some of each lane, whatever other lanes wait for."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from src.core.errors import ChimeraError

T = TypeVar("T")
R = TypeVar("R")


async def side_by_side(
    lanes: Iterable[Iterable[T]], do: Callable[[T], Awaitable[R]], *, at_once: int, most: int, linger: float
) -> AsyncGenerator[list[R], None]:
    """Do something with every member of some lanes; answers lists of one to `most` results, while the rest goes on.

    Of each lane `at_once` members are under way. A result waits at most `linger` seconds for others to come along,
    and not at all once nothing is under way any more. Whoever is slow to take them holds up what is next: at most
    one more for each member under way piles up.

    A ChimeraError ends its lane: nothing more of it is begun, what is under way is done, and the error is raised once
    all lanes have ended. Any other error ends everything at once. Use it with `aclosing`: closing it ends what is
    under way and waits for that.
    """
    ready: asyncio.Queue[R | None] = asyncio.Queue(maxsize=1)  # None: there will be no more
    errors: list[ChimeraError] = []

    async def work(lane: deque[T]) -> None:
        while lane:
            try:
                result = await do(lane.popleft())
            except ChimeraError as error:
                errors.append(error)
                lane.clear()
            else:
                await ready.put(result)

    workers = [
        asyncio.create_task(work(lane))
        for lane in map(deque, lanes)
        for _ in range(min(at_once, len(lane)))
    ]  # fmt: skip
    ending = asyncio.create_task(_end(ready, workers))
    try:
        while handful := await _handful(ready, most, linger):
            yield handful
        await ending
    finally:
        for task in (*workers, ending):
            task.cancel()
        await asyncio.gather(*workers, ending, return_exceptions=True)
    if errors:
        raise errors[0]


async def _end(ready: asyncio.Queue[R | None], workers: Sequence[asyncio.Task[None]]) -> None:
    """Say that there will be no more, once all workers have ended or one has failed; raises what it failed with."""
    if workers:
        await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
    await ready.put(None)
    for worker in workers:
        if worker.done():
            worker.result()


async def _handful(ready: asyncio.Queue[R | None], most: int, linger: float) -> list[R]:
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
