"""HTTP to Discord, reduced to what a sign-in needs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from math import isfinite
from typing import Any, Final, Self

import aiohttp
import orjson

from src.core.errors import Unavailable

# Discord's servers turn clients away that do not name themselves like this.
_USER_AGENT: Final = "DiscordBot (https://discord.com, 1.0) Chimera"
_TIME_LIMIT: Final = aiohttp.ClientTimeout(total=10.0, connect=5.0)  # seconds; somebody looks at a blank page meanwhile
TRY_AGAIN: Final = "Discord's sign-in does not answer properly right now. Try again with /bind in a few minutes."


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer. Its body may hold a token, so it has no place in a repr.

    `retry_after`: seconds that Discord asks to wait, if it does.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the status is 200."""
        return self.status == HTTPStatus.OK

    def json_object(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is empty, HTML or anything else."""
        try:
            parsed = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return parsed if isinstance(parsed, dict) else None

    def required_object(self) -> dict[str, Any]:
        """The body of a 200 as a JSON object.

        Raises:
            Unavailable: another status, or another body.
        """
        parsed = self.json_object() if self.is_ok else None
        if parsed is None:
            raise self.unavailable()
        return parsed

    def unavailable(self) -> Unavailable:
        """The error for an answer that is none."""
        return Unavailable(TRY_AGAIN, retry_after=self.retry_after)


class Web:
    """One sign-in's connections. Sign-ins are as rare as people: nothing is kept open between two of them."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=_TIME_LIMIT, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": _USER_AGENT}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """GET, with `headers`; see `_send`."""
        return await self._send("GET", url, headers)

    async def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """POST `form`, url-encoded; see `_send`."""
        return await self._send("POST", url, headers, form)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request. Redirects are answers too: following one would hand the secrets to another server.

        Raises:
            Unavailable: no complete answer within 10 s.
        """
        # aiohttp's errors carry the request with its headers, hence secrets: none of them may become a cause or a
        # context of ours, so ours is raised outside of their `except`.
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._session.request(
                method, url, headers=headers, data=form, allow_redirects=False
            ) as response:
                return Answer(response.status, await response.read(), _seconds(response.headers.get("Retry-After")))
        raise Unavailable(TRY_AGAIN)


def _seconds(text: str | None) -> float | None:
    """Seconds that a `Retry-After` names; None for dates and nonsense."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None
