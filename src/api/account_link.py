"""The pages of `/bind`: back from Riot, confirm, done.

The one-time token of the confirmation lives in a cookie that scripts cannot read and other sites cannot send along
with a POST. GET only looks; the single exception is the callback, which uses up its state as OAuth demands.
"""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from src.api.pages import PageRoute, page
from src.api.services import ApiServices
from src.core.domain.binding import PendingLink
from src.core.errors import SignInRefused, Unavailable

_MAX_AGE = 600  # seconds; the link waits no longer than that
_LONGEST = 4096  # characters of a query value
_BUSY = frozenset({"server_error", "temporarily_unavailable"})

Text = Annotated[str | None, Query(max_length=_LONGEST)]


class ConfirmCookie:
    """The cookie that holds the confirmation's token.

    Over https it takes the `__Host-` prefix, which no other host or subdomain can plant; browsers then demand the
    path `/`. Over plain http (loopback) it is kept to `/link`.
    """

    def __init__(self, public_base_url: str) -> None:
        self._secure = public_base_url.startswith("https://")
        self._name = "__Host-chimera-link" if self._secure else "chimera-link"
        self._path = "/" if self._secure else "/link"

    def read(self, request: Request) -> str:
        """The token.

        Raises:
            SignInRefused: this browser holds none.
        """
        token = request.cookies.get(self._name)
        if not token:
            raise SignInRefused("Open this page in the browser in which you signed in at Riot, or start with /bind.")
        return token

    def write(self, response: Response, token: str) -> None:
        """Hand the token to the browser."""
        response.set_cookie(
            self._name, token, max_age=_MAX_AGE, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        """Take the token back."""
        response.delete_cookie(self._name, path=self._path, secure=self._secure, httponly=True, samesite="lax")


def account_link_routes(services: ApiServices) -> APIRouter:
    """`/rso/callback` and `/link/confirm`, `/link/refuse`."""
    router = APIRouter(route_class=PageRoute, include_in_schema=False)
    cookie = ConfirmCookie(services.public_base_url)

    @router.get("/rso/callback")
    async def callback(code: Text = None, state: Text = None, iss: Text = None, error: Text = None) -> Response:
        if error is not None:
            await services.linking.sign_in_failed(state or "")
            raise _refusal(error)
        if not code or not state:
            raise SignInRefused("This address is incomplete. Start again with /bind.")
        received = await services.linking.receive_callback(code, state, iss)
        response = RedirectResponse("/link/confirm", status_code=303)
        cookie.write(response, received.token.get_secret_value())
        return response

    @router.get("/link/confirm")
    async def ask(request: Request) -> HTMLResponse:
        token = cookie.read(request)
        link = await services.linking.pending(token)
        return page("confirm.html", form_token=_form_token(token), **_names(link))

    @router.post("/link/confirm")
    async def confirm(request: Request, form_token: Annotated[str, Form()] = "") -> HTMLResponse:
        token = _own_form(cookie.read(request), form_token)
        link = await services.linking.pending(token)
        await services.linking.confirm(token)
        response = page("done.html", **_names(link))
        cookie.clear(response)
        return response

    @router.post("/link/refuse")
    async def refuse(request: Request, form_token: Annotated[str, Form()] = "") -> HTMLResponse:
        token = _own_form(cookie.read(request), form_token)
        await services.linking.refuse(token)
        response = page("refused.html")
        cookie.clear(response)
        return response

    return router


def _form_token(token: str) -> str:
    """The value that only a page of ours can put into a form: derived one way from the cookie it cannot read."""
    return hmac.new(token.encode(), b"chimera/link-form", "sha256").hexdigest()


def _own_form(token: str, form_token: str) -> str:
    """`token`, provided that the form came from our own page.

    Raises:
        SignInRefused: it did not.
    """
    if not hmac.compare_digest(_form_token(token).encode(), form_token.encode()):
        raise SignInRefused("This form did not come from Chimera's own page, so nothing was done.")
    return token


def _refusal(error: str) -> SignInRefused | Unavailable:
    if error == "access_denied":
        return SignInRefused("You cancelled the sign-in at Riot. To try again, use /bind in Discord.")
    if error in _BUSY:
        return Unavailable("Riot's sign-in does not work right now. Try again with /bind in a few minutes.")
    return SignInRefused("Riot refused the sign-in. Start again with /bind in Discord.")


def _names(link: PendingLink) -> dict[str, Any]:
    return {
        "discord_name": link.discord_name or f"user {link.discord_id}",
        "game_name": link.account.riot_id.game_name,
        "tag_line": link.account.riot_id.tag_line,
        "platform": link.account.platform.upper(),
    }
