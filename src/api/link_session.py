"""The cookie that ties the steps of linking to one browser."""

from typing import Final

from fastapi import Request, Response
from pydantic import SecretStr

from src.core.errors import SignInOver
from src.core.services.binding_response import LINK_LIFETIME

_NAME: Final = "__Host-chimera-link"
_NO_SESSION: Final = (
    "This browser has not begun a sign-in here, or it has expired. Open the link in the browser in which you want "
    "to sign in."
)


class LinkCookie:
    """Keeps a browser's session token where no script, no other site's form and no other host of the domain gets.

    The `__Host-` prefix (which demands Secure and the path `/`) keeps others from planting one. Browsers take such
    cookies over plain http from this machine itself, but from no other.
    """

    def find(self, request: Request) -> str:
        """The session token, or "" where this browser has none."""
        return request.cookies.get(_NAME, "")

    def read(self, request: Request) -> str:
        """The session token.

        Raises:
            SignInOver: this browser has none.
        """
        if not (token := self.find(request)):
            raise SignInOver(_NO_SESSION)
        return token

    def write(self, response: Response, token: SecretStr) -> None:
        """Give the browser a token, in place of the one it has."""
        response.set_cookie(
            _NAME, token.get_secret_value(), max_age=LINK_LIFETIME, secure=True, httponly=True, samesite="lax"
        )

    def clear(self, response: Response) -> None:
        """Take the token back."""
        response.delete_cookie(_NAME, secure=True, httponly=True, samesite="lax")
