"""Riot Sign On behind the port."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from src.adapters.rso_adapter.id_token import Expected, UnknownKeyError, verified_claims
from src.adapters.rso_adapter.identity import own_account, platform_of, told_platform
from src.adapters.rso_adapter.issuer import Issuer, IssuerMetadata
from src.adapters.rso_adapter.settings import RSOSettings
from src.adapters.rso_adapter.token_endpoint import Client, Tokens, exchange
from src.adapters.rso_adapter.web import Web
from src.core.domain.binding import LinkAttempt, Proof, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, SignInRefused

_log = structlog.get_logger(__name__)

ActivePlatform = Callable[[str, RoutingValue], Awaitable[Platform | None]]
"""Where the account with a PUUID plays League, as `RiotApi.active_platform` tells."""

_SCOPE = "openid cpid"  # no offline_access: nothing is kept that could be refreshed
_ENTROPY = 32  # bytes: 256 bits each for state, nonce and verifier
_REGION_PATIENCE = 5.0  # seconds; somebody looks at a blank page meanwhile


class RSOAdapter:
    """Implements `RSOPort` against the issuer of `RSOSettings`. Holds no connections between two calls."""

    def __init__(
        self,
        settings: RSOSettings | None = None,
        *,
        active_platform: ActivePlatform | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use `settings`, or what the environment says.

        `active_platform` is asked when RSO tells no platform; without it, or without its answer, the platform is
        the attempt's. `monotonic` (seconds) is for tests.
        """
        self._settings = settings or RSOSettings()
        self._issuer = Issuer(self._settings.rso_issuer_url, monotonic)
        self._active_platform = active_platform

    async def begin(self, platform: Platform, riot_id: RiotId | None = None) -> SignInRequest:  # noqa: ARG002
        """See `RSOPort.begin`. Who signs in is Riot's to find out: platform and Riot ID are not passed on."""
        client = Client(self._settings)
        async with Web() as web:
            metadata = await self._issuer.metadata(web)
        state, nonce, verifier = (secrets.token_urlsafe(_ENTROPY) for _ in range(3))
        auth_url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            client.id,
            "code",
            redirect_uri=self._settings.redirect_uri,
            scope=_SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
        )
        return SignInRequest(
            auth_url=auth_url, state=SecretStr(state), nonce=SecretStr(nonce), code_verifier=SecretStr(verifier)
        )

    async def prove(self, attempt: LinkAttempt, *, code: str = "", issuer: str | None = None) -> ProvenAccount:
        """See `RSOPort.prove`."""
        if not (code and attempt.nonce.get_secret_value() and attempt.code_verifier.get_secret_value()):
            raise SignInRefused
        client = Client(self._settings)
        async with Web() as web:
            metadata = await self._issuer.metadata(web)
            _check_sender(issuer, metadata)
            tokens = await exchange(web, metadata.token_endpoint, client, self._grant(attempt, code))
            expected = Expected(
                issuer=metadata.issuer,
                client_id=client.id,
                nonce=attempt.nonce,
                access_token=tokens.access_token,
                algorithms=metadata.algorithms,
            )
            claims = await self._claims(web, tokens.id_token, expected)
            accounts = self._settings.account_url(attempt.platform.account_routing)
            puuid, riot_id = await own_account(web, accounts, tokens.access_token, claims["sub"])
            told = await self._told_platform(web, metadata, tokens, claims)
        platform = told or await self._looked_up_platform(puuid, attempt.platform) or attempt.platform
        return ProvenAccount(puuid=puuid, riot_id=riot_id, platform=platform, proof=Proof.RSO)

    async def close(self) -> None:
        """Nothing to do: for those who close all their adapters alike."""

    def _grant(self, attempt: LinkAttempt, code: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "code_verifier": attempt.code_verifier.get_secret_value(),
        }

    async def _claims(self, web: Web, id_token: SecretStr, expected: Expected) -> dict[str, Any]:
        """The claims of a good id_token; keys that the issuer has rotated meanwhile are looked up."""
        keys = await self._issuer.keys(web)
        try:
            return verified_claims(id_token, keys, expected)
        except UnknownKeyError:
            keys = await self._issuer.newer_keys(web, keys)
        try:
            return verified_claims(id_token, keys, expected)
        except UnknownKeyError as error:
            raise SignInRefused("Riot's answer to this sign-in is signed with a key that is not Riot's.") from error

    async def _told_platform(
        self, web: Web, metadata: IssuerMetadata, tokens: Tokens, claims: dict[str, Any]
    ) -> Platform | None:
        """The platform that RSO itself tells: in the id_token, else at the userinfo endpoint."""
        return platform_of(claims) or await told_platform(
            web, metadata.userinfo_endpoint, tokens.access_token, claims["sub"]
        )

    async def _looked_up_platform(self, puuid: str, near: Platform) -> Platform | None:
        """The platform that the Riot API tells, if it does soon: a sign-in is not lost for want of it."""
        if self._active_platform is None:
            return None
        try:
            async with asyncio.timeout(_REGION_PATIENCE):
                return await self._active_platform(puuid, near.account_routing)
        except (ChimeraError, TimeoutError) as error:
            _log.warning("rso_region_unavailable", reason=type(error).__name__)
            return None


def _check_sender(issuer: str | None, metadata: IssuerMetadata) -> None:
    """Check who sent the browser back with the code, before that code goes anywhere (RFC 9207, section 2.4).

    Raises:
        SignInRefused: it was somebody else, or does not say so although the issuer always does.
    """
    if issuer is None or (not issuer and not metadata.authorization_response_iss_parameter_supported):
        return
    if issuer != metadata.issuer:
        _log.warning("rso_foreign_issuer", missing=not issuer)
        raise SignInRefused("This sign-in was answered by somebody other than Riot.")
