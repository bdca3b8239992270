"""The exchange of the code: what each answer means, and how this client proves itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from joserfc.jwk import ECKey, RSAKey

from src.adapters.rso_adapter import RSOAdapter
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused, Unavailable
from tests.fakes.rso_issuer import RSOIssuer
from tests.unit.adapters.rso_adapter.sign_ins import settings_for, signed_in


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


@pytest.mark.attack
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


async def test_a_client_secret_of_any_characters_arrives(issuer: RSOIssuer) -> None:
    issuer.client_secret = "a+b c:d%/ü"

    await signed_in(RSOAdapter(settings_for(issuer, rso_client_secret=issuer.client_secret)), issuer)


async def test_wrong_client_credentials_are_a_configuration_error(issuer: RSOIssuer) -> None:
    with pytest.raises(ConfigurationError, match="RSO_CLIENT_SECRET"):
        await signed_in(RSOAdapter(settings_for(issuer, rso_client_secret="wrong")), issuer)
