"""Riot Sign On."""

from typing import Protocol

from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform


class RSOPort(Protocol):
    """Proves that a person owns a Riot account (OAuth authorization code flow, S256, state, nonce)."""

    async def begin(self, platform: Platform) -> SignInRequest:
        """Prepare a sign-in. The URL carries state, nonce and the S256 challenge, all fresh and random.

        Raises:
            ConfigurationError: no RSO client is configured.
            Unavailable: the issuer's metadata cannot be fetched.
        """
        ...

    async def prove(self, attempt: LinkAttempt, *, code: str, issuer: str | None = None) -> ProvenAccount:
        """Exchange the code of a callback and learn whose account it is.

        Checks `issuer` (the callback's `iss`, when sent) and the id_token (signature, iss, aud, exp, nonce,
        at_hash). The platform comes from RSO (`cpid`), else from the attempt.

        Raises:
            SignInRefused: the code is wrong, used or expired, or the tokens do not check out.
            Unavailable: Riot does not answer properly.
        """
        ...
