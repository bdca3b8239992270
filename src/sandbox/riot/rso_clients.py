"""How a client proves at the token endpoint who it is."""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from src.sandbox.riot.rso_grants import RsoClient

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticated(client: RsoClient, authorization: str, form: Mapping[str, str], issuer: str) -> bool:
    """Check `client_secret_basic`, `client_secret_post` or `private_key_jwt`, whichever was used."""
    if "client_assertion" in form:
        return form.get("client_assertion_type") == _ASSERTION_TYPE and _signed(
            client, form["client_assertion"], issuer
        )
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "basic":
        client_id, secret = _basic(credentials)
    else:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    return _same(client_id, client.client_id) and bool(client.secret) and _same(secret, client.secret)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _basic(credentials: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _signed(client: RsoClient, assertion: str, issuer: str) -> bool:
    """A JWT by the client about itself, for us, not expired. Riot's own example lives a hundred years."""
    if client.public_key_pem is None:
        return False
    try:
        token = jwt.decode(assertion, RSAKey.import_key(client.public_key_pem), algorithms=["RS256", "PS256"])
    except (JoseError, ValueError):
        return False
    claims = token.claims
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return (
        claims.get("iss") == claims.get("sub") == client.client_id
        and bool({issuer, f"{issuer}/token"} & set(audiences))
        and float(claims.get("exp", 0)) > time.time()
    )
