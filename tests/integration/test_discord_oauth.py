"""The stand-in for Discord's sign-in over real HTTP: the code flow, and every way to get it wrong."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings
from src.bot.client import ChimeraBot
from src.core.errors import ConfigurationError, SignInRefused, Unavailable
from src.sandbox.browser import Browser
from src.sandbox.discord import DiscordSandbox, Fault
from src.sandbox.discord.oauth import DiscordOAuth
from src.sandbox.discord.oauth_grants import CLIENT_ID, CLIENT_SECRET, CODE_LIFE_S, TOKEN_LIFE_S, OAuthClient, Person
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.discord_oauth import JONAS, MARA, press, serving_oauth

BACK = "http://127.0.0.1:9/discord/callback"
CHIMERA = OAuthClient("42", "secret-of-42", (BACK,))
OTHER = OAuthClient("43", "another-secret", (BACK,))
VERIFIER = "v" * 64
CHALLENGE = str(create_s256_code_challenge(VERIFIER))  # type: ignore[no-untyped-call]


@dataclass
class Hands:
    """A browser and a client, by hand, against one server. `now` is the server's clock."""

    now: float = 1_000_000.0
    url: str = ""
    oauth: DiscordOAuth = field(init=False)
    session: aiohttp.ClientSession = field(init=False)

    def __post_init__(self) -> None:
        self.oauth = DiscordOAuth([MARA, JONAS], [CHIMERA, OTHER], clock=lambda: self.now)

    def request(self, **changes: str | None) -> dict[str, str]:
        """A good authorization request, changed; None removes a parameter."""
        good: dict[str, str | None] = {
            "client_id": CHIMERA.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "identify",
            "state": "the-state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    async def authorize(
        self, method: str = "GET", decision: str = "authorize", person: Person = MARA, **changes: Any
    ) -> tuple[int, dict[str, str], str]:
        """Open the page, or post its form: status, what a redirect carries, and the page."""
        parameters = self.request(**changes)
        form = {**parameters, "user_id": person.id, "decision": decision}
        sent: dict[str, Any] = {"params": parameters} if method == "GET" else {"data": form}
        address = f"{self.url}/oauth2/authorize"
        async with self.session.request(method, address, allow_redirects=False, **sent) as answer:
            location = answer.headers.get("Location", "")
            assert not location or location.startswith(f"{BACK}?")
            return answer.status, dict(parse_qsl(urlsplit(location).query)), await answer.text()

    async def code(self, person: Person = MARA, **changes: Any) -> str:
        """The code that somebody's consent makes."""
        _status, back, _page = await self.authorize("POST", person=person, **changes)
        return back["code"]

    async def token(self, code: str, client: OAuthClient = CHIMERA, **changes: Any) -> tuple[int, dict[str, Any]]:
        """Exchange a code by HTTP Basic, the right way but for `changes`."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        credentials = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        return await self._post(form | changes, headers)

    async def token_by_form(self, code: str, client_id: str, secret: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code with the credentials in the form."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return await self._post(form | {"client_id": client_id, "client_secret": secret}, {})

    async def me(self, authorization: str, path: str = "/api/v10/users/@me") -> tuple[int, dict[str, Any]]:
        async with self.session.get(f"{self.url}{path}", headers={"Authorization": authorization}) as answer:
            return answer.status, await answer.json()

    async def _post(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.url}/api/oauth2/token", data=form, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def hands() -> AsyncIterator[Hands]:
    hands = Hands()
    async with serving_oauth(hands.oauth) as url, aiohttp.ClientSession() as session:
        hands.url, hands.session = url, session
        yield hands


class TestPage:
    async def test_it_offers_everybody_and_loads_nothing_from_elsewhere(self, hands: Hands) -> None:
        status, _, page = await hands.authorize()
        assert status == 200
        assert "Mara" in page
        assert JONAS.id in page
        assert "<script" not in page
        assert "//" not in page.replace("http://127.0.0.1:9", "")

    async def test_what_it_repeats_is_text(self, hands: Hands) -> None:
        _, _, page = await hands.authorize(state='"><script>alert(1)</script>')
        assert "<script" not in page

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        "wrong",
        [
            {"client_id": "44"},
            {"client_id": None},
            {"redirect_uri": "https://evil.test/discord/callback"},
            {"redirect_uri": f"{BACK}/"},
            {"redirect_uri": f"{BACK}?a=b"},
            {"redirect_uri": None},
        ],
    )
    async def test_an_unknown_client_or_address_gets_a_page_and_never_a_redirect(
        self, hands: Hands, method: str, wrong: dict[str, Any]
    ) -> None:
        status, back, page = await hands.authorize(method, **wrong)
        assert (status, back) == (400, {})
        assert "cannot continue" in page

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"scope": None}, "invalid_scope"),
            ({"scope": "identify everything"}, "invalid_scope"),
            ({"state": None}, "invalid_request"),
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
        ],
    )
    async def test_other_mistakes_go_back_to_the_application(
        self, hands: Hands, method: str, wrong: dict[str, Any], error: str
    ) -> None:
        status, back, _ = await hands.authorize(method, **wrong)
        assert (status, back["error"]) == (303, error)
        assert back.get("state") == hands.request(**wrong).get("state")
        assert "code" not in back

    async def test_cancel_goes_back_without_a_code(self, hands: Hands) -> None:
        status, back, _ = await hands.authorize("POST", "cancel")
        assert (status, back["error"], back["state"]) == (303, "access_denied", "the-state")
        assert "code" not in back

    async def test_nobody_else_can_be_chosen(self, hands: Hands) -> None:
        status, back, _ = await hands.authorize("POST", person=Person("999", "x", "X"))
        assert (status, back) == (400, {})

    async def test_consent_goes_back_with_a_code_the_state_and_the_issuer(self, hands: Hands) -> None:
        _, back, _ = await hands.authorize("POST")
        assert set(back) == {"code", "state", "iss"}
        assert (back["state"], back["iss"]) == ("the-state", hands.url)


class TestToken:
    async def test_a_code_buys_a_token_that_says_who_it_is(self, hands: Hands) -> None:
        status, body = await hands.token(await hands.code(JONAS))
        assert status == 200
        assert (body["token_type"], body["scope"]) == ("Bearer", "identify")
        for path in ("/api/v10/users/@me", "/api/users/@me"):
            status, user = await hands.me(f"Bearer {body['access_token']}", path)
            assert (status, user["id"], user["username"], user["global_name"]) == (200, JONAS.id, "jonas", "Jonas")

    async def test_credentials_may_be_in_the_form(self, hands: Hands) -> None:
        assert (await hands.token_by_form(await hands.code(), CHIMERA.client_id, CHIMERA.secret))[0] == 200

    @pytest.mark.parametrize(("client_id", "secret"), [("42", "wrong"), ("42", ""), ("44", CHIMERA.secret), ("", "")])
    async def test_wrong_credentials_are_refused_and_leave_the_code(
        self, hands: Hands, client_id: str, secret: str
    ) -> None:
        code = await hands.code()
        assert await hands.token_by_form(code, client_id, secret) == (401, {"error": "invalid_client"})
        assert (await hands.token(code))[0] == 200

    async def test_a_code_is_good_once(self, hands: Hands) -> None:
        code = await hands.code()
        await hands.token(code)
        status, body = await hands.token(code)
        assert (status, body["error"]) == (400, "invalid_grant")

    async def test_a_code_is_good_for_a_minute(self, hands: Hands) -> None:
        early, late = await hands.code(), await hands.code()
        hands.now += CODE_LIFE_S - 1
        assert (await hands.token(early))[0] == 200
        hands.now += 1
        assert (await hands.token(late))[1]["error"] == "invalid_grant"

    async def test_a_code_of_another_client_is_refused(self, hands: Hands) -> None:
        code = await hands.code(client_id=OTHER.client_id)
        assert (await hands.token(code, CHIMERA))[1]["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"redirect_uri": f"{BACK}/"}, "invalid_grant"),
            ({"redirect_uri": ""}, "invalid_grant"),
            ({"code_verifier": "w" * 64}, "invalid_grant"),
            ({"code_verifier": CHALLENGE}, "invalid_grant"),
            ({"code_verifier": ""}, "invalid_request"),
            ({"code_verifier": "v" * 42}, "invalid_request"),
            ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ],
    )
    async def test_what_does_not_go_with_the_code_is_refused(
        self, hands: Hands, wrong: dict[str, Any], error: str
    ) -> None:
        code = await hands.code()
        status, body = await hands.token(code, **wrong)
        assert (status, body["error"]) == (400, error)
        if error != "unsupported_grant_type":
            assert (await hands.token(code))[1]["error"] == "invalid_grant", "the code is spent"


class TestIdentity:
    @pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bot nonsense", ""])
    async def test_without_a_token_nobody_is_named(self, hands: Hands, authorization: str) -> None:
        assert await hands.me(authorization) == (401, {"message": "401: Unauthorized", "code": 0})

    async def test_a_token_without_identify_names_nobody(self, hands: Hands) -> None:
        _, body = await hands.token(await hands.code(scope="guilds"))
        assert body["scope"] == "guilds"
        assert (await hands.me(f"Bearer {body['access_token']}"))[0] == 401

    async def test_a_token_ends(self, hands: Hands) -> None:
        _, body = await hands.token(await hands.code())
        hands.now += TOKEN_LIFE_S
        assert (await hands.me(f"Bearer {body['access_token']}"))[0] == 401


class TestChimera:
    """Chimera's own client against the stand-in, with something not as it should be."""

    @pytest.fixture
    def oauth(self) -> DiscordOAuth:
        return DiscordOAuth([MARA, JONAS], [CHIMERA, OTHER])

    @pytest.fixture
    async def url(self, oauth: DiscordOAuth) -> AsyncIterator[str]:
        async with serving_oauth(oauth) as url:
            yield url

    def adapter(
        self, url: str, client: OAuthClient = CHIMERA, public: str = "http://127.0.0.1:9"
    ) -> DiscordSignInAdapter:
        settings = DiscordSignInSettings(
            discord_client_id=client.client_id,
            discord_client_secret=SecretStr(client.secret),
            discord_oauth_base_url=url,
            public_base_url=public,
            _env_file=None,
        )
        return DiscordSignInAdapter(settings)

    @pytest.mark.attack
    async def test_a_code_that_another_client_got_is_no_proof(self, url: str) -> None:
        """Whoever runs another application has people's codes for that one, not for ours."""
        request = await self.adapter(url, OTHER).begin()
        back = await press(request.auth_url, JONAS)
        with pytest.raises(SignInRefused):
            await self.adapter(url).who(back["code"], request.code_verifier.get_secret_value())

    @pytest.mark.attack
    async def test_an_address_that_is_not_registered_gets_no_code(self, url: str) -> None:
        request = await self.adapter(url, public="http://127.0.0.1:10").begin()
        with pytest.raises(KeyError, match="Location"):
            await press(request.auth_url, MARA)

    @pytest.mark.attack
    async def test_a_consent_narrowed_in_the_address_bar_is_refused(self, url: str) -> None:
        request = await self.adapter(url).begin()
        back = await press(request.auth_url.replace("scope=identify", "scope=guilds"), MARA)
        with pytest.raises(SignInRefused):
            await self.adapter(url).who(back["code"], request.code_verifier.get_secret_value())

    @pytest.mark.attack
    async def test_a_challenge_of_ones_own_does_not_go_with_our_verifier(self, url: str) -> None:
        request = await self.adapter(url).begin()
        query = dict(parse_qsl(urlsplit(request.auth_url).query))
        back = await press(request.auth_url.replace(query["code_challenge"], CHALLENGE), JONAS)
        with pytest.raises(SignInRefused):
            await self.adapter(url).who(back["code"], request.code_verifier.get_secret_value())

    async def test_a_wrong_secret_is_for_whoever_runs_it_to_mend(self, url: str) -> None:
        adapter = self.adapter(url, OAuthClient(CHIMERA.client_id, "wrong"))
        request = await adapter.begin()
        back = await press(request.auth_url, MARA)
        with pytest.raises(ConfigurationError):
            await adapter.who(back["code"], request.code_verifier.get_secret_value())

    @pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me"])
    async def test_a_fault_hits_a_sign_in_as_often_as_told(self, url: str, oauth: DiscordOAuth, path: str) -> None:
        oauth.faults.append(Fault("*", path, 503))
        adapter, outcomes = self.adapter(url), []
        for _ in range(2):
            request = await adapter.begin()
            back = await press(request.auth_url, MARA)
            try:
                outcomes.append((await adapter.who(back["code"], request.code_verifier.get_secret_value())).name)
            except Unavailable:
                outcomes.append("unavailable")
        assert outcomes == ["unavailable", "mara"]

    async def test_an_answer_lost_after_the_exchange_costs_the_code(self, url: str, oauth: DiscordOAuth) -> None:
        oauth.faults.append(Fault("POST", "/oauth2/token", 502, after_effect=True))
        adapter = self.adapter(url)
        request = await adapter.begin()
        back = await press(request.auth_url, MARA)
        with pytest.raises(Unavailable):
            await adapter.who(back["code"], request.code_verifier.get_secret_value())
        with pytest.raises(SignInRefused):
            await adapter.who(back["code"], request.code_verifier.get_secret_value())


class TestInTheSandbox:
    """The sandbox's own people sign in at the bridge."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[DiscordSandbox]:
        async with DiscordSandbox() as world:
            yield world

    def adapter(self, world: DiscordSandbox) -> DiscordSignInAdapter:
        settings = DiscordSignInSettings(
            discord_client_id=CLIENT_ID,
            discord_client_secret=SecretStr(CLIENT_SECRET),
            discord_oauth_base_url=world.oauth_url,
            _env_file=None,
        )
        return DiscordSignInAdapter(settings)

    @pytest.mark.parametrize("name", ["mara", "jonas"])
    async def test_they_are_who_typed_the_commands(self, world: DiscordSandbox, name: str) -> None:
        await world.attach(ChimeraBot(FakeBotServices()))
        request = await self.adapter(world).begin()
        back = await press(request.auth_url, Person(str(world.user(name).id), name, name))
        person = await self.adapter(world).who(back["code"], request.code_verifier.get_secret_value())
        assert (person.discord_id, person.name) == (str(world.user(name).id), name)

    async def test_a_browser_finds_its_way_through_the_page(self, world: DiscordSandbox) -> None:
        await world.attach(ChimeraBot(FakeBotServices()))
        request = await self.adapter(world).begin()
        async with Browser() as browser:
            page = await browser.open(request.auth_url)
        (form,) = page.forms
        assert form.choices["user_id"] == [str(world.user(name).id) for name in ("mara", "jonas")]
        assert form.choices["decision"] == ["authorize", "cancel"]

    async def test_before_a_bot_is_attached_nobody_is_there(self, world: DiscordSandbox) -> None:
        request = await self.adapter(world).begin()
        async with Browser() as browser:
            page = await browser.open(request.auth_url)
        assert "user_id" not in page.forms[0].choices

    async def test_the_bots_token_still_names_the_bot(self, world: DiscordSandbox) -> None:
        await world.attach(ChimeraBot(FakeBotServices()))
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bot {world.bot_token}"}) as http,
            http.get(f"{world.bridge_url}/users/@me") as answer,
        ):
            assert (await answer.json())["username"] == "Chimera"

    async def test_a_persons_token_is_none_of_the_bots(self, world: DiscordSandbox) -> None:
        await world.attach(ChimeraBot(FakeBotServices()))
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bearer x"}) as http,
            http.post(f"{world.bridge_url}/users/@me/channels", json={"recipient_id": "1"}) as answer,
        ):
            assert answer.status == 401
