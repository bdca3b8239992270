"""RSOAdapter against an issuer that lies."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr, ValidationError

from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused, Unavailable
from tests.fakes.rso_issuer import CLIENT_ID, CLIENT_SECRET, Lies, RSOIssuer, running_issuer

Claims = dict[str, Any]


@pytest.fixture
async def issuer() -> AsyncIterator[RSOIssuer]:
    async with running_issuer() as running:
        yield running


def settings_for(issuer: RSOIssuer, **changes: Any) -> RSOSettings:
    values: dict[str, Any] = {
        "rso_client_id": CLIENT_ID,
        "rso_client_secret": CLIENT_SECRET,
        "rso_issuer_url": issuer.url,
        "riot_api_base_url": issuer.url.removesuffix("/rso"),
        "riot_api_key": None,
        "rso_private_key_file": None,
        "public_base_url": "http://127.0.0.1:8000",
    }
    return RSOSettings(**(values | changes))


@pytest.fixture
def adapter(issuer: RSOIssuer) -> RSOAdapter:
    return RSOAdapter(settings_for(issuer))


def attempt_for(request: SignInRequest, platform: Platform = Platform.NA1) -> LinkAttempt:
    return LinkAttempt(
        discord_id="1", discord_name="somebody", platform=platform, nonce=request.nonce,
        code_verifier=request.code_verifier,
    )  # fmt: skip


async def signed_in(adapter: RSOAdapter, issuer: RSOIssuer, iss: str | None = None) -> ProvenAccount:
    """Begin, sign in at the issuer, and prove."""
    request = await adapter.begin(Platform.NA1)
    callback = issuer.sign_in(request.auth_url)
    return await adapter.prove(attempt_for(request), code=callback["code"], issuer=iss)


def claim(name: str, value: Any) -> Callable[[Claims], None]:
    return lambda claims: claims.__setitem__(name, value)


def without(name: str) -> Callable[[Claims], None]:
    return lambda claims: claims.__delitem__(name)


async def test_the_account_is_the_one_riot_names_to_the_bearer(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    account = await signed_in(adapter, issuer, issuer.url)

    assert account == ProvenAccount(
        puuid="puuid-1", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"), platform=Platform.NA1
    )


async def test_accounts_me_is_asked_with_the_bearer_and_without_the_api_key(issuer: RSOIssuer) -> None:
    adapter = RSOAdapter(settings_for(issuer, riot_api_key="RGAPI-test"))

    await signed_in(adapter, issuer)

    assert issuer.me_headers[0]["Authorization"].startswith("Bearer ")
    assert "X-Riot-Token" not in issuer.me_headers[0]


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


async def test_a_rotated_key_is_fetched_once(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    await signed_in(adapter, issuer)
    issuer.key = ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"})
    issuer.published.append(issuer.key)

    await signed_in(adapter, issuer)
    await signed_in(adapter, issuer)

    assert issuer.requests.count("jwks") == 2


async def test_a_key_that_riot_does_not_publish_is_asked_for_once_and_refused(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "nobody's"})

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)

    assert issuer.requests.count("jwks") == 2


async def test_the_callbacks_issuer_is_checked_before_the_code_is_exchanged(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer, "https://evil.test")

    assert "token" not in issuer.requests


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda: web.json_response({"error": "invalid_request", "error_description": "x"}, status=400), SignInRefused),
        (lambda: web.json_response({"error": "invalid_grant"}, status=400), SignInRefused),
        (lambda: web.Response(status=400, content_type="application/json"), SignInRefused),
        (lambda: web.json_response({"error": "invalid_client"}, status=400), ConfigurationError),
        (lambda: web.json_response({"error": "unsupported_grant_type"}, status=400), ConfigurationError),
        (lambda: web.Response(status=401), ConfigurationError),
        (lambda: web.json_response({"error": "invalid_grant"}, status=429), Unavailable),
        (lambda: web.Response(text="<html>nginx</html>", content_type="text/html", status=400), Unavailable),
        (lambda: web.Response(text="<html>nginx</html>", content_type="text/html"), Unavailable),
        (lambda: web.Response(status=502), Unavailable),
        (lambda: web.json_response([]), Unavailable),
        (lambda: web.json_response({"access_token": "a", "token_type": "Bearer"}), Unavailable),
        (lambda: web.json_response({"access_token": "a", "id_token": "b", "token_type": "mac"}), Unavailable),
    ],
)
async def test_each_answer_of_the_token_endpoint_has_its_error(
    adapter: RSOAdapter, issuer: RSOIssuer, answer: Callable[[], web.Response], expected: type[ChimeraError]
) -> None:
    issuer.lies.token = answer()

    with pytest.raises(expected) as caught:
        await signed_in(adapter, issuer)

    assert type(caught.value) is expected


async def test_a_redirect_of_the_token_endpoint_is_not_followed(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.token = web.Response(status=303, headers={"Location": f"{issuer.url}/userinfo"})

    with pytest.raises(Unavailable):
        await signed_in(adapter, issuer)

    assert "userinfo" not in issuer.requests


async def test_a_server_that_does_not_speak_http_is_unavailable_and_no_secret_hangs_on_the_error(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    async def speak_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00 nonsense\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak_nonsense, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        issuer.lies.discovery = {"token_endpoint": f"http://127.0.0.1:{port}/token"}
        with pytest.raises(Unavailable) as caught:
            await signed_in(adapter, issuer)

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"puuid": "p"}, SignInRefused),
        ({"gameName": "A", "tagLine": "B"}, Unavailable),
        ({"puuid": 7, "gameName": "A", "tagLine": "B"}, Unavailable),
        (web.Response(status=403), SignInRefused),
        (web.Response(status=503), Unavailable),
        (web.Response(text="<html>", content_type="text/html"), Unavailable),
    ],
)
async def test_each_answer_of_accounts_me_has_its_error(
    adapter: RSOAdapter, issuer: RSOIssuer, answer: dict[str, Any] | web.Response, expected: type[ChimeraError]
) -> None:
    issuer.lies.account = answer

    with pytest.raises(expected):
        await signed_in(adapter, issuer)


async def test_the_platform_comes_from_the_id_token_first(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.claims = claim("cpid", "EUW1")
    issuer.cpid = "KR"

    assert (await signed_in(adapter, issuer)).platform is Platform.EUW1
    assert "userinfo" not in issuer.requests


async def test_the_platform_comes_from_userinfo_next(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.cpid = "KR"

    assert (await signed_in(adapter, issuer)).platform is Platform.KR


async def test_the_platform_comes_from_the_region_endpoint_when_rso_tells_none(issuer: RSOIssuer) -> None:
    issuer.active_region = "euw1"
    adapter = RSOAdapter(settings_for(issuer, riot_api_key="RGAPI-test"))

    assert (await signed_in(adapter, issuer)).platform is Platform.EUW1


@pytest.mark.parametrize("cpid", [None, "MOON1"])
async def test_the_platform_is_the_attempts_when_nobody_knows_better(
    issuer: RSOIssuer, adapter: RSOAdapter, cpid: str | None
) -> None:
    issuer.cpid = cpid

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1
    assert "region" not in issuer.requests  # no API key, no question


async def test_a_region_endpoint_that_refuses_costs_nothing(issuer: RSOIssuer) -> None:
    adapter = RSOAdapter(settings_for(issuer, riot_api_key="RGAPI-expired"))

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1
    assert "region" in issuer.requests


async def test_userinfo_about_somebody_else_is_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.userinfo = {"sub": "sub-of-another", "cpid": "KR"}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_userinfo_that_is_down_costs_only_the_platform(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.userinfo = web.Response(status=500)

    assert (await signed_in(adapter, issuer)).platform is Platform.NA1


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


async def test_keys_that_cannot_be_read_are_riots_trouble(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.published = []

    with pytest.raises(Unavailable):
        await signed_in(adapter, issuer)


async def test_an_issuer_that_is_down_is_unavailable(issuer: RSOIssuer, unused_tcp_port: int) -> None:
    adapter = RSOAdapter(settings_for(issuer, rso_issuer_url=f"http://127.0.0.1:{unused_tcp_port}/rso"))

    with pytest.raises(Unavailable):
        await adapter.begin(Platform.NA1)


@pytest.mark.parametrize("key", [RSAKey.generate_key(2048), ECKey.generate_key("P-256")], ids=["RSA", "EC"])
async def test_a_client_with_a_private_key_sends_a_short_lived_assertion(
    issuer: RSOIssuer, tmp_path: Path, key: RSAKey | ECKey
) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.as_pem(private=True))
    issuer.client_key = key

    await signed_in(RSOAdapter(settings_for(issuer, rso_client_secret=None, rso_private_key_file=pem)), issuer)

    (assertion,) = issuer.assertions
    assert assertion["exp"] - assertion["iat"] <= 60
    assert assertion["jti"]


@pytest.mark.parametrize("content", [None, b"nonsense", RSAKey.generate_key(2048).as_pem(private=False)])
async def test_a_private_key_file_that_holds_none_is_a_configuration_error(
    issuer: RSOIssuer, tmp_path: Path, content: bytes | None
) -> None:
    pem = tmp_path / "key.pem"
    if content is not None:
        pem.write_bytes(content)
    adapter = RSOAdapter(settings_for(issuer, rso_private_key_file=pem))

    with pytest.raises(ConfigurationError, match="RSO_PRIVATE_KEY_FILE"):
        await signed_in(adapter, issuer)


async def test_wrong_client_credentials_are_a_configuration_error(issuer: RSOIssuer) -> None:
    with pytest.raises(ConfigurationError, match="RSO_CLIENT_SECRET"):
        await signed_in(RSOAdapter(settings_for(issuer, rso_client_secret="wrong")), issuer)


@pytest.mark.parametrize("missing", ["rso_client_id", "rso_client_secret"])
async def test_without_a_client_nothing_begins(issuer: RSOIssuer, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing.upper()):
        await RSOAdapter(settings_for(issuer, **{missing: None})).begin(Platform.NA1)


@pytest.mark.parametrize("url", ["http://auth.riotgames.com", "ftp://x", "auth.riotgames.com", "http://127.0.0.1.evil"])
def test_an_issuer_over_open_http_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        RSOSettings(rso_issuer_url=url)


@pytest.mark.parametrize("url", ["https://x.test/", "http://localhost:1/rso", "http://[::1]:1", "http://127.0.0.1:1"])
def test_an_issuer_over_https_or_loopback_is_taken(url: str) -> None:
    assert RSOSettings(rso_issuer_url=url).rso_issuer_url == url.rstrip("/")


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
            seen.append(repr(await adapter.prove(attempt_for(request), code=callback["code"])))
        except ChimeraError as error:
            seen += [repr(cause) for cause in (error, error.__cause__, error.__context__)]
    text = " ".join([*seen, repr(logs)])

    secrets = [*issuer.issued, callback["code"], CLIENT_SECRET, request.nonce.get_secret_value()]
    assert not [secret for secret in secrets if secret in text]


async def test_one_adapter_serves_event_loops_one_after_another(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    def in_a_loop_of_its_own() -> SignInRequest:
        return asyncio.run(adapter.begin(Platform.NA1))

    assert await asyncio.to_thread(in_a_loop_of_its_own) != await asyncio.to_thread(in_a_loop_of_its_own)
