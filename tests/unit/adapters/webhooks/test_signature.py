"""Signatures that others verify."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from src.adapters.webhooks.signature import signed_headers
from src.core.errors import InvalidInput

# The example of the specification's own libraries.
SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
AT = datetime.fromtimestamp(1614265330, UTC)


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Written from the specification's text, by nobody who has read `signature.py`.

    "The content to sign is composed by concatenating the id, timestamp and payload, separated by the full-stop
    character (.)"; the key is what follows `whsec_`, base64; the header is a list, separated by spaces, of version
    and base64 signature, separated by a comma; timestamps more than five minutes off are refused.
    """
    key = base64.b64decode(secret.split("whsec_")[1])
    signed = headers["webhook-id"] + "." + headers["webhook-timestamp"] + "." + body.decode()
    expected = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return abs(now - int(headers["webhook-timestamp"])) <= 300 and ["v1", expected] in given


def test_the_example_of_the_specification() -> None:
    headers = signed_headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=AT, body=b'{"test": 2432232314}', secret=SECRET
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(), st.uuids(), st.binary(min_size=24, max_size=64))
def test_a_receiver_that_follows_the_specification_accepts_it(text: str, message_id: object, key: bytes) -> None:
    body = text.encode(errors="replace")
    secret = "whsec_" + base64.b64encode(key).decode()
    headers = signed_headers(message_id=str(message_id), at=AT, body=body, secret=SecretStr(secret))
    assert verify(secret, headers, body, 1614265331)
    assert not verify(secret, headers, body + b" ", 1614265331)
    assert not verify(secret, headers | {"webhook-id": "other"}, body, 1614265331)
    assert not verify(secret, headers | {"webhook-timestamp": "1614265332"}, body, 1614265331)
    assert not verify("whsec_" + base64.b64encode(key + b"!").decode(), headers, body, 1614265331)


def test_the_timestamp_is_in_whole_seconds() -> None:
    headers = signed_headers(message_id="m", at=AT + timedelta(milliseconds=999), body=b"", secret=SECRET)
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("secret", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_???"])
def test_nothing_is_signed_with_what_is_no_secret(secret: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        signed_headers(message_id="m", at=AT, body=b"", secret=SecretStr(secret))
    assert "short" not in str(refused.value)
