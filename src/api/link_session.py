"""The cookie that ties the steps of linking to one browser."""

from typing import Final

from fastapi import Request, Response
from pydantic import SecretStr

from src.api.access import is_loopback_url
from src.core.errors import SignInRefused

_MAX_AGE: Final = 600  # seconds; no step waits longer than that
_NO_SESSION: Final = (
    "This browser has not begun a sign-in here, or it has expired. Open the link in the browser in which you want "
    "to sign in, or start again with /bind."
)


class LinkCookie:
    """Keeps a browser's session token where no script, no other site's form and no other host of the domain gets.

    The `__Host-` prefix (which demands Secure and the path `/`) keeps others from planting one. Browsers take such
    cookies over plain http from this machine itself, but from no other: there it goes without.
    """

    def __init__(self, public_base_url: str) -> None:
        """`public_base_url` is where browsers reach our pages."""
        self._secure = public_base_url.startswith("https://") or is_loopback_url(public_base_url)
        self._name = "__Host-chimera-link" if self._secure else "chimera-link"

    def find(self, request: Request) -> str:
        """The session token, or "" where this browser has none."""
        return request.cookies.get(self._name, "")

    def read(self, request: Request) -> str:
        """The session token.

        Raises:
            SignInRefused: this browser has none.
        """
        if not (token := self.find(request)):
            raise SignInRefused(_NO_SESSION)
        return token

    def write(self, response: Response, token: SecretStr) -> None:
        """Give the browser a token, in place of the one it has."""
        response.set_cookie(
            self._name, token.get_secret_value(), max_age=_MAX_AGE, secure=self._secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        """Take the token back."""
        response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="lax")
