"""Counts what the stand-in answered."""

from collections import Counter
from typing import Any

from src.sandbox.riot.rate_limits import RateLimiter


class CallLog:
    """Calls by method, status and routing value, and 429s by type."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter
        self._calls: Counter[tuple[str, str, int]] = Counter()
        self._refused: Counter[str] = Counter()

    def add(self, host: str, method: str, status: int, refused_by: str = "") -> None:
        """Count one call; status 0 is a connection that was reset."""
        self._calls[host, method, status] += 1
        if refused_by:
            self._refused[refused_by] += 1

    @property
    def calls(self) -> int:
        """All calls, whatever became of them."""
        return self._calls.total()

    @property
    def answered(self) -> int:
        """Calls answered with 200."""
        return sum(count for (_, _, status), count in self._calls.items() if status == 200)  # noqa: PLR2004

    @property
    def too_many(self) -> dict[str, int]:
        """429s by `X-Rate-Limit-Type`; `none` for those without."""
        return dict(self._refused)

    def of(self, method: str) -> int:
        """Calls of one method."""
        return sum(count for (_, name, _), count in self._calls.items() if name == method)

    def reset(self) -> None:
        """Start counting anew; the rate limits' windows start anew as well."""
        self._calls.clear()
        self._refused.clear()
        self._limiter.reset()

    def report(self) -> dict[str, Any]:
        """Everything as JSON."""
        by_status: Counter[str] = Counter()
        by_method: Counter[str] = Counter()
        by_host: Counter[str] = Counter()
        for (host, method, status), count in self._calls.items():
            by_status[str(status)] += count
            by_method[method] += count
            by_host[host] += count
        return {
            "calls": self.calls,
            "answered": self.answered,
            "by_status": dict(by_status),
            "by_method": dict(by_method),
            "by_host": dict(by_host),
            "too_many": self.too_many,
            "windows": self._limiter.windows(),
        }
