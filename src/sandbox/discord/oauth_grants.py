"""What the sign-in stand-in knows: who can sign in, for whom, and what they agreed to."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

CODE_LIFE_S: Final = 60
TOKEN_LIFE_S: Final = 604_800
CLIENT_ID: Final = "100000000000000001"
CLIENT_SECRET: Final = "sandbox-secret"  # noqa: S105 - the stand-in's


@dataclass(frozen=True)
class OAuthClient:
    """An application that people sign in for.

    `redirect_uris`: the exact URIs it may redirect to. Empty: any, for a sandbox whose port is not known yet.
    """

    client_id: str = CLIENT_ID
    secret: str = field(default=CLIENT_SECRET, repr=False)
    redirect_uris: tuple[str, ...] = ()

    def may_redirect_to(self, uri: str) -> bool:
        """Whether `uri` is registered, character by character."""
        return uri in self.redirect_uris if self.redirect_uris else uri.startswith(("http://", "https://"))


@dataclass(frozen=True)
class Person:
    """Somebody with a Discord account: the id (a snowflake), the user name and the name shown."""

    id: str
    username: str
    global_name: str

    def payload(self) -> dict[str, Any]:
        """The user object that `identify` shows."""
        return {
            "id": self.id,
            "username": self.username,
            "global_name": self.global_name,
            "discriminator": "0",
            "avatar": None,
            "public_flags": 0,
            "flags": 0,
            "locale": "en-US",
            "mfa_enabled": True,
        }


@dataclass(frozen=True)
class Grant:
    """A person's consent, waiting behind a code."""

    client_id: str
    redirect_uri: str
    scope: str
    code_challenge: str
    person_id: str


class Grants:
    """Codes (used once, 60 s) and access tokens (a week)."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._codes: dict[str, tuple[Grant, float]] = {}
        self._tokens: dict[str, tuple[Grant, float]] = {}

    def issue_code(self, grant: Grant) -> str:
        """A new authorization code for this grant."""
        return self._issue(self._codes, grant, CODE_LIFE_S)

    def redeem(self, code: str) -> Grant | None:
        """The grant behind a code, once; None when it is unknown, used or expired."""
        grant, until = self._codes.pop(code, (None, 0.0))
        return grant if until > self._clock() else None

    def issue_token(self, grant: Grant) -> str:
        """A new opaque access token."""
        return self._issue(self._tokens, grant, TOKEN_LIFE_S)

    def behind(self, token: str) -> Grant | None:
        """The grant an access token stands for, while it is valid."""
        grant, until = self._tokens.get(token, (None, 0.0))
        return grant if until > self._clock() else None

    def _issue(self, issued: dict[str, tuple[Grant, float]], grant: Grant, life_s: float) -> str:
        value = secrets.token_urlsafe(24)
        issued[value] = (grant, self._clock() + life_s)
        return value
