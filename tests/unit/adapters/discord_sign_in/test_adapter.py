"""What each of Discord's answers means, and what the adapter lets nobody see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import structlog
from aiohttp import web
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings
from src.adapters.discord_sign_in import web as sign_in_web
from src.core.domain.binding import SignInRequest
from src.core.errors import ChimeraError, ConfigurationError, SignInRefused, Unavailable
from tests.fakes.discord_oauth import GRANTED, MARA, TOKEN, Reply, ScriptedDiscord, serving

SECRET = "client-secret-1"
VERIFIER = "v" * 43
CODE = "the-code-1"


@pytest.fixture
def discord() -> ScriptedDiscord:
    return ScriptedDiscord()


@pytest.fixture
async def adapter(discord: ScriptedDiscord) -> AsyncIterator[DiscordSignInAdapter]:
    async with serving(discord.add_to) as url:
        yield DiscordSignInAdapter(settings_at(url))


def settings_at(url: str, **changes: Any) -> DiscordSignInSettings:
    values: dict[str, Any] = {
        "discord_client_id": "42",
        "discord_client_secret": SECRET,
        "discord_oauth_base_url": url,
        "public_base_url": "https://chimera.example",
        "_env_file": None,
    }
    return DiscordSignInSettings(**(values | changes))


def json_of(status: int = 200, **body: Any) -> Reply:
    return lambda: web.json_response(body, status=status)


def text_of(status: int, text: str = "<html>proxy</html>", **headers: str) -> Reply:
    return lambda: web.Response(text=text, content_type="text/html", status=status, headers=headers)


def granted(**changes: Any) -> Reply:
    body = {name: value for name, value in (GRANTED | changes).items() if value is not None}
    return json_of(**body)


class TestBegin:
    async def test_the_address_asks_for_identify_and_nothing_else(self, adapter: DiscordSignInAdapter) -> None:
        request = await adapter.begin()
        parts = urlsplit(request.auth_url)
        assert parts.path == "/oauth2/authorize"
        assert parse_qs(parts.query) == {
            "response_type": ["code"],
            "client_id": ["42"],
            "redirect_uri": ["https://chimera.example/discord/callback"],
            "scope": ["identify"],
            "state": [request.state.get_secret_value()],
            "code_challenge": [create_s256_code_challenge(request.code_verifier.get_secret_value())],  # type: ignore[no-untyped-call]
            "code_challenge_method": ["S256"],
        }

    async def test_state_and_verifier_have_256_random_bits(self, adapter: DiscordSignInAdapter) -> None:
        request = await adapter.begin()
        assert len(request.state.get_secret_value()) == len(request.code_verifier.get_secret_value()) == 43

    @pytest.mark.parametrize("missing", ["discord_client_id", "discord_client_secret"])
    async def test_what_is_missing_is_named(self, missing: str) -> None:
        adapter = DiscordSignInAdapter(settings_at("https://discord.com", **{missing: None}))
        with pytest.raises(ConfigurationError, match=missing.upper()):
            await adapter.begin()


class TestWho:
    async def test_the_code_is_exchanged_as_the_protocol_wants_it(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord
    ) -> None:
        person = await adapter.who(CODE, VERIFIER)
        assert (person.discord_id, person.name) == (MARA.id, "mara")
        assert discord.asked == ["/api/oauth2/token", "/api/v10/users/@me"]
        assert discord.headers[0]["Authorization"] == aiohttp.encode_basic_auth("42", SECRET)
        assert discord.headers[1]["Authorization"] == f"Bearer {TOKEN}"
        assert all(headers["User-Agent"].startswith("DiscordBot (") for headers in discord.headers)
        assert discord.forms == [
            {
                "grant_type": "authorization_code",
                "code": CODE,
                "redirect_uri": "https://chimera.example/discord/callback",
                "code_verifier": VERIFIER,
            }
        ]

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (json_of(400, error="invalid_grant"), SignInRefused),
            (json_of(400, error="invalid_request", error_description='Invalid "code_verifier"'), SignInRefused),
            (json_of(400, error="invalid_client"), ConfigurationError),
            (json_of(401, error="invalid_client"), ConfigurationError),
            (json_of(401), ConfigurationError),
            (json_of(400, error="unsupported_grant_type"), ConfigurationError),
            (json_of(400, error="server_error"), Unavailable),
            (json_of(429, message="You are being rate limited."), Unavailable),
            (json_of(500, error="invalid_grant"), Unavailable),
            (text_of(502), Unavailable),
            (text_of(403), Unavailable),
            (text_of(400), Unavailable),
            (text_of(200), Unavailable),
            (lambda: web.json_response(["a"]), Unavailable),
            (lambda: web.json_response({"error": ["invalid_client"]}, status=400), SignInRefused),
            (lambda: web.Response(status=400), Unavailable),
            (granted(access_token=None), Unavailable),
            (granted(access_token=7), Unavailable),
            (granted(access_token="a\r\nX-Evil: 1"), Unavailable),
            (granted(token_type=None), Unavailable),
            (granted(token_type="mac"), Unavailable),
            (granted(scope=None), SignInRefused),
            (granted(scope="guilds"), SignInRefused),
            (granted(scope="identify.premium"), SignInRefused),
        ],
    )
    async def test_each_answer_of_the_token_endpoint_has_its_error_and_nobody_is_asked_for(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, answer: Reply, expected: type[ChimeraError]
    ) -> None:
        discord.token = answer
        with pytest.raises(expected) as caught:
            await adapter.who(CODE, VERIFIER)
        assert type(caught.value) is expected
        assert discord.asked == ["/api/oauth2/token"]

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (json_of(401, message="401: Unauthorized", code=0), SignInRefused),
            (json_of(403), SignInRefused),
            (json_of(429), Unavailable),
            (text_of(503), Unavailable),
            (text_of(200), Unavailable),
            (json_of(username="mara"), Unavailable),
            (json_of(id=7, username="mara"), Unavailable),
            (json_of(id="", username="mara"), Unavailable),
            (json_of(id="1 OR 1", username="mara"), Unavailable),
            (json_of(id="٣", username="mara"), Unavailable),
            (json_of(id="7"), Unavailable),
        ],
    )
    async def test_each_answer_of_the_identity_endpoint_has_its_error(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, answer: Reply, expected: type[ChimeraError]
    ) -> None:
        discord.identity = answer
        with pytest.raises(expected) as caught:
            await adapter.who(CODE, VERIFIER)
        assert type(caught.value) is expected

    async def test_a_client_that_discord_refuses_names_both_settings(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord
    ) -> None:
        discord.token = json_of(401, error="invalid_client")
        with pytest.raises(ConfigurationError, match="DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET"):
            await adapter.who(CODE, VERIFIER)

    @pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("0.25", 0.25), ("soon", None), ("nan", None)])
    @pytest.mark.parametrize("limited", ["token", "identity"])
    async def test_how_long_discord_asks_to_wait_is_passed_on(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, limited: str, told: str, seconds: float | None
    ) -> None:
        setattr(discord, limited, text_of(429, **{"Retry-After": told}))
        with pytest.raises(Unavailable) as caught:
            await adapter.who(CODE, VERIFIER)
        assert caught.value.retry_after == seconds

    @pytest.mark.parametrize("moved", ["token", "identity"])
    async def test_a_redirect_is_not_followed(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, moved: str
    ) -> None:
        setattr(discord, moved, text_of(307, Location="/api/elsewhere"))
        with pytest.raises(Unavailable):
            await adapter.who(CODE, VERIFIER)
        assert len(discord.asked) == (1 if moved == "token" else 2)

    async def test_a_discord_that_takes_too_long_is_unavailable(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        discord.delay = 5.0
        monkeypatch.setattr(sign_in_web, "_TIME_LIMIT", aiohttp.ClientTimeout(total=0.05))
        with pytest.raises(Unavailable):
            await adapter.who(CODE, VERIFIER)


class TestSecrets:
    @pytest.mark.parametrize(
        ("token", "identity"),
        [
            (granted(), None),
            (granted(scope="guilds"), None),
            (json_of(400, error="invalid_grant", error_description=f"{CODE} {TOKEN}"), None),
            (json_of(400, error=CODE), None),
            (granted(), text_of(500, f"Bearer {TOKEN}")),
        ],
    )
    async def test_none_reaches_a_log_an_error_or_a_repr(
        self, adapter: DiscordSignInAdapter, discord: ScriptedDiscord, token: Reply, identity: Reply | None
    ) -> None:
        discord.token, discord.identity = token, identity or discord.identity
        request = await adapter.begin()
        seen = [repr(adapter), repr(settings_at("https://discord.com")), repr(request).replace(request.auth_url, "")]
        with structlog.testing.capture_logs() as logs:
            try:
                seen.append(repr(await adapter.who(CODE, VERIFIER)))
            except ChimeraError as error:
                seen += [f"{one!r} {one}" for one in (error, error.__cause__, error.__context__)]
        text = " ".join([*seen, repr(logs)])
        hidden = [TOKEN, "a-refresh-token", CODE, VERIFIER, SECRET, request.state.get_secret_value()]
        assert not [secret for secret in hidden if secret in text]

    async def test_none_hangs_on_the_error_of_a_server_that_speaks_no_http(self) -> None:
        async def speak_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"\x00 nonsense\r\n\r\n")
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(speak_nonsense, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(Unavailable) as caught:
                await DiscordSignInAdapter(settings_at(f"http://127.0.0.1:{port}")).who(CODE, VERIFIER)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)

    async def test_one_adapter_serves_event_loops_one_after_another(self, adapter: DiscordSignInAdapter) -> None:
        def in_a_loop_of_its_own() -> SignInRequest:
            return asyncio.run(adapter.begin())

        assert await asyncio.to_thread(in_a_loop_of_its_own) != await asyncio.to_thread(in_a_loop_of_its_own)
