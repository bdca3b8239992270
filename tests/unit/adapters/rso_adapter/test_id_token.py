"""An id_token is believed only when Riot signed it, for this client and this sign-in."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from src.adapters.rso_adapter import RSOAdapter
from src.core.domain.regions import Platform
from src.core.errors import SignInRefused, Unavailable
from tests.fakes.rso_issuer import CLIENT_ID, RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import Claims, claim, signed_in, without

pytestmark = pytest.mark.attack


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


async def test_a_key_of_somebody_else_does_not_count_under_the_name_of_riots(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "first"})

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


@pytest.mark.parametrize("header", ["jwk", "jku"])
async def test_a_token_cannot_bring_its_own_key(adapter: RSOAdapter, issuer: RSOIssuer, header: str) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "first"})
    own: dict[str, Any] = {"jwk": issuer.key.as_dict(private=False), "jku": f"{issuer.url}/evil.json"}
    issuer.lies.header = {header: own[header]}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_a_key_that_riot_does_not_publish_is_looked_for_once_and_refused(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "nobody's"})

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)

    assert issuer.requests.count("jwks") == 2


@pytest.mark.parametrize("kid", ["first", None])
async def test_a_key_signs_with_its_own_algorithm_alone(
    adapter: RSOAdapter, issuer: RSOIssuer, kid: str | None
) -> None:
    issuer.key = without_purpose(issuer.key)
    issuer.lies.header = {"alg": "RS512", "kid": kid}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_a_key_for_encryption_signs_nothing(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.key = without_purpose(issuer.key)
    issuer.published = [RSAKey.import_key(issuer.key.as_dict(private=True) | {"use": "enc"})]
    issuer.lies.header = {"kid": None}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_a_token_that_names_none_of_several_keys_is_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.published.append(RSAKey.generate_key(2048, {"kid": "second"}))
    issuer.lies.header = {"kid": None}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_an_algorithm_that_the_issuer_does_not_name_is_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.discovery = {"id_token_signing_alg_values_supported": ["ES256"]}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


@pytest.mark.parametrize("named", [["none"], ["HS256", "none"], []])
async def test_an_issuer_that_names_no_safe_algorithm_is_not_signed_in_at(
    adapter: RSOAdapter, issuer: RSOIssuer, named: list[str]
) -> None:
    issuer.lies.discovery = {"id_token_signing_alg_values_supported": named}

    with pytest.raises(Unavailable):
        await adapter.begin(Platform.NA1)


def without_purpose(key: RSAKey | ECKey | OctKey) -> RSAKey:
    """The same key, which says of itself neither what it is for nor how it signs."""
    said = {"alg", "use"}
    return RSAKey.import_key({name: value for name, value in key.as_dict(private=True).items() if name not in said})
