"""Telling our own pages' forms from those of other sites."""

import hmac
from typing import Final

import yarl
from fastapi import Request

from src.core.errors import SignInRefused

_FOREIGN: Final = "This form did not come from Chimera's own page, so nothing was done."


class OwnForms:
    """Takes a form only from pages below `public_base_url`."""

    def __init__(self, public_base_url: str) -> None:
        """Remember our own origin."""
        self._origin = str(yarl.URL(public_base_url).origin())

    def check(self, request: Request) -> None:
        """See where a form came from.

        What a browser says in `Sec-Fetch-Site` no page can forge. Those from before 2023 do not say it; then `Origin`
        counts. A request that says neither is nobody's form.

        Raises:
            SignInRefused: it is not from a page of ours.
        """
        site = request.headers.get("sec-fetch-site")
        is_own = site == "same-origin" if site is not None else request.headers.get("origin") == self._origin
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
