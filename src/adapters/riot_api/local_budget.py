"""A budget for one process alone, used when no shared one is given.

A call occupies its place in every bucket from its turn until its answer plus the bucket's length. So however Riot's
fixed windows lie, none can hold more calls than its limit. It costs some throughput that the shared budget has.
"""

import asyncio
import math
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from src.core.domain.job import Lane
from src.core.domain.rate_limits import RateLimitAnswer, Window, limits_of, seconds_for
from src.core.errors import CircuitOpen, RateLimited
from src.core.ports.riot_budget import Permit

_BACKGROUND_SHARE = 0.8
_SLACK = 0.05  # seconds: clocks tick in steps, and answers travel
_POLL = 0.05  # seconds between looks while nobody knows how long it takes
_LONGEST_BACKOFF = 30.0
_TRIP_AFTER = 5  # calls in a row without a proper answer
_FIRST_BREAK, _LONGEST_BREAK = 1.0, 10.0


@dataclass
class _Circuit:
    """Opens after several calls in a row without a proper answer; then one call at a time tries whether it works."""

    failures: int = 0
    trips: int = 0
    opens_again: float = 0.0
    probe: str | None = None

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 while the circuit is closed."""
        if self.failures < _TRIP_AFTER:
            return 0.0
        return self.opens_again - now if now < self.opens_again else _FIRST_BREAK if self.probe else 0.0

    def let_go(self, permit_id: str) -> None:
        """A call is made."""
        if self.failures >= _TRIP_AFTER:
            self.probe = permit_id

    def note(self, permit_id: str, now: float, *, is_proper: bool) -> None:
        """A call was answered, or was not."""
        if permit_id == self.probe:
            self.probe = None
        if is_proper:
            self.failures = self.trips = 0
            return
        self.failures += 1
        if self.failures >= _TRIP_AFTER and now >= self.opens_again:
            self.opens_again = now + min(_LONGEST_BREAK, _FIRST_BREAK * 2.0**self.trips)
            self.trips = min(self.trips + 1, 10)


@dataclass
class _Scope:
    """The buckets of one routing value or of one method on it; times are the clock's."""

    limits: dict[int, int] = field(default_factory=dict)  # seconds -> calls
    in_flight: dict[str, float] = field(default_factory=dict)  # permit id -> when it was given
    answered: deque[float] = field(default_factory=deque)  # when answers came, oldest first
    blocked_until: float = 0.0
    strikes: int = 0
    circuit: _Circuit = field(default_factory=_Circuit)

    def wait(self, now: float, lane: Lane) -> float:
        """Seconds until a call of this lane may be made: 0 for now, infinity for 'when an answer comes'."""
        if now < self.blocked_until:
            return self.blocked_until - now
        if not self.limits:  # one call finds out
            return math.inf if self.in_flight else 0.0
        return max(self._bucket_wait(now, lane, seconds, limit) for seconds, limit in self.limits.items())

    def windows(self, now: float, lane: Lane) -> list[Window]:
        """The limits as windows of Riot's that end when the oldest call no longer counts."""
        windows = []
        for seconds, limit in self.limits.items():
            held = [at for at in self.answered if at > now - seconds - _SLACK]
            left = held[0] + seconds + _SLACK - now if held else seconds
            windows.append(Window(_places(limit, lane), seconds, len(held) + len(self.in_flight), left))
        return windows

    def _bucket_wait(self, now: float, lane: Lane, seconds: int, limit: int) -> float:
        places = _places(limit, lane)
        held = [at for at in self.answered if at > now - seconds - _SLACK]
        to_be_freed = len(held) + len(self.in_flight) - places  # how many more than that must go
        if to_be_freed < 0:
            return 0.0
        return held[to_be_freed] + seconds + _SLACK - now if to_be_freed < len(held) else math.inf

    def forget(self, now: float, lost_after: float) -> None:
        """Drop what no longer matters. A call without an answer counts as answered when it is given up."""
        for permit_id, since in list(self.in_flight.items()):
            if now - since > lost_after:
                del self.in_flight[permit_id]
                self.answered.append(now)
        horizon = now - max(self.limits, default=0) - _SLACK
        while self.answered and self.answered[0] <= horizon:
            self.answered.popleft()

    def learn(self, now: float, limits: Mapping[int, int], counts: Mapping[int, int]) -> None:
        """Take limits over, and calls that Riot counted and this process did not make."""
        if not limits:
            return
        self.limits = dict(limits)
        unknown = max(
            (
                count - len(self.in_flight) - sum(at > now - seconds - _SLACK for at in self.answered)
                for seconds, count in counts.items()
            ),
            default=0,
        )
        self.answered.extend([now] * max(0, unknown))


def _places(limit: int, lane: Lane) -> int:
    return limit if lane is Lane.INTERACTIVE else max(1, int(limit * _BACKGROUND_SHARE))


class LocalRiotBudget:
    """`RiotBudget` for the calls of one process. Background calls leave a fifth of every bucket to people who wait."""

    def __init__(
        self,
        *,
        lost_after: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._lost_after = lost_after
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._scopes: dict[tuple[str, str | None], _Scope] = {}

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """See the port."""
        deadline = self._clock() + patience
        scopes = (self._scope(routing, None), self._scope(routing, method))
        while True:
            now = self._clock()
            for scope in scopes:
                scope.forget(now, self._lost_after)
            if (broken := scopes[1].circuit.wait(now)) > 0:
                raise CircuitOpen(retry_after=broken)
            wait = max(scope.wait(now, lane) for scope in scopes)
            if wait <= 0:
                permit = Permit(id=uuid4().hex, routing=routing, method=method)
                for scope in scopes:
                    scope.in_flight[permit.id] = now
                scopes[1].circuit.let_go(permit.id)
                return permit
            known = not math.isinf(wait)
            if now >= deadline or (known and now + wait > deadline):
                raise RateLimited(retry_after=wait if known else 1.0)
            await self._sleep(wait if known else _POLL)

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """See the port."""
        now = self._clock()
        answer = RateLimitAnswer.read(status, headers)
        for name, told in (("app", answer.app), ("method", answer.method)):
            scope = self._scope_of(permit, name)
            self._land(scope, permit, now)
            scope.learn(now, limits_of(told.limits), limits_of(told.counts))
            if answer.blocks is None and status is not None:
                scope.strikes = 0
        if answer.blocks is not None:
            self._block(self._scope_of(permit, answer.blocks), now, answer.pause)
        else:
            is_proper = status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR
            self._scope_of(permit, "method").circuit.note(permit.id, now, is_proper=is_proper)

    async def abandon(self, permit: Permit) -> None:
        """See the port."""
        for name in ("app", "method"):
            self._land(self._scope_of(permit, name), permit, self._clock())

    async def seconds_for(self, routing: str, calls: Mapping[str, int], lane: Lane) -> float | None:
        """See the port."""
        now = self._clock()
        app = self._scope(routing, None)
        if not app.limits:
            return None
        amounts = [(app, sum(calls.values()))]
        amounts += [(self._scope(routing, method), number) for method, number in calls.items()]
        return max(seconds_for(number, scope.windows(now, lane)) for scope, number in amounts)

    @staticmethod
    def _land(scope: _Scope, permit: Permit, now: float) -> None:
        if scope.in_flight.pop(permit.id, None) is not None:
            scope.answered.append(now)
        if scope.circuit.probe == permit.id:
            scope.circuit.probe = None

    def _block(self, scope: _Scope, now: float, told: float | None) -> None:
        backoff = min(_LONGEST_BACKOFF, 2.0**scope.strikes) * (1 + self._jitter()) / 2
        scope.blocked_until = max(scope.blocked_until, now + (backoff if told is None else told) + _SLACK)
        scope.strikes = min(scope.strikes + 1, 10)

    def _scope_of(self, permit: Permit, name: str) -> _Scope:
        return self._scope(permit.routing, None if name == "app" else permit.method)

    def _scope(self, routing: str, method: str | None) -> _Scope:
        return self._scopes.setdefault((routing, method), _Scope())
