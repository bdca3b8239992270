"""Discord's OAuth 2.0 behind the port."""

import re
import secrets
from http import HTTPStatus
from typing import Final

import aiohttp
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from src.adapters.discord_sign_in.settings import DiscordSignInSettings
from src.adapters.discord_sign_in.web import Answer, Web
from src.core.domain.binding import SignInRequest
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused
from src.core.ports.discord_sign_in import DiscordPerson

_log = structlog.get_logger(__name__)

_SCOPE: Final = "identify"
_ENTROPY: Final = 32  # bytes: 256 bits each for state and verifier
_SNOWFLAKE: Final = re.compile(r"[0-9]{1,20}")
_ERROR_CODE: Final = re.compile(r"[a-z_]{1,40}")
_CLIENT_ERRORS: Final = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"})
_BUSY_ERRORS: Final = frozenset({"server_error", "temporarily_unavailable"})
_CODE_REFUSED: Final = "Discord no longer accepts this sign-in: it has expired or was used already."
_UNKNOWN_PERSON: Final = "Discord does not say whose sign-in this is."
_CLIENT_REFUSED: Final = (
    "Discord does not accept this bot's own credentials. Whoever runs it has to check DISCORD_CLIENT_ID and "
    "DISCORD_CLIENT_SECRET."
)


class DiscordSignInAdapter:
    """Implements `DiscordSignInPort` with the application of `DiscordSignInSettings`.

    Holds no connections between two calls. Discord's own addresses are fixed below its base URL.
    """

    def __init__(self, settings: DiscordSignInSettings | None = None) -> None:
        """Use `settings`, or what the environment says."""
        self._settings = settings or DiscordSignInSettings()

    @property
    def is_configured(self) -> bool:
        """Whether there is an application to sign in with; without one both calls raise ConfigurationError."""
        return self._settings.discord_client_id is not None and self._settings.discord_client_secret is not None

    async def begin(self) -> SignInRequest:
        """See `DiscordSignInPort.begin`."""
        client_id, _ = self._client()
        state, verifier = secrets.token_urlsafe(_ENTROPY), secrets.token_urlsafe(_ENTROPY)
        auth_url: str = prepare_grant_uri(
            self._url("/oauth2/authorize"),
            client_id,
            "code",
            redirect_uri=self._settings.redirect_uri,
            scope=_SCOPE,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
        )
        return SignInRequest(auth_url=auth_url, state=SecretStr(state), code_verifier=SecretStr(verifier))

    async def who(self, code: str, code_verifier: str) -> DiscordPerson:
        """See `DiscordSignInPort.who`. The token that the code buys is used once and forgotten."""
        client_id, secret = self._client()
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "code_verifier": code_verifier,
        }
        basic = {"Authorization": aiohttp.encode_basic_auth(client_id, secret.get_secret_value())}
        async with Web() as web:
            token = _granted(await web.post_form(self._url("/api/oauth2/token"), grant, basic))
            bearer = {"Authorization": f"Bearer {token.get_secret_value()}"}
            return _person(await web.get(self._url("/api/v10/users/@me"), bearer))

    async def close(self) -> None:
        """Nothing to do: for those who close all their adapters alike."""

    def _client(self) -> tuple[str, SecretStr]:
        client_id, secret = self._settings.discord_client_id, self._settings.discord_client_secret
        if client_id is None:
            raise ConfigurationError("Discord sign-in is not set up: DISCORD_CLIENT_ID is missing.")
        if secret is None:
            raise ConfigurationError("Discord sign-in is not set up: DISCORD_CLIENT_SECRET is missing.")
        return client_id, secret

    def _url(self, path: str) -> str:
        return f"{self._settings.discord_oauth_base_url}{path}"


def _granted(answer: Answer) -> SecretStr:
    """The access token that the token endpoint answers with, good for `identify`."""
    if not answer.is_ok:
        raise _refusal(answer)
    body = answer.required_object()
    token = body.get("access_token")
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
        raise answer.unavailable()
    if str(body.get("token_type", "")).lower() != "bearer":
        raise answer.unavailable()
    if _SCOPE not in str(body.get("scope", "")).split():
        _log.warning("discord_sign_in_without_identify")
        raise SignInRefused(_UNKNOWN_PERSON)
    return SecretStr(token)


def _refusal(answer: Answer) -> ChimeraError:
    """What a status other than 200 means. Discord says `invalid_grant` of codes, `invalid_request` of verifiers."""
    code = str((answer.json_object() or {}).get("error", ""))
    _log.warning("discord_sign_in_refused", status=answer.status, error=code if _ERROR_CODE.fullmatch(code) else None)
    if answer.status == HTTPStatus.UNAUTHORIZED or (answer.status == HTTPStatus.BAD_REQUEST and code in _CLIENT_ERRORS):
        return ConfigurationError(_CLIENT_REFUSED)
    if answer.status == HTTPStatus.BAD_REQUEST and code and code not in _BUSY_ERRORS:
        return SignInRefused(_CODE_REFUSED)
    return answer.unavailable()  # a 400 in HTML is some proxy's, not Discord's verdict on the code


def _person(answer: Answer) -> DiscordPerson:
    """Whom Discord names to the bearer of the token, never whom the browser names."""
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        _log.warning("discord_identity_refused", status=answer.status)
        raise SignInRefused(_UNKNOWN_PERSON)
    user = answer.required_object()
    discord_id, name = user.get("id"), user.get("username")
    if not (isinstance(discord_id, str) and _SNOWFLAKE.fullmatch(discord_id) and isinstance(name, str) and name):
        raise answer.unavailable()
    return DiscordPerson(discord_id=discord_id, name=name)
