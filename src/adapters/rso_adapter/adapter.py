"""Riot Sign On behind the port."""

import secrets

import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from src.adapters.rso_adapter.id_token import Expected, UnknownKeyError, verified_claims
from src.adapters.rso_adapter.identity import active_platform, own_account, platform_of, told_platform
from src.adapters.rso_adapter.issuer import Issuer
from src.adapters.rso_adapter.settings import RSOSettings
from src.adapters.rso_adapter.token_endpoint import Client, exchange
from src.adapters.rso_adapter.web import Web
from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.errors import SignInRefused

_log = structlog.get_logger(__name__)

_SCOPE = "openid cpid"  # no offline_access: nothing is kept that could be refreshed
_ENTROPY = 32  # bytes: 256 bits each for state, nonce and verifier


class RSOAdapter:
    """Implements `RSOPort` against the issuer of `RSOSettings`. Holds no connections between two calls."""

    def __init__(self, settings: RSOSettings | None = None) -> None:
        """Use `settings`, or what the environment says."""
        self._settings = settings or RSOSettings()
        self._issuer = Issuer(self._settings.rso_issuer_url)

    async def begin(self, platform: Platform) -> SignInRequest:  # noqa: ARG002  (RSO asks for no platform)
        """See `RSOPort.begin`."""
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

    async def prove(self, attempt: LinkAttempt, *, code: str, issuer: str | None = None) -> ProvenAccount:
        """See `RSOPort.prove`."""
        client = Client(self._settings)
        async with Web() as web:
            metadata = await self._issuer.metadata(web)
            # Checked when sent, not demanded: Riot's metadata promises it, its documentation does not mention it.
            if issuer is not None and issuer != metadata.issuer:
                _log.warning("rso_foreign_issuer")
                raise SignInRefused("This sign-in was answered by somebody other than Riot. Start again with /bind.")
            grant = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._settings.redirect_uri,
                "code_verifier": attempt.code_verifier.get_secret_value(),
            }
            tokens = await exchange(web, metadata.token_endpoint, client, grant)
            expected = Expected(
                issuer=metadata.issuer,
                client_id=client.id,
                nonce=attempt.nonce,
                access_token=tokens.access_token,
            )
            claims = await self._claims(web, tokens.id_token, expected)
            near = attempt.platform
            puuid, riot_id = await own_account(web, self._settings, tokens.access_token, near)
            platform = (
                platform_of(claims)
                or await told_platform(web, metadata.userinfo_endpoint, tokens.access_token, str(claims["sub"]))
                or await active_platform(web, self._settings, puuid, near)
                or near
            )
        return ProvenAccount(puuid=puuid, riot_id=riot_id, platform=platform)

    async def close(self) -> None:
        """Nothing to do: for those who close all their adapters alike."""

    async def _claims(self, web: Web, id_token: SecretStr, expected: Expected) -> dict[str, object]:
        """The claims of a good id_token; keys that the issuer has rotated meanwhile are fetched once."""
        try:
            return verified_claims(id_token, await self._issuer.keys(web), expected)
        except UnknownKeyError:
            keys = await self._issuer.keys(web, fresh=True)
        try:
            return verified_claims(id_token, keys, expected)
        except UnknownKeyError as error:
            raise SignInRefused(
                "Riot's answer to this sign-in is signed with a key that is not Riot's. Start again with /bind."
            ) from error
