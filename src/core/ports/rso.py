"""Proving that a Riot account is one's own: by Riot Sign On, or by what else only its owner can do."""

from typing import Protocol

from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId


class RSOPort(Protocol):
    """Proves that a person owns a Riot account.

    Riot Sign On does it in a browser (OAuth authorization code flow, S256, state, nonce). Another implementation
    names a task instead (see `SignInRequest.task`), which `prove` looks for.
    """

    async def begin(self, platform: Platform, riot_id: RiotId | None = None) -> SignInRequest:
        """Prepare a proof. A sign-in's URL carries state, nonce and the S256 challenge, all fresh and random.

        `riot_id` is the account that is to be proven; a sign-in does without, a task needs it.

        Raises:
            ConfigurationError: no RSO client is configured.
            InvalidInput: a task needs the Riot ID.
            AccountNotFound: nobody has that Riot ID, or not on that platform (tasks only).
            RateLimited: Riot is not asked now (tasks only).
            Unavailable: Riot does not answer properly.
        """
        ...

    async def prove(self, attempt: LinkAttempt, *, code: str = "", issuer: str | None = None) -> ProvenAccount:
        """Learn whose account it is: exchange the code of a callback, or look for the attempt's task done.

        Checks `issuer` (the callback's `iss`; "" where it has none, which is refused if the issuer's metadata promise
        one; None where the caller has not looked) and the id_token (signature, iss, aud, exp, nonce, at_hash). The
        platform comes from RSO (`cpid`), else from the attempt.

        Raises:
            SignInRefused: the code is wrong, used or expired, or the tokens do not check out.
            ProofPending: the task is not done yet, as far as Riot shows; ask again.
            RateLimited: Riot is not asked now (tasks only).
            Unavailable: Riot does not answer properly.
        """
        ...
