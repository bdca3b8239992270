"""Signing in at Discord in a browser."""

from dataclasses import dataclass
from typing import Protocol

from src.core.domain.binding import SignInRequest


@dataclass(frozen=True, slots=True)
class DiscordPerson:
    """Who signed in at Discord: their id (a snowflake) and their user name."""

    discord_id: str
    name: str


class DiscordSignInPort(Protocol):
    """Learns who sits at a browser (OAuth authorization code flow, scope `identify`, S256). Keeps no token."""

    async def begin(self) -> SignInRequest:
        """Prepare a sign-in: the URL carries a fresh random state and the S256 challenge. There is no nonce.

        Raises:
            ConfigurationError: no Discord client is configured.
        """
        ...

    async def who(self, code: str, code_verifier: str) -> DiscordPerson:
        """Exchange the code of a callback and learn whose Discord account it is.

        Raises:
            SignInRefused: the code is wrong, used or expired.
            ConfigurationError: Discord refuses the client itself.
            Unavailable: Discord does not answer properly.
        """
        ...
