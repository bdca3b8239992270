"""What an id_token must be before anything in it is believed (OpenID Connect Core 3.1.3.7)."""

from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, SecretStr

from src.core.errors import SignInRefused

# Asymmetric only. `none` proves nothing, and with HS* anybody who knows the public key set could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_LEEWAY = 30  # seconds two clocks may differ


class UnknownKeyError(Exception):
    """The token names a signing key that is not among the known ones: the issuer may have rotated them."""


class Expected(BaseModel):
    """What this sign-in's id_token must say, and the algorithms its issuer signs with."""

    model_config = ConfigDict(frozen=True)

    algorithms: tuple[str, ...] = ALGORITHMS
    issuer: str
    client_id: str
    nonce: SecretStr
    access_token: SecretStr


def verified_claims(id_token: SecretStr, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """Check signature, algorithm, iss, aud, azp, exp, iat, nonce and at_hash; answer the claims.

    The algorithm must be one of `expected`, and what the key says of itself (`kty`, `alg`, `use`) must agree.

    Raises:
        UnknownKeyError: no such key; fetch the key set again, once.
        SignInRefused: any of the rest.
    """
    try:
        token = jwt.decode(id_token.get_secret_value(), keys, algorithms=expected.algorithms)
        claims = CodeIDToken(
            token.claims,
            dict(token.header),
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
            },
            params={
                "nonce": expected.nonce.get_secret_value(),
                "client_id": expected.client_id,
                "access_token": expected.access_token.get_secret_value(),
            },
        )
        claims.validate(leeway=_LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except (JoseError, ValueError, TypeError) as error:
        raise SignInRefused("Riot's answer to this sign-in does not check out, so it was not used.") from error
    return dict(claims)
