"""Signatures as Standard Webhooks has them (https://www.standardwebhooks.com, "Verifying webhook authenticity")."""

import base64
import hashlib
import hmac
from datetime import datetime

from pydantic import SecretStr

from src.core.domain.webhook_secret import signing_key


def signed_headers(*, message_id: str, at: datetime, body: bytes, secret: SecretStr) -> dict[str, str]:
    """The three headers of a message: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.

    `secret` is the receiver's, `whsec_...`. The timestamp is in whole seconds since 1970.

    Raises:
        InvalidInput: it is no webhook secret.
    """
    timestamp = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.digest(signing_key(secret), content, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
