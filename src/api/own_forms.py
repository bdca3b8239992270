"""Telling our own pages' forms from those of other sites."""

import hmac
from typing import Final

import yarl
from fastapi import Request

from src.core.errors import SignInRefused

_FOREIGN: Final = "This form did not come from Chimera's own page, so nothing was done."


class OwnForms:
    """Takes no form that a browser says comes from elsewhere than `public_base_url`."""

    def __init__(self, public_base_url: str) -> None:
        """Remember our own origin."""
        self._origin = str(yarl.URL(public_base_url).origin())

    def check(self, request: Request) -> None:
        """See where a form came from.

        What a browser says in `Sec-Fetch-Site` no page can forge. One from before 2023 does not say it, and of a form
        of ours it says `Origin: null`, for our pages send no referrer. Other sites can have that said too, so it only
        keeps out those who name themselves: what links or refuses is kept by its token, and a sign-in that somebody
        else's form begins ends at Discord, or at a code for whoever typed /bind. Who says neither is no browser.

        Raises:
            SignInRefused: it is not from a page of ours.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        is_own = origin in {None, "null", self._origin} if site is None else site == "same-origin"
        if not is_own:
            raise SignInRefused(_FOREIGN)

    def check_token(self, request: Request, session: str, form_token: str) -> None:
        """See that a form came from a page of ours that was shown in the session.

        Raises:
            SignInRefused: it did not.
        """
        self.check(request)
        if not hmac.compare_digest(form_token_of(session).encode(), form_token.encode()):
            raise SignInRefused(_FOREIGN)


def form_token_of(session: str) -> str:
    """The value that only a page of ours can put into a form: derived one way from the cookie it cannot read."""
    return hmac.new(session.encode(), b"chimera/link-form", "sha256").hexdigest()
