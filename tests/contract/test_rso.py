"""RSOPort: the fake, and the adapter against the RSO stand-in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.core.domain.binding import LinkAttempt, ProvenAccount, SignInRequest
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import SignInRefused, Unavailable
from src.core.ports.rso import RSOPort
from src.sandbox.riot.sandbox import RiotSandbox
from tests.fakes.rso import ISSUER, FakeRSO


class SignOn(Protocol):
    """An implementation, and what lies beyond it: a person with a browser."""

    @property
    def port(self) -> RSOPort: ...

    @property
    def issuer(self) -> str: ...

    @property
    def account(self) -> ProvenAccount:
        """The account that `sign_in` signs in, on the platform that RSO tells."""
        ...

    async def sign_in(self, request: SignInRequest) -> str:
        """Sign in; answers the code."""
        ...

    async def stop_telling_platforms(self) -> None: ...

    async def go_down(self) -> None: ...


class InMemory:
    """FakeRSO."""

    def __init__(self) -> None:
        self.port = FakeRSO()
        self.issuer = ISSUER
        self.account = ProvenAccount(
            puuid="p-1", riot_id=RiotId(game_name="Hide on bush", tag_line="KR1"), platform=Platform.KR
        )
        self._cpid: Platform | None = Platform.KR

    async def sign_in(self, request: SignInRequest) -> str:
        return self.port.sign_in(request, self.account.puuid, self.account.riot_id, self._cpid)

    async def stop_telling_platforms(self) -> None:
        self._cpid = None

    async def go_down(self) -> None:
        self.port.error = Unavailable()


@dataclass
class OverHttp:
    """RSOAdapter and the stand-in."""

    port: RSOAdapter
    sandbox: RiotSandbox

    @property
    def issuer(self) -> str:
        return self.sandbox.rso_issuer_url

    @property
    def account(self) -> ProvenAccount:
        player = self.sandbox.world.main
        return ProvenAccount(
            puuid=player.puuid,
            riot_id=RiotId(game_name=player.game_name, tag_line=player.tag_line),
            platform=Platform(player.platform.lower()),
        )

    async def sign_in(self, request: SignInRequest) -> str:
        form = dict(parse_qsl(urlsplit(request.auth_url).query)) | {
            "puuid": self.sandbox.world.main.puuid,
            "decision": "allow",
        }
        url = request.auth_url.partition("?")[0]
        async with aiohttp.ClientSession() as session, session.post(url, data=form, allow_redirects=False) as answer:
            back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        assert back["state"] == request.state.get_secret_value()
        return back["code"]

    async def stop_telling_platforms(self) -> None:
        self.sandbox.sign_on.cpid_in_userinfo = False

    async def go_down(self) -> None:
        await self.sandbox.stop()


@pytest.fixture(params=["fake", "adapter"])
async def sign_on(request: pytest.FixtureRequest) -> AsyncIterator[SignOn]:
    if request.param == "fake":
        yield InMemory()
        return
    async with RiotSandbox() as sandbox:
        settings = RSOSettings(
            rso_client_id=sandbox.client.client_id,
            rso_client_secret=sandbox.client.secret,
            rso_private_key_file=None,
            rso_issuer_url=sandbox.rso_issuer_url,
            riot_api_base_url=sandbox.riot_base_url,
            riot_api_key=None,
        )
        yield OverHttp(RSOAdapter(settings), sandbox)


def attempt_for(request: SignInRequest, platform: Platform = Platform.TR1) -> LinkAttempt:
    return LinkAttempt(
        discord_id="1",
        discord_name="somebody",
        platform=platform,
        nonce=request.nonce,
        code_verifier=request.code_verifier,
    )


async def test_every_sign_in_has_values_of_its_own(sign_on: SignOn) -> None:
    one, other = await sign_on.port.begin(Platform.NA1), await sign_on.port.begin(Platform.NA1)

    assert one.auth_url != other.auth_url
    assert one.state != other.state
    assert one.nonce != other.nonce
    assert one.code_verifier != other.code_verifier


async def test_the_url_carries_the_state_and_not_the_verifier(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)

    assert f"state={request.state.get_secret_value()}" in request.auth_url
    assert request.code_verifier.get_secret_value() not in request.auth_url


async def test_a_sign_in_proves_the_account(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.TR1)
    code = await sign_on.sign_in(request)

    assert await sign_on.port.prove(attempt_for(request), code=code, issuer=sign_on.issuer) == sign_on.account


async def test_the_platform_is_the_attempts_when_rso_tells_none(sign_on: SignOn) -> None:
    await sign_on.stop_telling_platforms()
    request = await sign_on.port.begin(Platform.TR1)
    code = await sign_on.sign_in(request)

    assert (await sign_on.port.prove(attempt_for(request), code=code)).platform is Platform.TR1


async def test_a_code_works_once(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)
    code = await sign_on.sign_in(request)
    await sign_on.port.prove(attempt_for(request), code=code)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), code=code)


async def test_a_made_up_code_is_refused(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), code="made-up")


async def test_a_code_of_another_sign_in_is_refused(sign_on: SignOn) -> None:
    mine, theirs = await sign_on.port.begin(Platform.NA1), await sign_on.port.begin(Platform.NA1)
    code = await sign_on.sign_in(theirs)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(mine), code=code)


async def test_a_nonce_of_another_sign_in_is_refused(sign_on: SignOn) -> None:
    mine, theirs = await sign_on.port.begin(Platform.NA1), await sign_on.port.begin(Platform.NA1)
    code = await sign_on.sign_in(mine)
    mixed = attempt_for(mine).model_copy(update={"nonce": theirs.nonce})

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(mixed, code=code)


async def test_an_answer_of_another_issuer_is_refused_and_leaves_the_code_unused(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)
    code = await sign_on.sign_in(request)

    with pytest.raises(SignInRefused):
        await sign_on.port.prove(attempt_for(request), code=code, issuer="https://evil.test")

    assert await sign_on.port.prove(attempt_for(request), code=code, issuer=sign_on.issuer) == sign_on.account


async def test_when_riot_is_down_neither_half_hangs(sign_on: SignOn) -> None:
    request = await sign_on.port.begin(Platform.NA1)
    code = await sign_on.sign_in(request)
    await sign_on.go_down()

    with pytest.raises(Unavailable):
        await sign_on.port.prove(attempt_for(request), code=code)
