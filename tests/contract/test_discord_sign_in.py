"""DiscordSignInPort: the fake, and the adapter against the stand-in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings
from src.core.domain.binding import SignInRequest
from src.core.errors import ConfigurationError, SignInRefused, Unavailable
from src.core.ports.discord_sign_in import DiscordPerson, DiscordSignInPort
from src.sandbox.discord.oauth import DiscordOAuth
from src.sandbox.discord.oauth_grants import CLIENT_ID, CLIENT_SECRET
from tests.fakes.discord_oauth import JONAS, MARA, press, serving_oauth
from tests.fakes.discord_sign_in import FakeDiscordSignIn

PEOPLE = {"mara": MARA, "jonas": JONAS}


class SignIn(Protocol):
    """An implementation, and what lies beyond it: people with browsers."""

    @property
    def port(self) -> DiscordSignInPort: ...

    @property
    def unconfigured(self) -> DiscordSignInPort: ...

    async def sign_in(self, request: SignInRequest, name: str) -> str:
        """Sign somebody in; answers the code."""
        ...

    async def go_down(self) -> None: ...


class InMemory:
    """FakeDiscordSignIn."""

    def __init__(self) -> None:
        self.port = FakeDiscordSignIn()
        self.unconfigured = FakeDiscordSignIn()
        self.unconfigured.is_configured = False

    async def sign_in(self, request: SignInRequest, name: str) -> str:
        return self.port.sign_in(request, DiscordPerson(discord_id=PEOPLE[name].id, name=name))

    async def go_down(self) -> None:
        self.port.error = Unavailable()


@dataclass
class OverHttp:
    """DiscordSignInAdapter and the stand-in."""

    port: DiscordSignInAdapter
    unconfigured: DiscordSignInAdapter
    server: AsyncExitStack

    async def sign_in(self, request: SignInRequest, name: str) -> str:
        back = await press(request.auth_url, PEOPLE[name])
        assert back["state"] == request.state.get_secret_value()
        return back["code"]

    async def go_down(self) -> None:
        await self.server.aclose()


def adapter_at(url: str, client_id: str | None) -> DiscordSignInAdapter:
    settings = DiscordSignInSettings(
        discord_client_id=client_id,
        discord_client_secret=SecretStr(CLIENT_SECRET),
        discord_oauth_base_url=url,
        _env_file=None,
    )
    return DiscordSignInAdapter(settings)


@pytest.fixture(params=["fake", "adapter"])
async def sign_in(request: pytest.FixtureRequest) -> AsyncIterator[SignIn]:
    if request.param == "fake":
        yield InMemory()
        return
    async with AsyncExitStack() as server:
        url = await server.enter_async_context(serving_oauth(DiscordOAuth(PEOPLE.values())))
        yield OverHttp(adapter_at(url, CLIENT_ID), adapter_at(url, None), server)


def verifier_of(request: SignInRequest) -> str:
    return request.code_verifier.get_secret_value()


async def test_every_sign_in_has_values_of_its_own(sign_in: SignIn) -> None:
    one, other = await sign_in.port.begin(), await sign_in.port.begin()

    assert one.auth_url != other.auth_url
    assert one.state != other.state
    assert one.code_verifier != other.code_verifier


async def test_the_url_carries_the_state_and_not_the_verifier(sign_in: SignIn) -> None:
    request = await sign_in.port.begin()

    assert dict(parse_qsl(urlsplit(request.auth_url).query))["state"] == request.state.get_secret_value()
    assert verifier_of(request) not in request.auth_url
    assert request.nonce.get_secret_value() == ""


@pytest.mark.parametrize("name", ["mara", "jonas"])
async def test_whoever_signs_in_is_who_it_is(sign_in: SignIn, name: str) -> None:
    request = await sign_in.port.begin()
    code = await sign_in.sign_in(request, name)

    person = await sign_in.port.who(code, verifier_of(request))

    assert person == DiscordPerson(discord_id=PEOPLE[name].id, name=name)


@pytest.mark.attack
async def test_a_code_works_once(sign_in: SignIn) -> None:
    request = await sign_in.port.begin()
    code = await sign_in.sign_in(request, "mara")
    await sign_in.port.who(code, verifier_of(request))

    with pytest.raises(SignInRefused):
        await sign_in.port.who(code, verifier_of(request))


@pytest.mark.attack
async def test_a_made_up_code_is_refused(sign_in: SignIn) -> None:
    request = await sign_in.port.begin()

    with pytest.raises(SignInRefused):
        await sign_in.port.who("made-up", verifier_of(request))


@pytest.mark.attack
async def test_a_code_of_another_sign_in_is_refused(sign_in: SignIn) -> None:
    """A code that was slipped into somebody's callback does not go with that browser's verifier."""
    mine, theirs = await sign_in.port.begin(), await sign_in.port.begin()
    code = await sign_in.sign_in(theirs, "jonas")

    with pytest.raises(SignInRefused):
        await sign_in.port.who(code, verifier_of(mine))


async def test_a_code_tried_with_a_wrong_verifier_is_spent(sign_in: SignIn) -> None:
    mine, theirs = await sign_in.port.begin(), await sign_in.port.begin()
    code = await sign_in.sign_in(theirs, "jonas")
    with pytest.raises(SignInRefused):
        await sign_in.port.who(code, verifier_of(mine))

    with pytest.raises(SignInRefused):
        await sign_in.port.who(code, verifier_of(theirs))


async def test_without_a_client_neither_half_works(sign_in: SignIn) -> None:
    with pytest.raises(ConfigurationError):
        await sign_in.unconfigured.begin()
    with pytest.raises(ConfigurationError):
        await sign_in.unconfigured.who("code", "v" * 43)


async def test_when_discord_is_down_the_second_half_does_not_hang(sign_in: SignIn) -> None:
    request = await sign_in.port.begin()
    code = await sign_in.sign_in(request, "mara")
    await sign_in.go_down()

    with pytest.raises(Unavailable):
        await sign_in.port.who(code, verifier_of(request))
