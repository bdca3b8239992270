"""A sign-in from beginning to proof, and lies about its claims."""

from collections.abc import Callable
from typing import Any

from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from tests.fakes.rso_issuer import CLIENT_ID, CLIENT_SECRET, RSOIssuer

Claims = dict[str, Any]


def settings_for(issuer: RSOIssuer, **changes: Any) -> RSOSettings:
    values: dict[str, Any] = {
        "rso_client_id": CLIENT_ID,
        "rso_client_secret": CLIENT_SECRET,
        "rso_issuer_url": issuer.url,
        "riot_api_base_url": issuer.url.removesuffix("/rso"),
        "rso_private_key_file": None,
        "public_base_url": "http://127.0.0.1:8000",
    }
    return RSOSettings(**(values | changes))


def attempt_for(request: SignInRequest, platform: Platform = Platform.NA1) -> LinkAttempt:
    return LinkAttempt(
        discord_id="1", discord_name="somebody", platform=platform, nonce=request.nonce,
        code_verifier=request.code_verifier,
    )  # fmt: skip


async def signed_in(adapter: RSOAdapter, issuer: RSOIssuer, **callback: str | None) -> ProvenAccount:
    """Begin, sign in at the issuer, and prove with the parameters of its callback, or with others in their place."""
    request = await adapter.begin(Platform.NA1)
    answer: dict[str, str | None] = {**issuer.sign_in(request.auth_url), **callback}
    return await adapter.prove(attempt_for(request), code=answer["code"] or "", issuer=answer["iss"])


def claim(name: str, value: Any) -> Callable[[Claims], None]:
    return lambda claims: claims.__setitem__(name, value)


def without(name: str) -> Callable[[Claims], None]:
    return lambda claims: claims.__delitem__(name)
