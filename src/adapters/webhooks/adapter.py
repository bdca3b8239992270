"""Webhooks over aiohttp: one connection per message, to the address that was checked and no other."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr

from src.adapters.webhooks.addresses import Receiver, WebhookAddresses
from src.adapters.webhooks.networks import is_public
from src.adapters.webhooks.settings import WebhookSettings
from src.adapters.webhooks.signature import signed_headers
from src.core.errors import Unavailable, WebhookRefused
from src.core.ports.clock import Clock

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_LONGEST_RETRY_AFTER = 3600.0
_TIME_LIMIT = 10.0  # seconds for everything: the name, the connection, the answer
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Chimera-Webhooks/1"}


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver gives a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class AiohttpWebhooks:
    """Implements `Webhooks`. What receivers answer beyond the status and `Retry-After` is not even read."""

    def __init__(
        self,
        clock: Clock,
        *,
        settings: WebhookSettings | None = None,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
        time_limit: float = _TIME_LIMIT,
    ) -> None:
        """`tls`: whom to trust, the system's authorities by default; `time_limit` in seconds."""
        settings = settings or WebhookSettings()
        self._clock = clock
        self._addresses = WebhookAddresses(settings.webhook_allowed_hosts)
        self._resolve = resolve
        self._tls = tls
        self._time_limit = time_limit

    def check(self, url: str) -> None:
        """See `Webhooks.check`."""
        self._addresses.check(url)

    async def deliver(self, url: str, *, message_id: str, body: bytes, secret: SecretStr) -> None:
        """See `Webhooks.deliver`."""
        receiver = self._addresses.check(url)
        headers = signed_headers(message_id=message_id, at=self._clock.now(), body=body, secret=secret)
        answer = await self._answer(receiver, _HEADERS | headers, body)
        if answer is None:
            raise Unavailable("The callback address cannot be reached, or does not answer in time.")
        status, retry_after = answer
        if status == HTTPStatus.GONE:
            raise WebhookRefused("The callback address says that it is gone (410).")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            wait = _seconds(retry_after, self._clock.now())
            raise Unavailable(f"The callback address answered {status}.", retry_after=wait)

    async def _answer(self, receiver: Receiver, headers: dict[str, str], body: bytes) -> tuple[int, str] | None:
        """The status and `Retry-After`; None without a complete answer.

        Raises:
            WebhookRefused: the name leads to an address that is not public.
        """
        # The vendors' errors carry the address, perhaps with a client's token in it: none becomes a cause of ours.
        with suppress(aiohttp.ClientError, OSError, UnicodeError):
            async with asyncio.timeout(self._time_limit):
                return await self._post(receiver, await self._checked(receiver), headers, body)
        return None

    async def _checked(self, receiver: Receiver) -> Sequence[str]:
        """Where to connect to. One bad address among several is enough: nobody honest mixes them."""
        if receiver.is_address:
            return [receiver.host]
        found = await self._resolve(receiver.host, receiver.port)
        if not (receiver.is_trusted or all(is_public(address) for address in found)):
            raise WebhookRefused("The callback address is not public.")
        return found

    async def _post(
        self, receiver: Receiver, addresses: Sequence[str], headers: dict[str, str], body: bytes
    ) -> tuple[int, str]:
        connector = aiohttp.TCPConnector(resolver=_Pinned(addresses), use_dns_cache=False, force_close=True)
        async with (
            # Neither cookies nor proxies of ours, and no second address: a redirect is an answer.
            aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session,
            session.post(
                receiver.url, data=body, headers=headers, allow_redirects=False, ssl=self._tls or True
            ) as response,
        ):
            return response.status, response.headers.get("Retry-After", "")


class _Pinned(AbstractResolver):
    """A resolver that knows one name: what was checked is what is connected to, whatever DNS says next."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See AbstractResolver."""
        del family  # of each address, its own
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _seconds(retry_after: str, now: datetime) -> float | None:
    """How long to wait, from a number of seconds or a date (RFC 9110, 10.2.3); an hour at most, None if unsaid."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
        left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, left.total_seconds()), _LONGEST_RETRY_AFTER)
