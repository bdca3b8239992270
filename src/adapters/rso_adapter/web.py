"""HTTP to the issuer and to Riot, reduced to what a sign-in needs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

import aiohttp
import orjson

from src.core.errors import Unavailable

_TIME_LIMIT = aiohttp.ClientTimeout(total=10.0, connect=5.0)  # seconds; somebody looks at a blank page meanwhile
TRY_AGAIN = "Riot's sign-in does not answer properly right now. Try again with /bind in a few minutes."


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer. Its body may hold tokens, so it has no place in a repr."""

    status: int
    body: bytes = field(repr=False)

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
            raise Unavailable(TRY_AGAIN)
        return parsed


class Web:
    """One sign-in's connections. Sign-ins are as rare as people: nothing is kept open between two of them."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(timeout=_TIME_LIMIT, cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET, with `headers`; see `_send`."""
        return await self._send("GET", url, headers=headers)

    async def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """POST `form`, url-encoded; see `_send`."""
        return await self._send("POST", url, headers=headers, form=form)

    async def _send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None, form: Mapping[str, str] | None = None
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
                return Answer(response.status, await response.read())
        raise Unavailable(TRY_AGAIN)
