"""`python -m benchmarks.callers`: one process on a shared key. It calls Riot for matches and timelines until told.

A line of JSON tells what to do (`Task`), a line says "ready", "go" comes, and a line of JSON tells what happened.
Answers take a while, part of it before a call arrives, as on the way to Riot.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.adapters.riot_api.transport import Answer, Transport
from src.adapters.riot_budget import RedisRiotBudget
from src.core.domain.job import Lane
from src.core.domain.regions import parse_match_id
from src.core.errors import RateLimited
from src.core.ports.riot_budget import Permit

_OK = 200


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does.

    `callers` make one background call after the other; beside them `people` interactive calls a second arrive at
    random, from `people_after` seconds on. `latency`: shortest and longest, in seconds. Times are in seconds.
    """

    redis: str
    riot: str
    key: str
    match_ids: Sequence[str]
    seconds: float
    callers: int
    people: float = 0.0
    people_after: float = 3.0
    latency: tuple[float, float] = (0.05, 0.25)
    seed: int = 0
    people_in_background: bool = False

    def line(self) -> str:
        """As the process reads it."""
        return json.dumps(asdict(self))


@dataclass(slots=True)
class Told:
    """What happened: when calls arrived that were accepted (monotonic clock of the machine), 429s, waits of people."""

    arrived: list[float] = field(default_factory=list)
    refused: int = 0
    waits: list[float] = field(default_factory=list)


class _FarAway(Transport):
    """A Riot at some distance, which notes what becomes of the calls."""

    def __init__(self, settings: RiotSettings, task: Task, told: Told) -> None:
        super().__init__(settings)
        self._task = task
        self._told = told
        self._dice = random.Random(task.seed)  # noqa: S311 - no secret

    async def get(self, host: str, target: str) -> Answer:
        """One call, there and back."""
        latency, share = self._dice.uniform(*self._task.latency), self._dice.random()
        await asyncio.sleep(latency * share)
        arrived = time.monotonic()
        answer = await super().get(host, target)
        if answer.status == _OK:
            self._told.arrived.append(arrived)
        elif answer.status == 429:  # noqa: PLR2004
            self._told.refused += 1
        await asyncio.sleep(latency * (1 - share))
        return answer


class _Watched(RedisRiotBudget):
    """The budget, and how long people wait for their turns."""

    def __init__(self, task: Task, told: Told) -> None:
        super().__init__(url=task.redis, api_key=task.key)
        self._told = told
        self._people_lane = Lane.BACKGROUND if task.people_in_background else Lane.INTERACTIVE

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """See the port."""
        if lane is not Lane.INTERACTIVE:
            return await super().acquire(routing, method, lane, patience=patience)
        asked = time.perf_counter()
        try:
            return await super().acquire(routing, method, self._people_lane, patience=patience)
        finally:  # who has no turn by the end has waited all the same
            self._told.waits.append(time.perf_counter() - asked)


async def call(task: Task, go: "asyncio.Future[str]") -> Told:
    """Call as told, once there is the word."""
    told = Told()
    # More patience than the run takes: nobody gives up.
    settings = RiotSettings.model_validate(
        {
            "riot_api_key": task.key,
            "riot_api_base_url": task.riot,
            "riot_api_patience_background": 2 * task.seconds,
            "riot_api_patience_interactive": 2 * task.seconds,
        }
    )
    budget = _Watched(task, told)
    adapter = RiotAPIAdapter(settings=settings, budget=budget)
    adapter._transport = _FarAway(settings, task, told)  # noqa: SLF001 - the only seam there is
    match_ids = cycle(random.Random(task.seed).sample(task.match_ids, len(task.match_ids)))  # noqa: S311
    await go
    working = [asyncio.create_task(_backfill(adapter, match_ids)) for _ in range(task.callers)]
    if task.people:
        working.append(asyncio.create_task(_people(adapter.with_lane(Lane.INTERACTIVE), match_ids, task)))
    await asyncio.sleep(task.seconds)
    for one in working:
        one.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    await adapter.close()
    await budget.close()
    return told


async def _backfill(adapter: RiotAPIAdapter, match_ids: Iterator[str]) -> None:
    for match_id in match_ids:
        routing = parse_match_id(match_id)[1].routing
        with suppress(RateLimited):
            await adapter.match(match_id, routing)
            await adapter.timeline(match_id, routing)


async def _people(adapter: RiotAPIAdapter, match_ids: Iterator[str], task: Task) -> None:
    dice = random.Random(task.seed + 1)  # noqa: S311 - no secret
    await asyncio.sleep(task.people_after)
    async with asyncio.TaskGroup() as group:
        while True:
            await asyncio.sleep(dice.expovariate(task.people))
            group.create_task(_person(adapter, next(match_ids)))


async def _person(adapter: RiotAPIAdapter, match_id: str) -> None:
    with suppress(RateLimited):
        await adapter.match(match_id, parse_match_id(match_id)[1].routing)


async def main() -> None:
    """Read the task, say "ready", wait for "go", work, tell."""
    loop = asyncio.get_running_loop()
    told: Mapping[str, Any] = json.loads(await asyncio.to_thread(sys.stdin.readline))
    task = Task(**{**told, "latency": tuple(told["latency"])})
    go: asyncio.Future[str] = loop.create_future()
    working = asyncio.create_task(call(task, go))
    print("ready", flush=True)
    go.set_result(await asyncio.to_thread(sys.stdin.readline))
    print(json.dumps(asdict(await working)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
