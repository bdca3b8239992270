"""The Riot API, through cassiopeia's endpoints, one shared budget and one connection pool."""

import asyncio
import copy
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Self, TypeVar

import structlog

from src.adapters.riot_api import answers, requests
from src.adapters.riot_api.local_budget import LocalRiotBudget
from src.adapters.riot_api.requests import RiotRequest
from src.adapters.riot_api.settings import RiotSettings
from src.adapters.riot_api.single_flight import Abandoned, SingleFlight
from src.adapters.riot_api.transport import Transport
from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.deadline import seconds_left
from src.core.domain.documents import RawDocument
from src.core.domain.job import Lane
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, CircuitOpen, Transient
from src.core.ports.riot_budget import Permit, RiotBudget
from src.core.ports.shared_answers import SharedAnswers

log = structlog.get_logger(__name__)

_T = TypeVar("_T")
_ATTEMPTS = 3
_FIRST_PAUSE = 0.5  # seconds; doubles with every attempt
_LONGEST_PAUSE = 8.0


class RiotAPIAdapter:
    """`RiotApi` over HTTP.

    A call is retried twice when Riot fails or asks for a pause, as far as the lane's patience (`RiotSettings`) and the
    deadline of the work at hand allow. Who wants what is on its way already waits for it: within a process, and
    where people wait also among processes. Close it (or use `async with`) to close its connections.
    """

    def __init__(
        self,
        *,
        settings: RiotSettings | None = None,
        budget: RiotBudget | None = None,
        shared: SharedAnswers | None = None,
        lane: Lane = Lane.BACKGROUND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Without `budget`, the calls of this process alone are kept within Riot's limits.

        `shared`: through which processes share the documents that people wait for.
        `jitter` answers a number from 0 to 1; it and `sleep` are for tests.
        """
        self._settings = settings or RiotSettings()
        self._budget = budget or LocalRiotBudget()
        self._shared = shared
        self._lane = lane
        self._sleep = sleep
        self._jitter = jitter
        self._transport = Transport(self._settings)
        self._flights = {lane: SingleFlight[Any]() for lane in Lane}

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

    async def active_platform(self, puuid: str, routing: RoutingValue) -> Platform | None:
        """See the port. `sea`, which has no accounts, is asked as `asia`."""
        try:
            return await self._call(partial(requests.active_region, puuid, routing), answers.read_active_platform)
        except AccountNotFound:
            return None

    async def summoner(self, puuid: str, platform: Platform, *, fresh: bool = False) -> Summoner:
        """See the port."""
        read = partial(answers.read_summoner, platform=platform)
        return await self._call(partial(requests.summoner, puuid, platform), read, shareable=not fresh)

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

    async def seconds_for_pairs(self, pairs: int, routing: RoutingValue) -> float | None:
        """See the port."""
        calls = {requests.MATCH: pairs, requests.TIMELINE: pairs}
        return await self._budget.seconds_for(routing, calls, self._lane)

    async def _call(
        self, prepare: Callable[[], RiotRequest], read: Callable[[bytes], _T], *, shareable: bool = True
    ) -> _T:
        """Prepare the request, and have its answer read: one's own, or that of somebody who wants the same.

        Somebody may have asked a while ago; who must know what is true now has a call of their own.
        """
        # The first preparation imports cassiopeia; a bot must go on answering meanwhile.
        ready = requests.cassiopeia.cache_info().currsize > 0
        request = prepare() if ready else await asyncio.to_thread(prepare)
        deadline = asyncio.get_running_loop().time() + self._patience()
        get = partial(self._get, request, read, deadline)
        if not shareable:
            return await get()
        if self._shared is not None and self._lane is Lane.INTERACTIVE and request.is_document:
            get = partial(self._get_shared, self._shared, request, read, deadline)
        while True:
            # Nobody whom a person waits for is made to wait for a backfill's turn; the other way round does no harm.
            is_for_people = self._lane is Lane.INTERACTIVE or request.subject in self._flights[Lane.INTERACTIVE]
            flights = self._flights[Lane.INTERACTIVE if is_for_people else Lane.BACKGROUND]
            with suppress(Abandoned):
                value: _T = await flights.do(request.subject, get)  # what is the same subject is read alike
                return value

    async def _get_shared(
        self, shared: SharedAnswers, request: RiotRequest, read: Callable[[bytes], _T], deadline: float
    ) -> _T:
        """As `_get`, unless another process is at it and its answer comes."""
        if not await shared.lead(request.subject):
            body = await shared.follow(request.subject, patience=deadline - asyncio.get_running_loop().time())
            return await self._get(request, read, deadline) if body is None else read(body)
        bodies: list[bytes] = []
        try:
            return await self._get(request, read, deadline, bodies=bodies)
        finally:
            await shared.tell(request.subject, bodies[0] if bodies else None)

    async def _get(
        self,
        request: RiotRequest,
        read: Callable[[bytes], _T],
        deadline: float,
        *,
        bodies: list[bytes] | None = None,
    ) -> _T:
        """Send until it works or no longer makes sense. The body that was read is put into `bodies`."""
        loop = asyncio.get_running_loop()
        attempt = 0
        failure: Transient | None = None
        while True:
            attempt += 1
            try:
                permit = await self._take_turn(request, patience=max(0.0, deadline - loop.time()))
            except CircuitOpen as refusal:
                # Who has failed by themselves say so: a document that fails for ever must not pass for an outage.
                raise (failure or refusal) from None
            try:
                body = await self._send(request, permit)
                value = read(body)
            except Transient as error:
                pause = self._pause(error, attempt)
                if attempt == _ATTEMPTS or loop.time() + pause > deadline:
                    raise
                failure = error
                log.info("riot_call_retried", method=request.method, attempt=attempt, pause=pause, reason=str(error))
            else:
                if bodies is not None:
                    bodies.append(body)
                return value
            await self._sleep(pause)

    def _patience(self) -> float:
        """Seconds that a call may wait in all: as the lane has them, within the deadline of the work at hand."""
        patience = self._settings.patience(self._lane)
        left = seconds_left(asyncio.get_running_loop().time())
        return patience if left is None else min(patience, left)

    async def _take_turn(self, request: RiotRequest, *, patience: float) -> Permit:
        return await self._budget.acquire(request.host, request.method, self._lane, patience=patience)

    async def _send(self, request: RiotRequest, permit: Permit) -> bytes:
        """One attempt: the body of a 200, or the error that the answer stands for."""
        try:
            answer = await self._transport.get(request.host, request.target)
        except asyncio.CancelledError:
            await self._budget.abandon(permit)
            raise
        except BaseException:
            await self._budget.report(permit, status=None, headers={})
            raise
        await self._budget.report(permit, status=answer.status, headers=answer.headers)
        answers.raise_for_status(answer, request)
        return answer.body

    def _pause(self, error: Transient, attempt: int) -> float:
        """Seconds until the next attempt: what Riot asks for, else doubling with jitter (half to all of it)."""
        if error.retry_after is not None:
            return error.retry_after
        backoff = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 1))
        return backoff * (1 + self._jitter()) / 2
