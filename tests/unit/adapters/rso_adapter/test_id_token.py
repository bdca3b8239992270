"""An id_token is believed only when Riot signed it, for this client and this sign-in."""

import base64
import hmac
import json
import time
from collections.abc import Callable

import pytest
from joserfc.jwk import OctKey, RSAKey

from src.adapters.rso_adapter import RSOAdapter
from src.core.errors import SignInRefused, Unavailable
from tests.fakes.rso_issuer import CLIENT_ID, RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import Claims, claim, signed_in, without


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(claim("iss", "https://evil.test"), id="wrong iss"),
        pytest.param(without("iss"), id="no iss"),
        pytest.param(claim("aud", "another-client"), id="wrong aud"),
        pytest.param(claim("aud", [CLIENT_ID, "another-client"]), id="shared aud without azp"),
        pytest.param(claim("azp", "another-client"), id="wrong azp"),
        pytest.param(lambda claims: claims.update(aud="another-client", azp=CLIENT_ID), id="wrong aud, our azp"),
        pytest.param(without("aud"), id="no aud"),
        pytest.param(claim("nonce", "another sign-in's"), id="wrong nonce"),
        pytest.param(without("nonce"), id="no nonce"),
        pytest.param(claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), id="wrong at_hash"),
        pytest.param(claim("at_hash", ["x"]), id="at_hash of another type"),
        pytest.param(claim("exp", int(time.time()) - 60), id="expired"),
        pytest.param(without("exp"), id="no exp"),
        pytest.param(claim("exp", "never"), id="exp of another type"),
        pytest.param(claim("iat", int(time.time()) + 3600), id="issued in the future"),
        pytest.param(without("sub"), id="no sub"),
    ],
)
async def test_an_id_token_with_a_wrong_claim_is_refused_before_the_account_is_asked_for(
    adapter: RSOAdapter, issuer: RSOIssuer, change: Callable[[Claims], None]
) -> None:
    issuer.lies.claims = change

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)

    assert "me" not in issuer.requests


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unsigned(token: str) -> str:
    header = _base64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    return f"{header}.{token.split('.')[1]}."


def _other_payload(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{_base64(json.dumps(claims | {'cpid': 'KR'}).encode())}.{signature}"


@pytest.mark.parametrize(
    "tamper", [_unsigned, _other_payload, lambda _: "not a token", lambda _: "a.b.c", lambda _: ""]
)
async def test_an_id_token_that_is_not_signed_by_riot_is_refused(
    adapter: RSOAdapter, issuer: RSOIssuer, tamper: Callable[[str], str]
) -> None:
    issuer.lies.tamper = tamper

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_an_id_token_signed_with_the_public_key_as_hmac_secret_is_refused(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    (published,) = issuer.published
    assert isinstance(published, RSAKey)
    public = published.as_pem(private=False)

    def signed_with_what_everybody_knows(token: str) -> str:
        header = _base64(json.dumps({"alg": "HS256", "kid": "first"}).encode())
        content = f"{header}.{token.split('.')[1]}"
        return f"{content}.{_base64(hmac.digest(public, content.encode(), 'sha256'))}"

    issuer.lies.tamper = signed_with_what_everybody_knows

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_a_published_symmetric_key_cannot_sign(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.key = OctKey.generate_key(256, {"kid": "shared"})
    issuer.published = [OctKey.import_key(issuer.key.as_dict(private=True))]

    with pytest.raises((SignInRefused, Unavailable)):
        await signed_in(adapter, issuer)
