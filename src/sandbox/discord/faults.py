"""Requests that go wrong on purpose, and the answers of Discord's that they share with everything else here."""

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass
class Fault:
    """Requests that go wrong: `path` is an fnmatch pattern below the prefix, such as `/webhooks/*`.

    Of the sign-in, the paths are `/oauth2/authorize`, `/oauth2/token` and, as of the bot, `/users/@me`. `times`: how
    many more requests it hits. `retry_after`: seconds, for a 429. `after_effect`: the request takes effect and only
    its answer is lost.
    """

    method: str
    path: str
    status: int
    code: int = 0
    message: str = "injected"
    times: int = 1
    retry_after: float | None = None
    after_effect: bool = False

    def hits(self, method: str, path: str) -> bool:
        """True if it applies to this request; counts it."""
        if self.times <= 0 or self.method not in {method, "*"} or not fnmatch.fnmatch(path, self.path):
            return False
        self.times -= 1
        return True

    def answer(self) -> web.Response:
        """What the client gets."""
        if self.retry_after is None:
            return json_answer(self.status, {"code": self.code, "message": self.message})
        return limited_answer(self.retry_after, {})


def fault_for(faults: Iterable[Fault], method: str, path: str) -> Fault | None:
    """The first that applies to a request; counts it."""
    return next((fault for fault in faults if fault.hits(method, path)), None)


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer whose content type is exactly `application/json`, as discord.py expects."""
    return web.Response(
        status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers or {}
    )


def limited_answer(retry_after: float, headers: Mapping[str, str]) -> web.Response:
    """A 429 that names the seconds to wait."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    return json_answer(429, body, {**headers, "Retry-After": f"{retry_after:.3f}", "X-RateLimit-Scope": "user"})
