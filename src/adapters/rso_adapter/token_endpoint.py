"""The exchange of a code for tokens, with either way of saying who this client is."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import structlog
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, ConfigDict, SecretStr

from src.adapters.rso_adapter.settings import RSOSettings
from src.adapters.rso_adapter.web import TRY_AGAIN, Answer, Web
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused, Unavailable

_log = structlog.get_logger(__name__)

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME = 60  # seconds
_EC_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}

_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"})
_BUSY_ERRORS = frozenset({"server_error", "temporarily_unavailable"})
_CODE_REFUSED = "Riot no longer accepts this sign-in: it has expired or was used already."
_CLIENT_REFUSED = (
    "Riot does not accept this bot's own credentials. Whoever runs it has to check RSO_CLIENT_ID and "
    "RSO_CLIENT_SECRET (or RSO_PRIVATE_KEY_FILE)."
)


class Tokens(BaseModel):
    """What a code buys. Nothing of it outlives the sign-in."""

    model_config = ConfigDict(frozen=True)

    access_token: SecretStr
    id_token: SecretStr


class Client:
    """This bot as the issuer knows it.

    Raises:
        ConfigurationError: no client is set, or it has neither secret nor private key.
    """

    def __init__(self, settings: RSOSettings) -> None:
        if settings.rso_client_id is None:
            raise ConfigurationError("Riot sign-in is not set up: RSO_CLIENT_ID is missing.")
        if settings.rso_client_secret is None and settings.rso_private_key_file is None:
            raise ConfigurationError(
                "Riot sign-in is not set up: RSO_CLIENT_SECRET or RSO_PRIVATE_KEY_FILE is missing."
            )
        self.id = settings.rso_client_id
        self._settings = settings

    def authentication(self, token_endpoint: str) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and form fields that authenticate: private_key_jwt where a key is set, else client_secret_basic."""
        secret = self._settings.rso_client_secret
        if self._settings.rso_private_key_file is None and secret is not None:
            # RFC 6749, 2.3.1: both are form-encoded first.
            name, password = quote_plus(self.id), quote_plus(secret.get_secret_value())
            return {"Authorization": aiohttp.encode_basic_auth(name, password)}, {}
        return {}, {
            "client_id": self.id,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(token_endpoint),
        }

    def _assertion(self, token_endpoint: str) -> str:
        """A JWT that says "I am this client", good for this endpoint and one minute (RFC 7523)."""
        key = self._private_key()
        algorithm = "RS256" if isinstance(key, RSAKey) else _EC_ALGORITHMS[key.curve_name]
        return private_key_jwt_sign(key, self.id, token_endpoint, alg=algorithm, expires_in=_ASSERTION_LIFETIME)

    def _private_key(self) -> RSAKey | ECKey:
        path = self._settings.rso_private_key_file
        if path is None:
            raise ConfigurationError("RSO_PRIVATE_KEY_FILE is missing.")
        try:
            pem = path.read_bytes()
        except OSError as error:
            raise ConfigurationError("RSO_PRIVATE_KEY_FILE cannot be read.") from error
        for kind in (RSAKey, ECKey):
            try:
                key = kind.import_key(pem)
            except (JoseError, ValueError, TypeError):
                continue
            if key.is_private:
                return key
        raise ConfigurationError("RSO_PRIVATE_KEY_FILE holds no unencrypted RSA or EC private key in PEM form.")


async def exchange(web: Web, endpoint: str, client: Client, grant: dict[str, str]) -> Tokens:
    """Buy tokens with the code in `grant`.

    Raises:
        SignInRefused: the code is wrong, used or expired, or its verifier is.
        ConfigurationError: Riot refuses the client itself.
        Unavailable: Riot does not answer properly.
    """
    headers, fields = client.authentication(endpoint)
    answer = await web.post_form(endpoint, grant | fields, headers)
    if not answer.is_ok:
        raise _refusal(answer)
    body = answer.required_object()
    access_token, id_token = body.get("access_token"), body.get("id_token")
    if not (isinstance(access_token, str) and isinstance(id_token, str) and _is_bearer(body)):
        raise Unavailable(TRY_AGAIN)
    return Tokens(access_token=SecretStr(access_token), id_token=SecretStr(id_token))


def _is_bearer(body: dict[str, Any]) -> bool:
    return str(body.get("token_type", "")).lower() == "bearer"


def _refusal(answer: Answer) -> ChimeraError:
    """What a status other than 200 means.

    Riot answers a bad code with 400 and `invalid_request`, with `invalid_grant`, or with an empty body.
    """
    code = str((answer.json_object() or {}).get("error", ""))
    _log.warning("rso_token_refused", status=answer.status, error=code if _ERROR_CODE.fullmatch(code) else None)
    if code in _CLIENT_ERRORS or answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ConfigurationError(_CLIENT_REFUSED)
    if code in _BUSY_ERRORS or answer.status != HTTPStatus.BAD_REQUEST:
        return Unavailable(TRY_AGAIN)
    if code or not answer.body:
        return SignInRefused(_CODE_REFUSED)
    return Unavailable(TRY_AGAIN)  # a 400 in HTML is some proxy's, not Riot's verdict on the code
