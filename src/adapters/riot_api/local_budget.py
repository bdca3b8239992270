"""A budget for one process alone, used when no shared one is given.

A call occupies its place in every bucket from its turn until its answer plus the bucket's length. So however Riot's
fixed windows lie, none can hold more calls than its limit. It costs some throughput that the shared budget has.
"""

import asyncio
import math
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from src.core.domain.job import Lane
from src.core.errors import RateLimited
from src.core.ports.riot_budget import Permit

_BACKGROUND_SHARE = 0.8
_SLACK = 0.05  # seconds: clocks tick in steps, and answers travel
_POLL = 0.05  # seconds between looks while nobody knows how long it takes
_LONGEST_BACKOFF = 30.0
_BUCKET = re.compile(r"(?:^|,)\s*([0-9]{1,9}):([0-9]{1,9})\s*(?=,|$)")


@dataclass
class _Scope:
    """The buckets of one routing value or of one method on it; times are the clock's."""

    limits: dict[int, int] = field(default_factory=dict)  # seconds -> calls
    in_flight: dict[str, float] = field(default_factory=dict)  # permit id -> when it was given
    answered: deque[float] = field(default_factory=deque)  # when answers came, oldest first
    blocked_until: float = 0.0
    strikes: int = 0

    def wait(self, now: float, lane: Lane) -> float:
        """Seconds until a call of this lane may be made: 0 for now, infinity for 'when an answer comes'."""
        if now < self.blocked_until:
            return self.blocked_until - now
        if not self.limits:  # one call finds out
            return math.inf if self.in_flight else 0.0
        return max(self._bucket_wait(now, lane, seconds, limit) for seconds, limit in self.limits.items())

    def _bucket_wait(self, now: float, lane: Lane, seconds: int, limit: int) -> float:
        places = limit if lane is Lane.INTERACTIVE else max(1, int(limit * _BACKGROUND_SHARE))
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


class LocalRiotBudget:
    """`RiotBudget` for the calls of one process."""

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
            wait = max(scope.wait(now, lane) for scope in scopes)
            if wait <= 0:
                permit = Permit(id=uuid4().hex, routing=routing, method=method)
                for scope in scopes:
                    scope.in_flight[permit.id] = now
                return permit
            known = not math.isinf(wait)
            if now >= deadline or (known and now + wait > deadline):
                raise RateLimited(retry_after=wait if known else 1.0)
            await self._sleep(wait if known else _POLL)

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """See the port."""
        now = self._clock()
        names = {name.lower(): value for name, value in headers.items()}
        scopes = {"app": self._scope(permit.routing, None), "method": self._scope(permit.routing, permit.method)}
        for name, scope in scopes.items():
            if scope.in_flight.pop(permit.id, None) is not None:
                scope.answered.append(now)
            limits = _buckets(names.get(f"x-{name}-rate-limit", ""))
            scope.learn(now, limits, _buckets(names.get(f"x-{name}-rate-limit-count", "")))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            kind = "app" if names.get("x-rate-limit-type", "").lower() == "application" else "method"
            self._block(scopes[kind], now, names.get("retry-after", ""))
        elif status is not None:
            scopes["app"].strikes = scopes["method"].strikes = 0

    def _block(self, scope: _Scope, now: float, retry_after: str) -> None:
        backoff = min(_LONGEST_BACKOFF, 2.0**scope.strikes) * (1 + self._jitter()) / 2
        pause = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else backoff
        scope.blocked_until = max(scope.blocked_until, now + pause + _SLACK)
        scope.strikes = min(scope.strikes + 1, 10)

    def _scope(self, routing: str, method: str | None) -> _Scope:
        return self._scopes.setdefault((routing, method), _Scope())


def _buckets(header: str) -> dict[int, int]:
    """Read `20:1,100:120` as {1: 20, 120: 100}; what cannot be read is left out.

    >>> _buckets("20:1,100:120,nonsense")
    {1: 20, 120: 100}
    """
    return {int(seconds): int(calls) for calls, seconds in _BUCKET.findall(header) if int(seconds)}
