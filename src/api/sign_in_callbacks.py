"""Where Discord and Riot send a browser back to.

Both use up their state, as OAuth demands; a browser without the session that the sign-in began in uses up nothing.
Nobody stays at these addresses, for they hold a code.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from src.api.link_session import LinkCookie
from src.api.refused_callbacks import CallbackRoute
from src.core.errors import SignInOver, SignInRefused, TooOften, Unavailable
from src.core.services.account_linking import AccountLinking

_LONGEST: Final = 4096  # characters of a query value
_BUSY: Final = frozenset({"server_error", "temporarily_unavailable"})
_INCOMPLETE: Final = "This address is incomplete."
_DENIED: Final = {
    "Discord": "You cancelled the sign-in at Discord.",
    "Riot": "You cancelled the sign-in at Riot.",
}
_DOWN: Final = {
    "Discord": "Discord's sign-in does not work right now. Try again with /bind in a few minutes.",
    "Riot": "Riot's sign-in does not work right now. Try again with /bind in a few minutes.",
}
_REFUSED: Final = {
    "Discord": "Discord refused the sign-in.",
    "Riot": "Riot refused the sign-in.",
}

Text = Annotated[str | None, Query(max_length=_LONGEST)]


def sign_in_callback_routes(linking: AccountLinking, cookie: LinkCookie) -> APIRouter:
    """`/discord/callback` and `/rso/callback`."""
    router = APIRouter(route_class=CallbackRoute, include_in_schema=False)

    @router.get("/discord/callback")
    async def discord(request: Request, code: Text = None, state: Text = None, error: Text = None) -> Response:
        async with _counting(linking, request):
            if error is not None:
                await linking.discord_failed(cookie.find(request), state or "")
                raise _failure("Discord", error)
            session = cookie.read(request)
            if not code or not state:
                raise SignInOver(_INCOMPLETE)
            step = await linking.receive_discord(session, code, state)
        response = RedirectResponse(step.url, status_code=303)
        cookie.write(response, step.session)
        return response

    @router.get("/rso/callback")
    async def riot(
        request: Request, code: Text = None, state: Text = None, iss: Text = None, error: Text = None
    ) -> Response:
        async with _counting(linking, request):
            if error is not None:
                await linking.riot_failed(cookie.find(request), state or "")
                raise _failure("Riot", error)
            session = cookie.read(request)
            if not code or not state:
                raise SignInOver(_INCOMPLETE)
            step = await linking.receive_riot(session, code, state, iss or "")
        response = RedirectResponse("/link/confirm", status_code=303)
        cookie.write(response, step.session)
        return response

    return router


@asynccontextmanager
async def _counting(linking: AccountLinking, request: Request) -> AsyncIterator[None]:
    """Count a callback that leads nowhere.

    One that leads on is not counted: another site's pictures, or whoever shares an address, could use up a visitor's.
    Nor does the count come before the reason of who had begun a sign-in and is refused.
    """
    try:
        yield
    except (SignInRefused, Unavailable) as error:
        try:
            await linking.count_callback(_address(request))
        except TooOften:
            if isinstance(error, SignInOver | Unavailable):
                raise
        raise


def _address(request: Request) -> str:
    """Who asks, for counting: an address, or in IPv6 the network that a single subscriber has."""
    host = request.client.host if request.client else ""
    try:
        parsed = ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))
    return host


def _failure(where: str, error: str) -> SignInOver | Unavailable:
    if error == "access_denied":
        return SignInOver(_DENIED[where])
    return Unavailable(_DOWN[where]) if error in _BUSY else SignInOver(_REFUSED[where])
