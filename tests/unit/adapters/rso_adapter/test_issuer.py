"""The issuer's metadata and keys: whose they are, and how often they are fetched."""

import asyncio
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from src.adapters.rso_adapter import RSOAdapter
from src.core.domain.regions import Platform
from src.core.errors import SignInRefused, Unavailable
from tests.fakes.rso_issuer import RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import settings_for, signed_in


@pytest.mark.attack
@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": "http://evil.test/token"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"authorization_endpoint": None},
    ],
)
async def test_metadata_of_another_issuer_or_over_open_http_is_not_used(
    adapter: RSOAdapter, issuer: RSOIssuer, discovery: dict[str, Any]
) -> None:
    issuer.lies.discovery = discovery

    with pytest.raises(Unavailable):
        await adapter.begin(Platform.NA1)


async def test_metadata_is_fetched_once(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    await signed_in(adapter, issuer)
    await signed_in(adapter, issuer)

    assert issuer.requests.count("discovery") == 1


async def test_a_rotated_key_is_fetched_once(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    await signed_in(adapter, issuer)
    issuer.key = ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"})
    issuer.published.append(issuer.key)

    await signed_in(adapter, issuer)
    await signed_in(adapter, issuer)

    assert issuer.requests.count("jwks") == 2


async def test_a_broken_issuer_is_not_asked_for_its_keys_again_and_again(issuer: RSOIssuer) -> None:
    now = [100.0]
    adapter = RSOAdapter(settings_for(issuer), monotonic=lambda: now[0])
    issuer.key = RSAKey.generate_key(2048, {"kid": "nobody's"})

    asked = []
    for pause in (0.0, 5.0, 4.9, 0.2):
        now[0] += pause
        with pytest.raises(SignInRefused):
            await signed_in(adapter, issuer)
        asked.append(issuer.requests.count("jwks"))

    assert asked == [2, 2, 2, 3]


async def test_sign_ins_side_by_side_look_for_a_rotated_key_once(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    await signed_in(adapter, issuer)
    issuer.key = ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"})
    issuer.published = [issuer.key]

    await asyncio.gather(*(signed_in(adapter, issuer) for _ in range(3)))

    assert issuer.requests.count("jwks") == 2


async def test_metadata_and_keys_are_believed_for_an_hour(issuer: RSOIssuer) -> None:
    now = [100.0]
    adapter = RSOAdapter(settings_for(issuer), monotonic=lambda: now[0])

    for pause in (0.0, 3599.0, 1.0):
        now[0] += pause
        await signed_in(adapter, issuer)

    assert (issuer.requests.count("discovery"), issuer.requests.count("jwks")) == (2, 2)


async def test_keys_that_cannot_be_read_are_riots_trouble(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.published = []

    with pytest.raises(Unavailable):
        await signed_in(adapter, issuer)


async def test_an_issuer_that_is_down_is_unavailable(issuer: RSOIssuer, unused_tcp_port: int) -> None:
    adapter = RSOAdapter(settings_for(issuer, rso_issuer_url=f"http://127.0.0.1:{unused_tcp_port}/rso"))

    with pytest.raises(Unavailable):
        await adapter.begin(Platform.NA1)
