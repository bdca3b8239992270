"""Who asks, and may they: the gate in front of every route of the REST API."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated

from fastapi import Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from src.core.domain.api_key import AuthMode, Scope
from src.core.errors import ApiKeyRejected, RateLimited
from src.core.services.api_access import ApiAccess, require

_BEARER = HTTPBearer(
    auto_error=False,
    bearerFormat="chm_<key id>_<secret>",
    scheme_name="API key",
    description="A key of `chimera api-key create`. Not needed on this machine while no key has ever been made.",
)
_LOOPBACK_HOST = re.compile(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_LOOPBACK_ADDRESS = re.compile(r"https?://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])([:/].*)?", re.IGNORECASE)
_PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an API key by its public id, or (None) this machine."""

    key_id: str | None = None


class Gate:
    """Lets those pass who hold a key with the right scope; `auto` lets this machine pass until there is a key."""

    def __init__(self, access: ApiAccess, mode: AuthMode, *, public_base_url: str) -> None:
        self._access = access
        self._mode = mode
        self._is_public = not is_loopback_url(public_base_url)

    def requiring(self, scope: Scope) -> Callable[..., Awaitable[Caller]]:
        """A dependency that answers the caller.

        It raises ApiKeyRejected (401), ScopeMissing (403) or RateLimited (429).
        """

        async def let_pass(
            request: Request,
            response: Response,
            credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        ) -> Caller:
            if credentials is None:
                if await self._is_open_to(request):
                    return Caller()
                raise ApiKeyRejected
            # A key is checked wherever it is shown: who misspells one wants to know.
            key = await self._access.authenticate(credentials.credentials)
            request.state.key_id = key.key_id
            response.headers["RateLimit-Policy"] = request.state.rate_limit_policy = f'"key";q={key.per_minute};w=60'
            try:
                await self._access.count(key)
            except RateLimited:
                request.state.is_over_limit = True
                raise
            require(key, scope)
            return Caller(key.key_id)

        return let_pass

    async def _is_open_to(self, request: Request) -> bool:
        if self._mode is AuthMode.AUTO:
            # A proxy that says nothing about itself looks like this machine; its public address tells.
            return not self._is_public and is_from_here(request) and not await self._access.has_keys()
        return self._mode is AuthMode.OFF


def is_from_here(request: Request) -> bool:
    """True of a request that somebody on this machine makes of their own will.

    Not through a proxy (it says so), not under another name (a site whose name was pointed at 127.0.0.1 meanwhile),
    and not by a page of another site in a browser here.
    """
    headers, hosts = request.headers, request.headers.getlist("host")
    if request.client is None or not _is_loopback(request.client.host):
        return False
    if any(name in _PROXY_HEADERS or name.startswith("x-forwarded") for name in headers):
        return False
    if len(hosts) != 1 or _LOOPBACK_HOST.fullmatch(hosts[0]) is None:
        return False
    own = f"{request.url.scheme}://{hosts[0]}"
    return headers.get("sec-fetch-site", "none") in {"none", "same-origin"} and headers.get("origin", own) == own


def is_loopback_url(url: str) -> bool:
    """Whether a web address leads to the machine of whoever opens it."""
    return _LOOPBACK_ADDRESS.fullmatch(url) is not None


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback
