"""Rate limits as Discord announces them, so that clients which read the headers are exercised."""

import time
from dataclasses import dataclass
from hashlib import md5
from typing import Final

# Discord documents that limits are learned from headers; five per two seconds is what webhooks show in practice.
_REQUESTS: Final = 5
_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Ticket:
    """A request's place in its bucket: the headers to send, and seconds to wait if it is one too many."""

    headers: dict[str, str]
    retry_after: float | None


@dataclass
class _Window:
    ends: float
    used: int = 0


class RateLimits:
    """Counts requests per method, kind of path and major parameter (channel, or webhook and token)."""

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}

    def take(self, method: str, path: str) -> Ticket:
        """Count a request."""
        parts = path.strip("/").split("/")
        major = "/".join(parts[: 3 if parts[0] == "webhooks" else 2])
        now = time.monotonic()
        self._windows = {key: window for key, window in self._windows.items() if window.ends > now}
        window = self._windows.setdefault(f"{method} {major}", _Window(now + _SECONDS))
        window.used += 1
        left = window.ends - now
        headers = {
            "X-RateLimit-Limit": str(_REQUESTS),
            "X-RateLimit-Remaining": str(max(0, _REQUESTS - window.used)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": md5(f"{method} {parts[0]}".encode(), usedforsecurity=False).hexdigest(),
        }
        return Ticket(headers, round(left, 3) if window.used > _REQUESTS else None)
