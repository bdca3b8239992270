"""Riot's rate limits: fixed windows from the first call, per key and routing value."""

import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds."""

    calls: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.calls}:{self.seconds}"


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Read `20:1,100:120`; `none` or an empty text means no limit.

    Raises:
        ValueError: when the text is not a comma list of `calls:seconds`.

    >>> [str(limit) for limit in parse_limits("20:1, 100:120")]
    ['20:1', '100:120']
    """
    limits: list[Limit] = []
    if text.strip() == "none":
        return ()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        calls, colon, seconds = part.partition(":")
        if not (colon and calls.isdigit() and seconds.isdigit() and int(calls) and int(seconds)):
            raise ValueError(f"not a rate limit: {part!r} (expected calls:seconds, as in 20:1)")
        limits.append(Limit(int(calls), int(seconds)))
    return tuple(limits)


@dataclass(slots=True)
class _Window:
    limit: Limit
    opened_at: float = -math.inf
    count: int = 0
    peak: int = 0
    opened: int = 0

    def take(self, now: float) -> float:
        """Count a call; seconds until the window closes when that is one too many, else 0."""
        if now >= self.opened_at + self.limit.seconds:
            self.opened_at, self.count = now, 0
            self.opened += 1
        self.count += 1
        self.peak = max(self.peak, self.count)
        return self.opened_at + self.limit.seconds - now if self.count > self.limit.calls else 0.0


@dataclass(slots=True)
class Bucket:
    """All windows of one scope, taken together."""

    windows: list[_Window] = field(default_factory=list)

    def take(self, now: float) -> int:
        """Count a call in every window; whole seconds to wait when any is full, else 0."""
        waits = [window.take(now) for window in self.windows]
        return math.ceil(max(waits)) if any(waits) else 0

    @property
    def limits(self) -> str:
        """`20:1,100:120`."""
        return ",".join(str(window.limit) for window in self.windows)

    @property
    def counts(self) -> str:
        """`1:1,1:120`: the calls made in each window."""
        return ",".join(f"{window.count}:{window.limit.seconds}" for window in self.windows)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the edge says about a call: headers for the response, and the refusal if there is one."""

    headers: dict[str, str]
    refused_by: str = ""
    retry_after: int = 0


class RateLimiter:
    """Counts calls per key, routing value and method. Refused calls count as well.

    Args:
        app: Limits of a key on one routing value.
        method: Limits of a key on one routing value for one method, unless `methods` names the method.
        methods: Limits by method name (`match-v5.getMatch`).
        clock: Seconds; tests replace it.
    """

    def __init__(
        self,
        app: str,
        method: str,
        methods: dict[str, str] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app_limits = parse_limits(app)
        self._method_limits = parse_limits(method)
        self._methods = {name: parse_limits(text) for name, text in (methods or {}).items()}
        self._clock = clock
        self._app: dict[tuple[str, str], Bucket] = {}
        self._method: dict[tuple[str, str, str], Bucket] = {}
        self.refusals: dict[str, int] = defaultdict(int)

    def admit(self, key: str, host: str, method: str) -> Verdict:
        """Count one call and say whether it may pass."""
        now = self._clock()
        app = self._app.setdefault((key, host), _bucket(self._app_limits))
        wait = app.take(now)
        headers = {"X-App-Rate-Limit": app.limits, "X-App-Rate-Limit-Count": app.counts} if app.windows else {}
        if wait:
            return self._refuse(headers, "application", wait)
        limits = self._methods.get(method, self._method_limits)
        bucket = self._method.setdefault((key, host, method), _bucket(limits))
        wait = bucket.take(now)
        if bucket.windows:
            headers |= {"X-Method-Rate-Limit": bucket.limits, "X-Method-Rate-Limit-Count": bucket.counts}
        return self._refuse(headers, "method", wait) if wait else Verdict(headers)

    def reset(self) -> None:
        """Forget every call."""
        self._app.clear()
        self._method.clear()
        self.refusals.clear()

    def windows(self) -> list[dict[str, str | int]]:
        """Per bucket and window: its limit, how many windows were opened and the most calls in one of them."""
        scopes = [("application", host, "", bucket) for (_, host), bucket in self._app.items()]
        scopes += [("method", host, method, bucket) for (_, host, method), bucket in self._method.items()]
        return [
            {
                "scope": scope,
                "host": host,
                "method": method,
                "limit": str(window.limit),
                "opened": window.opened,
                "most_calls": window.peak,
            }
            for scope, host, method, bucket in scopes
            for window in bucket.windows
        ]

    def _refuse(self, headers: dict[str, str], scope: str, wait: int) -> Verdict:
        self.refusals[scope] += 1
        headers = {**headers, "X-Rate-Limit-Type": scope, "Retry-After": str(wait)}
        return Verdict(headers, scope, wait)


def _bucket(limits: tuple[Limit, ...]) -> Bucket:
    return Bucket([_Window(limit) for limit in limits])
