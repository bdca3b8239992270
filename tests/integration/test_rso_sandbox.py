"""The sign-on stand-in over real HTTP: the code flow, and every way to get it wrong."""

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from src.sandbox.riot import FaultRule, RiotSandbox, RsoClient, World
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.rso_grants import s256

pytest_plugins = ("tests.sandbox_fixtures",)

_REDIRECT = "http://127.0.0.1:9/rso/callback"
_CLIENT = RsoClient("chimera", (_REDIRECT,), secret="a secret: with/odd+signs")
_VERIFIER = "v" * 64
_CODE_ERROR = "Invalid or expired authorization code, redirection URI mismatch, or PKCE verification failure"


@dataclass
class Flow:
    """A browser and a client against one sign-on server."""

    sandbox: RiotSandbox
    session: aiohttp.ClientSession

    @property
    def issuer(self) -> str:
        return self.sandbox.rso_issuer_url

    def request(self, **changes: str | None) -> dict[str, str]:
        """A good authorization request, changed; None removes a parameter."""
        parameters: dict[str, str | None] = {
            "client_id": _CLIENT.client_id,
            "redirect_uri": _REDIRECT,
            "response_type": "code",
            "scope": "openid cpid",
            "state": "the-state",
            "nonce": "the-nonce",
            "code_challenge": s256(_VERIFIER),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**parameters, **changes}.items() if value is not None}

    async def authorize(self, parameters: dict[str, str]) -> tuple[int, dict[str, str], str]:
        """GET the page: status, what a redirect carries, and the page."""
        url = f"{self.issuer}/authorize"
        async with self.session.get(url, params=parameters, allow_redirects=False) as response:
            return response.status, _redirected(response), await response.text()

    async def decide(self, player: Player, decision: str = "allow", **changes: str | None) -> dict[str, str]:
        """Press a button on the page; what the redirect carries."""
        form = {**self.request(**changes), "puuid": player.puuid, "decision": decision}
        async with self.session.post(f"{self.issuer}/authorize", data=form, allow_redirects=False) as response:
            assert response.status == 303
            return _redirected(response)

    async def token(self, form: dict[str, str], *, basic: tuple[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """POST to the token endpoint."""
        headers = {}
        if basic:
            credentials = ":".join(quote(part, safe="") for part in basic)
            headers["Authorization"] = f"Basic {base64.b64encode(credentials.encode()).decode()}"
        async with self.session.post(f"{self.issuer}/token", data=form, headers=headers) as response:
            return response.status, await response.json()

    async def exchange(self, code: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code as this client, the right way but for `changes`."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": _REDIRECT, "code_verifier": _VERIFIER}
        return await self.token({**form, **changes}, basic=(_CLIENT.client_id, _CLIENT.secret))


@pytest_asyncio.fixture
async def flow(riot_world: World) -> AsyncIterator[Flow]:
    async with RiotSandbox(riot_world, client=_CLIENT) as sandbox, aiohttp.ClientSession() as session:
        yield Flow(sandbox, session)


def _redirected(response: aiohttp.ClientResponse) -> dict[str, str]:
    location = response.headers.get("Location", "")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def test_discovery_names_the_endpoints(flow: Flow) -> None:
    async with flow.session.get(f"{flow.issuer}/.well-known/openid-configuration") as response:
        document = await response.json()
    assert document["issuer"] == flow.issuer
    assert document["token_endpoint"] == f"{flow.issuer}/token"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True


async def test_the_page_offers_the_accounts_and_loads_nothing(flow: Flow, riot_world: World) -> None:
    status, _, page = await flow.authorize(flow.request())
    assert status == 200
    for player in riot_world.players():
        assert player.puuid in page
        assert player.game_name in page
    assert "src=" not in page
    assert "href=" not in page


async def test_what_the_client_sends_is_escaped(flow: Flow) -> None:
    _, _, page = await flow.authorize(flow.request(state='"><script>alert(1)</script>'))
    assert "<script>" not in page


async def test_the_whole_flow_ends_in_a_signed_identity(flow: Flow, riot_world: World) -> None:
    player = riot_world.players()[2]
    answer = await flow.decide(player)
    assert (answer["state"], answer["iss"]) == ("the-state", flow.issuer)
    status, tokens = await flow.exchange(answer["code"])
    assert status == 200
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3_600, "openid cpid")
    async with flow.session.get(f"{flow.issuer}/jwks.json") as response:
        keys = KeySet.import_key_set(await response.json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == (flow.issuer, _CLIENT.client_id, player.puuid)
    assert claims["nonce"] == "the-nonce"
    assert claims["acct"] == {"game_name": player.game_name, "tag_line": player.tag_line}
    assert claims["lol"] == [{"cpid": player.platform}]
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["iat"] <= time.time() < claims["exp"]


async def test_the_access_token_opens_userinfo_and_accounts_me(flow: Flow, riot_world: World) -> None:
    player = riot_world.main
    _, tokens = await flow.exchange((await flow.decide(player))["code"])
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    async with flow.session.get(f"{flow.issuer}/userinfo", headers=bearer) as response:
        info = await response.json()
    assert (info["sub"], info["cpid"]) == (player.puuid, "NA1")
    me = flow.sandbox.riot_base_url.format(host="europe") + "/riot/account/v1/accounts/me"
    async with flow.session.get(me, headers=bearer) as response:
        assert await response.json() == {
            "puuid": player.puuid,
            "gameName": player.game_name,
            "tagLine": player.tag_line,
        }
    for wrong in ({}, {"Authorization": "Bearer made-up"}, {"X-Riot-Token": "RGAPI-test"}):
        async with flow.session.get(me, headers=wrong) as response:
            assert response.status == 401
    async with flow.session.get(f"{flow.issuer}/userinfo") as response:
        assert response.status == 401


async def test_userinfo_can_lack_the_cpid(riot_world: World) -> None:
    sandbox = RiotSandbox(riot_world, client=_CLIENT, cpid_in_userinfo=False)
    async with sandbox, aiohttp.ClientSession() as session:
        flow = Flow(sandbox, session)
        _, tokens = await flow.exchange((await flow.decide(riot_world.main))["code"])
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        async with session.get(f"{flow.issuer}/userinfo", headers=bearer) as response:
            assert "cpid" not in await response.json()


async def test_denying_goes_back_with_access_denied(flow: Flow, riot_world: World) -> None:
    answer = await flow.decide(riot_world.main, "deny")
    assert (answer["error"], answer["state"]) == ("access_denied", "the-state")
    assert "code" not in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"redirect_uri": f"{_REDIRECT}/"},
        {"redirect_uri": "http://evil.example/rso/callback"},
        {"redirect_uri": None},
    ],
)
async def test_a_doubtful_request_is_not_redirected(changes: dict[str, str | None], flow: Flow) -> None:
    status, answer, page = await flow.authorize(flow.request(**changes))
    assert (status, answer) == (400, {})
    assert "cannot continue" in page


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "cpid"}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_a_wrong_request_goes_back_with_an_error(changes: dict[str, str | None], error: str, flow: Flow) -> None:
    status, answer, _ = await flow.authorize(flow.request(**changes))
    assert (status, answer["error"], answer["iss"]) == (303, error, flow.issuer)


async def test_a_code_works_once(flow: Flow, riot_world: World) -> None:
    code = (await flow.decide(riot_world.main))["code"]
    assert (await flow.exchange(code))[0] == 200
    assert await flow.exchange(code) == (400, {"error": "invalid_request", "error_description": _CODE_ERROR})


@pytest.mark.parametrize("changes", [{"code_verifier": "w" * 64}, {"code_verifier": ""}, {"redirect_uri": "http://x/"}])
async def test_a_code_needs_its_verifier_and_redirect(changes: dict[str, str], flow: Flow, riot_world: World) -> None:
    """And is used up by the attempt."""
    code = (await flow.decide(riot_world.main))["code"]
    assert await flow.exchange(code, **changes) == (400, {"error": "invalid_request", "error_description": _CODE_ERROR})
    assert (await flow.exchange(code))[0] == 400


async def test_a_made_up_code_is_refused(flow: Flow) -> None:
    status, body = await flow.exchange("made-up")
    assert (status, body["error"]) == (400, "invalid_request")


async def test_a_code_expires_after_a_minute(flow: Flow, riot_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (await flow.decide(riot_world.main))["code"]
    ledger = flow.sandbox.sign_on._ledger
    now = ledger.clock()
    monkeypatch.setattr(ledger, "clock", lambda: now + 61)
    assert (await flow.exchange(code))[0] == 400


async def test_refreshing_is_not_enabled(flow: Flow) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "ap1:x"}
    assert await flow.token(form, basic=(_CLIENT.client_id, _CLIENT.secret)) == (
        400,
        {"error": "unsupported_grant_type"},
    )


@pytest.mark.parametrize("basic", [None, ("chimera", "wrong"), ("somebody", _CLIENT.secret), ("", "")])
async def test_a_client_must_prove_itself(basic: tuple[str, str] | None, flow: Flow, riot_world: World) -> None:
    """And a code survives somebody else's attempt."""
    code = (await flow.decide(riot_world.main))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": _REDIRECT, "code_verifier": _VERIFIER}
    status, body = await flow.token(form, basic=basic)
    assert (status, body["error"]) == (401, "invalid_client")
    assert (await flow.exchange(code))[0] == 200


async def test_the_secret_may_come_in_the_form(flow: Flow, riot_world: World) -> None:
    code = (await flow.decide(riot_world.main))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": _REDIRECT, "code_verifier": _VERIFIER}
    secret = {"client_id": _CLIENT.client_id, "client_secret": _CLIENT.secret}
    assert (await flow.token({**form, **secret}))[0] == 200


@pytest.mark.parametrize(
    ("claims", "signed_by", "status"),
    [
        ({}, "client", 200),
        ({"exp": 1}, "client", 401),
        ({"aud": "http://other/"}, "client", 401),
        ({}, "stranger", 401),
    ],
)
async def test_a_signed_assertion_proves_the_client(
    claims: dict[str, Any], signed_by: str, status: int, riot_world: World
) -> None:
    keys = {name: RSAKey.generate_key(2048) for name in ("client", "stranger")}
    public = (
        keys["client"]
        .public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    client = RsoClient("chimera", (_REDIRECT,), secret="", public_key_pem=public)
    async with RiotSandbox(riot_world, client=client) as sandbox, aiohttp.ClientSession() as session:
        flow = Flow(sandbox, session)
        code = (await flow.decide(riot_world.main))["code"]
        payload = {"iss": "chimera", "sub": "chimera", "aud": flow.issuer, "exp": int(time.time()) + 60, **claims}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _REDIRECT,
            "code_verifier": _VERIFIER,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode({"alg": "RS256"}, payload, keys[signed_by]),
        }
        assert (await flow.token(form))[0] == status


async def test_faults_reach_the_sign_on(flow: Flow, riot_world: World) -> None:
    code = (await flow.decide(riot_world.main))["code"]
    flow.sandbox.faults.add(FaultRule(method="rso.token", status=503, body="html", count=1))
    async with flow.session.post(f"{flow.issuer}/token", data={}) as response:
        assert (response.status, response.content_type) == (503, "text/html")
    assert (await flow.exchange(code))[0] == 200
    assert flow.sandbox.stats.of("rso.token") == 2


async def _keys(flow: Flow) -> KeySet:
    async with flow.session.get(f"{flow.issuer}/jwks.json") as response:
        return KeySet.import_key_set(await response.json())


async def test_keys_rotate_on_demand(flow: Flow, riot_world: World) -> None:
    """The old one stays until it is withdrawn."""
    (first,) = await _keys(flow)
    control = f"{flow.sandbox.base_url}/_sandbox/rso/rotate-key"
    async with flow.session.post(control) as response:
        assert response.status == 200
    second, still = await _keys(flow)
    assert still == first
    _, tokens = await flow.exchange((await flow.decide(riot_world.main))["code"])
    assert jwt.decode(tokens["id_token"], KeySet([second]), algorithms=["RS256"]).header["kid"] == second.kid
    async with flow.session.post(control, params={"keep_old": "no"}) as response:
        assert response.status == 200
    (third,) = await _keys(flow)
    assert len({first.kid, second.kid, third.kid}) == 3


async def test_it_can_be_told_to_lie(flow: Flow, riot_world: World) -> None:
    lies = {
        "metadata": {"authorization_response_iss_parameter_supported": None},
        "callback": {"iss": None, "state": "another"},
        "claims": {"aud": "another-client", "nonce": None},
        "tokens": {"token_type": "mac"},
        "userinfo": {"sub": "another"},
    }
    control = f"{flow.sandbox.base_url}/_sandbox/rso/forgeries"
    async with flow.session.put(control, json=lies) as response:
        assert response.status == 200
    async with flow.session.get(f"{flow.issuer}/.well-known/openid-configuration") as response:
        assert "authorization_response_iss_parameter_supported" not in await response.json()
    answer = await flow.decide(riot_world.main)
    assert (answer["state"], "iss" in answer) == ("another", False)
    _, tokens = await flow.exchange(answer["code"])
    claims = jwt.decode(tokens["id_token"], await _keys(flow), algorithms=["RS256"]).claims
    assert (tokens["token_type"], claims["aud"], "nonce" in claims) == ("mac", "another-client", False)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    async with flow.session.get(f"{flow.issuer}/userinfo", headers=bearer) as response:
        assert (await response.json())["sub"] == "another"
    async with flow.session.put(control, json={}) as response:
        assert response.status == 200
    assert (await flow.decide(riot_world.main))["iss"] == flow.issuer
    async with flow.session.put(control, json={"nowhere": {}}) as response:
        assert response.status == 422


async def test_there_is_no_stored_secret_in_the_client_repr() -> None:
    assert _CLIENT.secret not in repr(_CLIENT)
