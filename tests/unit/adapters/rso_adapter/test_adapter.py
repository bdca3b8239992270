"""RSOAdapter as a whole: what it checks before it asks, and what it lets nobody see."""

import asyncio

import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr

from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.core.domain.binding import SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, ConfigurationError
from tests.fakes.rso_issuer import CLIENT_SECRET, Lies, RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import attempt_for, claim, settings_for, signed_in


async def test_an_issuer_that_promises_no_iss_may_leave_it_out(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.discovery = {"authorization_response_iss_parameter_supported": False}

    assert (await signed_in(adapter, issuer, iss="")).puuid == "puuid-1"


async def test_the_riot_id_and_the_platform_stay_here(adapter: RSOAdapter) -> None:
    """Who signs in is Riot's to find out."""
    request = await adapter.begin(Platform.KR, RiotId(game_name="Faker", tag_line="KR1"))

    assert "Faker" not in request.auth_url
    assert request.task is None


@pytest.mark.parametrize("missing", ["rso_client_id", "rso_client_secret"])
async def test_without_a_client_nothing_begins(issuer: RSOIssuer, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing.upper()):
        await RSOAdapter(settings_for(issuer, **{missing: None})).begin(Platform.NA1)


@pytest.mark.parametrize("lies", [Lies(), Lies(claims=claim("nonce", "wrong")), Lies(token=web.Response(status=500))])
async def test_no_token_or_secret_reaches_a_log_an_error_or_a_repr(
    adapter: RSOAdapter, issuer: RSOIssuer, lies: Lies
) -> None:
    issuer.lies = lies
    request = await adapter.begin(Platform.NA1)
    callback = issuer.sign_in(request.auth_url)
    seen: list[str] = [repr(attempt_for(request)), repr(RSOSettings(rso_client_secret=SecretStr(CLIENT_SECRET)))]

    with structlog.testing.capture_logs() as logs:
        try:
            proof = adapter.prove(attempt_for(request), code=callback["code"], issuer=callback["iss"])
            seen.append(repr(await proof))
        except ChimeraError as error:
            seen += [repr(cause) for cause in (error, error.__cause__, error.__context__)]
    text = " ".join([*seen, repr(logs)])

    secrets = [*issuer.issued, callback["code"], CLIENT_SECRET, request.nonce.get_secret_value()]
    assert not [secret for secret in secrets if secret in text]


async def test_one_adapter_serves_event_loops_one_after_another(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    def in_a_loop_of_its_own() -> SignInRequest:
        return asyncio.run(adapter.begin(Platform.NA1))

    assert await asyncio.to_thread(in_a_loop_of_its_own) != await asyncio.to_thread(in_a_loop_of_its_own)
