"""DirectMessages: the fake, the adapter against a Discord of the tests', and against the sandbox's."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

import pytest
from pydantic import SecretStr

from src.adapters.discord_messages import DiscordDirectMessages, DiscordSettings
from src.adapters.discord_messages.patience import Patience
from src.bot.client import ChimeraBot
from src.core.errors import ConfigurationError, Unavailable
from src.core.ports.direct_messages import DirectMessages
from src.sandbox.discord import DiscordSandbox, Fault
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.direct_messages import FakeDirectMessages
from tests.fakes.discord_api import FakeDiscordApi, Scripted

QUICK = Patience(attempts=2, timeout=2.0, backoff=0.001, longest_wait=0.5)


class Mail(Protocol):
    """An implementation, and what lies beyond it: two people who read."""

    @property
    def port(self) -> DirectMessages: ...

    @property
    def tokenless(self) -> DirectMessages: ...

    @property
    def mara(self) -> str: ...

    @property
    def jonas(self) -> str: ...

    def read_by(self, discord_id: str) -> list[str]: ...

    def close_to_bots(self, discord_id: str) -> None: ...

    async def go_down(self) -> None: ...


class InMemory:
    """FakeDirectMessages."""

    mara, jonas = "1", "2"

    def __init__(self) -> None:
        self.port, self.tokenless = FakeDirectMessages(), FakeDirectMessages()
        self.tokenless.error = ConfigurationError()

    def read_by(self, discord_id: str) -> list[str]:
        return self.port.told[discord_id]

    def close_to_bots(self, discord_id: str) -> None:
        self.port.closed.add(discord_id)

    async def go_down(self) -> None:
        self.port.error = Unavailable()


class OverHttp:
    """DiscordDirectMessages and FakeDiscordApi."""

    mara, jonas = "1", "2"

    def __init__(self, port: DiscordDirectMessages, tokenless: DiscordDirectMessages, api: FakeDiscordApi) -> None:
        self.port, self.tokenless, self._api = port, tokenless, api

    def read_by(self, discord_id: str) -> list[str]:
        return [sent.text for sent in self._api.channels[f"direct-{discord_id}"]]

    def close_to_bots(self, discord_id: str) -> None:
        self._api.closed_to_bots.add(discord_id)

    async def go_down(self) -> None:
        self._api.always = Scripted(503, "down")


class InTheSandbox:
    """DiscordDirectMessages and the sandbox's world."""

    def __init__(self, port: DiscordDirectMessages, tokenless: DiscordDirectMessages, world: DiscordSandbox) -> None:
        self.port, self.tokenless, self._world = port, tokenless, world
        self.mara, self.jonas = str(world.user("mara").id), str(world.user("jonas").id)

    def read_by(self, discord_id: str) -> list[str]:
        name = "mara" if discord_id == self.mara else "jonas"
        return [message.content for message in self._world.direct_messages(name)]

    def close_to_bots(self, discord_id: str) -> None:
        channel = self._world.backend.get_dm_channel(int(discord_id))
        self._world.fail(Fault("POST", f"/channels/{channel.id}/messages", 403, code=50007, times=99))

    async def go_down(self) -> None:
        self._world.fail(Fault("*", "*", 503, times=99))


@asynccontextmanager
async def adapter_at(url: str, token: str | None) -> AsyncIterator[DiscordDirectMessages]:
    settings = DiscordSettings(
        discord_api_base_url=url, discord_bot_token=None if token is None else SecretStr(token), _env_file=None
    )
    adapter = DiscordDirectMessages(settings, patience=QUICK)
    yield adapter
    await adapter.close()


@pytest.fixture(params=["fake", "adapter", "sandbox"])
async def mail(request: pytest.FixtureRequest) -> AsyncIterator[Mail]:
    if request.param == "fake":
        yield InMemory()
        return
    async with AsyncExitStack() as stack:
        if request.param == "adapter":
            api = FakeDiscordApi()
            url = await stack.enter_async_context(api.serve())
            port = await stack.enter_async_context(adapter_at(url, "bot-secret"))
            yield OverHttp(port, await stack.enter_async_context(adapter_at(url, None)), api)
            return
        world = await stack.enter_async_context(DiscordSandbox())
        await world.attach(ChimeraBot(FakeBotServices()))
        port = await stack.enter_async_context(adapter_at(world.bridge_url, world.bot_token))
        yield InTheSandbox(port, await stack.enter_async_context(adapter_at(world.bridge_url, None)), world)


async def test_only_the_person_it_is_for_reads_it(mail: Mail) -> None:
    assert await mail.port.tell(mail.mara, "Your account has a new owner.", key="k1")

    assert mail.read_by(mail.mara) == ["Your account has a new owner."]
    assert mail.read_by(mail.jonas) == []


async def test_the_same_key_is_told_once(mail: Mail) -> None:
    """A job that runs again, because nobody knew that it had done its work, does not repeat itself."""
    assert await mail.port.tell(mail.mara, "Hello", key="k1")
    assert await mail.port.tell(mail.mara, "Hello", key="k1")

    assert mail.read_by(mail.mara) == ["Hello"]


async def test_another_key_or_person_is_another_message(mail: Mail) -> None:
    await mail.port.tell(mail.mara, "Hello", key="k1")
    await mail.port.tell(mail.mara, "Hello", key="k2")
    await mail.port.tell(mail.jonas, "Hello", key="k1")

    assert mail.read_by(mail.mara) == ["Hello", "Hello"]
    assert mail.read_by(mail.jonas) == ["Hello"]


async def test_somebody_who_takes_no_messages_is_no_error(mail: Mail) -> None:
    mail.close_to_bots(mail.mara)

    assert not await mail.port.tell(mail.mara, "Hello", key="k1")
    assert await mail.port.tell(mail.jonas, "Hello", key="k1")
    assert mail.read_by(mail.mara) == []


async def test_without_a_token_nothing_is_told(mail: Mail) -> None:
    with pytest.raises(ConfigurationError):
        await mail.tokenless.tell(mail.mara, "Hello", key="k1")


async def test_a_discord_that_is_down_is_unavailable(mail: Mail) -> None:
    await mail.go_down()

    with pytest.raises(Unavailable):
        await mail.port.tell(mail.mara, "Hello", key="k1")
