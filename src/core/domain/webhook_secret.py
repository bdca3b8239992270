"""Webhook secrets: one per client, all from one setting.

A client's secret is `HMAC-SHA256(WEBHOOK_SECRET, key id)`: nothing to store, and no client can sign for another.
Written as Standard Webhooks does (https://www.standardwebhooks.com): `whsec_` and base64.
"""

import base64
import binascii
import hashlib
import hmac

from pydantic import SecretStr

from src.core.errors import InvalidInput

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes, as the specification says
_NO_KEY = "open"


def webhook_secret_for(secret: SecretStr, key_id: str | None) -> SecretStr:
    """The secret that signs what the client with this API key gets; `None`: whoever calls an open API.

    `secret` is the setting WEBHOOK_SECRET.

    Raises:
        InvalidInput: it is no webhook secret.
    """
    derived = hmac.digest(signing_key(secret), (key_id or _NO_KEY).encode(), hashlib.sha256)
    return SecretStr(_PREFIX + base64.b64encode(derived).decode())


def signing_key(secret: SecretStr) -> bytes:
    """The bytes that a `whsec_...` stands for.

    Raises:
        InvalidInput: it is no webhook secret.
    """
    prefix, _, encoded = secret.get_secret_value().partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if prefix != _PREFIX.rstrip("_") or not _SHORTEST <= len(key) <= _LONGEST:
        raise InvalidInput(f"a webhook secret is {_PREFIX} and {_SHORTEST} to {_LONGEST} bytes in base64")
    return key
