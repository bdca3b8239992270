"""Riot's rate limits: what the headers of an answer say of them, and how long a number of calls takes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Self

_TOO_MANY_REQUESTS = 429
_LONGEST_PAUSE = 3600.0
_BUCKETS = re.compile(r"\s*\d{1,9}:\d{1,9}\s*(,\s*\d{1,9}:\d{1,9}\s*)*", re.ASCII)

Scope = Literal["app", "method"]


@dataclass(frozen=True, slots=True)
class LimitHeaders:
    """What the headers say of one scope, as Riot writes it (`20:1,100:120`); empty where they say nothing."""

    limits: str = ""
    counts: str = ""

    @classmethod
    def read(cls, scope: Scope, headers: Mapping[str, str]) -> Self:
        """`headers` with names in lower case."""
        limits, counts = (headers.get(f"x-{scope}-rate-limit{end}", "") for end in ("", "-count"))
        return cls(_buckets(limits), _buckets(counts))


@dataclass(frozen=True, slots=True)
class RateLimitAnswer:
    """What an answer says of the limits.

    `blocks`: the scope that a 429 blocks: `application` is the routing value, every other type, an unknown one and
    none are the method. `pause`: seconds for which, None when Riot does not say.
    """

    app: LimitHeaders
    method: LimitHeaders
    blocks: Scope | None = None
    pause: float | None = None

    @classmethod
    def read(cls, status: int | None, headers: Mapping[str, str]) -> Self:
        """Read an answer; header names in any case."""
        names = {name.lower(): value for name, value in headers.items()}
        app, method = LimitHeaders.read("app", names), LimitHeaders.read("method", names)
        if status != _TOO_MANY_REQUESTS:
            return cls(app, method)
        kind = names.get("x-rate-limit-type", "").strip().lower()
        return cls(app, method, "app" if kind == "application" else "method", retry_after(names))


@dataclass(frozen=True, slots=True)
class Window:
    """A limit of `calls` in `length` seconds: `used` of them are gone, it ends in `left` seconds."""

    calls: int
    length: float
    used: int
    left: float

    def seconds_for(self, calls: int, *, spread: float = 0.0) -> float:
        """Seconds until that many more calls have been let go, if nobody else calls.

        `spread`: the share of each window that is given out along a straight line instead of at once (see
        `kept_free` in the budget's windows.lua).

        >>> Window(calls=100, length=120.0, used=0, left=120.0).seconds_for(41, spread=0.8)
        31.5
        >>> Window(calls=20, length=1.0, used=20, left=0.5).seconds_for(41)
        2.5
        """
        free = max(0, self.calls - self.used)
        if calls <= free:
            return self._on_line(free - calls, self.left, spread)
        whole, part = divmod(calls - free - 1, self.calls)
        return self.left + whole * self.length + self._on_line(self.calls - part - 1, self.length, spread)

    def _on_line(self, unused: int, left: float, spread: float) -> float:
        """Seconds until only `unused` calls of a window that ends in `left` seconds are held back."""
        if spread <= 0:
            return 0.0
        return max(0.0, left - unused * self.length / (spread * self.calls))


def seconds_for(calls: int, windows: Iterable[Window], *, spread: float = 0.0) -> float:
    """Seconds until that many calls have been let go by all the windows."""
    return max((window.seconds_for(calls, spread=spread) for window in windows), default=0.0) if calls > 0 else 0.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds, an hour at most; None when it is missing or no number, as happens at Riot."""
    text = headers.get("retry-after", "").strip()
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() else None


def limits_of(text: str) -> dict[int, int]:
    """Calls by the length of the window in seconds.

    >>> limits_of("20:1,100:120")
    {1: 20, 120: 100}
    """
    pairs = (part.split(":") for part in text.split(",") if part)
    return {int(length): int(calls) for calls, length in pairs if int(length)}


def _buckets(header: str) -> str:
    """A header that says what it should, else nothing.

    >>> _buckets("20:1,100:120")
    '20:1,100:120'
    >>> _buckets("plenty")
    ''
    """
    return header if _BUCKETS.fullmatch(header) else ""
