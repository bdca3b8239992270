"""What holds of every way to call webhooks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import pytest
from pydantic import SecretStr

from src.adapters.webhooks import AiohttpWebhooks, WebhookSettings
from src.core.errors import Unavailable, WebhookRefused
from src.core.ports.webhooks import Webhooks
from tests.fakes.clock import FakeClock
from tests.fakes.webhook_receiver import NAME, PUBLIC, Dns, Internet, Receiver, answering, client_tls, server_tls
from tests.fakes.webhooks import FakeWebhooks

URL = f"https://{NAME}/results?of=tasks"
SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


class World(Protocol):
    """Webhooks under test, and who receives them."""

    @property
    def webhooks(self) -> Webhooks: ...

    def answer(self, status: int | None, *, retry_after: int | None = None) -> None:
        """What the receiver answers from now on; None: nobody listens there."""

    def received(self) -> list[tuple[str, bytes]]:
        """Ids and bodies of the messages that have come."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self.webhooks = FakeWebhooks()

    def answer(self, status: int | None, *, retry_after: int | None = None) -> None:
        self.webhooks.status, self.webhooks.retry_after = status, retry_after

    def received(self) -> list[tuple[str, bytes]]:
        return [(sent.message_id, sent.body) for sent in self.webhooks.delivered]


@dataclass
class OverTls:
    """A receiver with a certificate, behind a name and a public address."""

    webhooks: AiohttpWebhooks
    receiver: Receiver
    internet: Internet

    def answer(self, status: int | None, *, retry_after: int | None = None) -> None:
        if status is None:
            self.internet.routes.clear()
        else:
            headers = [] if retry_after is None else [f"Retry-After: {retry_after}"]
            body = b"" if status == 204 else b"what it says is nobody's business"
            self.receiver.answer = answering(status, *headers, body=body)

    def received(self) -> list[tuple[str, bytes]]:
        return [(request.headers["webhook-id"], request.body) for request in self.receiver.received]


@pytest.fixture(params=["fake", "aiohttp"])
async def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    if request.param == "fake":
        yield InMemory()
        return
    internet, receiver = Internet(monkeypatch), Receiver()
    settings = WebhookSettings(_env_file=None)
    dns = Dns(hooks_example=[[PUBLIC]])
    webhooks = AiohttpWebhooks(FakeClock(), settings=settings, resolve=dns, tls=client_tls())
    async with receiver.running(server_tls()) as port:
        internet.routes[PUBLIC, 443] = port
        yield OverTls(webhooks, receiver, internet)


async def deliver(world: World, message_id: str = "msg-1", url: str = URL) -> None:
    await world.webhooks.deliver(url, message_id=message_id, body='{"카이사": 1}'.encode(), secret=SECRET)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_a_message_arrives_as_it_is(world: World, status: int) -> None:
    world.answer(status)
    await deliver(world)
    assert world.received() == [("msg-1", '{"카이사": 1}'.encode())]


async def test_a_receiver_that_is_gone_is_gone_for_good(world: World) -> None:
    world.answer(410)
    with pytest.raises(WebhookRefused):
        await deliver(world)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 429, 500, 503])
async def test_any_other_answer_is_worth_another_attempt(world: World, status: int) -> None:
    world.answer(status)
    with pytest.raises(Unavailable) as refused:
        await deliver(world)
    assert refused.value.retry_after is None
    world.answer(204)
    await deliver(world)
    assert [message_id for message_id, _ in world.received()] == ["msg-1", "msg-1"]


async def test_a_receiver_says_when_to_come_back(world: World) -> None:
    world.answer(429, retry_after=17)
    with pytest.raises(Unavailable) as refused:
        await deliver(world)
    assert refused.value.retry_after == 17


async def test_nobody_there_is_worth_another_attempt(world: World) -> None:
    world.answer(None)
    with pytest.raises(Unavailable):
        await deliver(world)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "hooks.example",
        "",
        "https://hooks.example:8443/",
        "https://user:password@hooks.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
async def test_what_can_never_be_called_is_refused_at_once(world: World, url: str) -> None:
    with pytest.raises(WebhookRefused):
        world.webhooks.check(url)
    with pytest.raises(WebhookRefused):
        await deliver(world, url=url)
    assert world.received() == []


async def test_what_may_be_called_is_not_refused(world: World) -> None:
    world.webhooks.check(URL)
    world.webhooks.check("https://1.1.1.1/")
