"""A secret for each client."""

import base64
import hashlib
import hmac

import pytest
from pydantic import SecretStr

from src.core.domain.webhook_secret import signing_key, webhook_secret_for
from src.core.errors import InvalidInput

MASTER = b"a master key of thirty-two bytes"
SECRET = SecretStr("whsec_" + base64.b64encode(MASTER).decode())


@pytest.mark.parametrize(
    ("key_id", "text"), [("k1", b"k1"), ("k2", b"k2"), (None, b"open"), ("카이사", "카이사".encode())]
)
def test_it_is_the_hmac_of_the_keys_id(key_id: str | None, text: bytes) -> None:
    expected = base64.b64encode(hmac.new(MASTER, text, hashlib.sha256).digest()).decode()
    assert webhook_secret_for(SECRET, key_id).get_secret_value() == f"whsec_{expected}"


def test_it_is_a_webhook_secret_itself_and_nobody_elses() -> None:
    """Whoever knows one client's secret cannot sign for another, nor make any."""
    secrets = {key_id: signing_key(webhook_secret_for(SECRET, key_id)) for key_id in ("k1", "k2", None)}
    assert len({*secrets.values(), MASTER}) == 4
    assert {len(key) for key in secrets.values()} == {32}


def test_it_hides() -> None:
    secret = webhook_secret_for(SECRET, "k1")
    assert secret.get_secret_value() not in f"{secret!r} {secret}"


@pytest.mark.parametrize("size", [24, 32, 64])
def test_the_specifications_sizes_are_fine(size: int) -> None:
    assert signing_key(SecretStr("whsec_" + base64.b64encode(bytes(size)).decode())) == bytes(size)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "hunter2",
        "whsec_",
        "whsec_hunter2!",
        "whsec_" + base64.b64encode(b"hunter2").decode(),
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whpk_" + base64.b64encode(bytes(32)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whsec_" + "카" * 44,
        "whsec_" + base64.b64encode(bytes(32)).decode()[:-1],
    ],
)
def test_what_is_no_webhook_secret_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(InvalidInput, match="whsec_ and 24 to 64 bytes") as refused:
        signing_key(SecretStr(value))
    assert "hunter2" not in str(refused.value)
    with pytest.raises(InvalidInput):
        webhook_secret_for(SecretStr(value), "k1")
