"""The Riot API, through cassiopeia's endpoints, one shared budget and one connection pool."""

import asyncio
import copy
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Self, TypeVar

import structlog

from src.adapters.riot_api import answers, requests
from src.adapters.riot_api.local_budget import LocalRiotBudget
from src.adapters.riot_api.requests import RiotRequest
from src.adapters.riot_api.settings import RiotSettings
from src.adapters.riot_api.transport import Answer, Transport
from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.documents import RawDocument
from src.core.domain.job import Lane
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import Transient
from src.core.ports.riot_budget import Permit, RiotBudget

log = structlog.get_logger(__name__)

_T = TypeVar("_T")
_ATTEMPTS = 3
_FIRST_PAUSE = 0.5  # seconds; doubles with every attempt
_LONGEST_PAUSE = 8.0


class RiotAPIAdapter:
    """`RiotApi` over HTTP.

    A call is retried twice when Riot fails or asks for a pause, as far as the lane's patience allows
    (`RiotSettings`). Close it (or use `async with`) to close its connections.
    """

    def __init__(
        self,
        *,
        settings: RiotSettings | None = None,
        budget: RiotBudget | None = None,
        lane: Lane = Lane.BACKGROUND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Without `budget`, the calls of this process alone are kept within Riot's limits.

        `jitter` answers a number from 0 to 1; it and `sleep` are for tests.
        """
        self._settings = settings or RiotSettings()
        self._budget = budget or LocalRiotBudget()
        self._lane = lane
        self._sleep = sleep
        self._jitter = jitter
        self._transport = Transport(self._settings)

    def with_lane(self, lane: Lane) -> Self:
        """The same adapter (connections, budget) calling on another lane."""
        view = copy.copy(self)
        view._lane = lane  # noqa: SLF001 - of the same class
        return view

    async def close(self) -> None:
        """Close the connections, also those of views."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def account_by_riot_id(self, riot_id: RiotId, routing: RoutingValue) -> Account:
        """See the port. `sea`, which has no accounts, is asked as `asia`."""
        return await self._call(partial(requests.account_by_riot_id, riot_id, routing), answers.read_account)

    async def account_by_puuid(self, puuid: str, routing: RoutingValue) -> Account:
        """See the port. `sea`, which has no accounts, is asked as `asia`."""
        return await self._call(partial(requests.account_by_puuid, puuid, routing), answers.read_account)

    async def summoner(self, puuid: str, platform: Platform) -> Summoner:
        """See the port."""
        read = partial(answers.read_summoner, platform=platform)
        return await self._call(partial(requests.summoner, puuid, platform), read)

    async def league_entries(self, puuid: str, platform: Platform) -> tuple[LeagueEntry, ...]:
        """See the port."""
        return await self._call(partial(requests.league_entries, puuid, platform), answers.read_league_entries)

    async def match_ids(
        self,
        puuid: str,
        routing: RoutingValue,
        *,
        start: int = 0,
        count: int = 20,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        queue: int | None = None,
    ) -> tuple[str, ...]:
        """See the port. InvalidInput when `start` or `count` is out of range."""
        prepare = partial(
            requests.match_ids,
            puuid,
            routing,
            start=start,
            count=count,
            start_time=start_time,
            end_time=end_time,
            queue=queue,
        )
        return await self._call(prepare, answers.read_match_ids)

    async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
        """See the port. MalformedDocument when `metadata` or `info` is missing."""
        return await self._call(partial(requests.match, match_id, routing), answers.read_document)

    async def timeline(self, match_id: str, routing: RoutingValue) -> RawDocument:
        """See the port. MalformedDocument when `metadata` or `info` is missing."""
        return await self._call(partial(requests.timeline, match_id, routing), answers.read_document)

    async def _call(self, prepare: Callable[[], RiotRequest], read: Callable[[bytes], _T]) -> _T:
        """Prepare, send until it works or no longer makes sense, and read."""
        # The first preparation imports cassiopeia; a bot must go on answering meanwhile.
        ready = requests.cassiopeia.cache_info().currsize > 0
        request = prepare() if ready else await asyncio.to_thread(prepare)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.patience(self._lane)
        attempt = 0
        while True:
            attempt += 1
            permit = await self._take_turn(request, patience=max(0.0, deadline - loop.time()))
            try:
                return read(await self._send(request, permit))
            except Transient as error:
                pause = self._pause(error, attempt)
                if attempt == _ATTEMPTS or loop.time() + pause > deadline:
                    raise
                log.info("riot_call_retried", method=request.method, attempt=attempt, pause=pause, reason=str(error))
            await self._sleep(pause)

    async def _take_turn(self, request: RiotRequest, *, patience: float) -> Permit:
        return await self._budget.acquire(request.host, request.method, self._lane, patience=patience)

    async def _send(self, request: RiotRequest, permit: Permit) -> bytes:
        """One attempt: the body of a 200, or the error that the answer stands for."""
        answer: Answer | None = None
        try:
            answer = await self._transport.get(request.host, request.target)
        finally:  # also when cancelled: a call that is never reported blocks a place in the budget until it expires
            status, headers = (answer.status, answer.headers) if answer else (None, {})
            await self._budget.report(permit, status=status, headers=headers)
        answers.raise_for_status(answer, request)
        return answer.body

    def _pause(self, error: Transient, attempt: int) -> float:
        """Seconds until the next attempt: what Riot asks for, else doubling with jitter (half to all of it)."""
        if error.retry_after is not None:
            return error.retry_after
        backoff = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 1))
        return backoff * (1 + self._jitter()) / 2
