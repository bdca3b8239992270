"""Calling strangers, on an internet of one machine: whoever is not to be reached is there and would answer."""

import asyncio
import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from src.adapters.webhooks import AiohttpWebhooks, WebhookSettings
from src.adapters.webhooks.adapter import resolve
from src.core.errors import Unavailable, WebhookRefused
from tests.fakes.clock import FakeClock
from tests.fakes.webhook_receiver import NAME, PUBLIC, Dns, Internet, Receiver, answering, client_tls, server_tls

URL = f"https://{NAME}/results"
KEY = b"a key of twenty-four byte"
SECRET = SecretStr("whsec_" + base64.b64encode(KEY).decode())
METADATA = "169.254.169.254"


class World:
    """Webhooks, and an internet in which `hooks.example` is at PUBLIC, and everything else on this machine."""

    def __init__(self, patch: pytest.MonkeyPatch, stack: AsyncExitStack) -> None:
        self.internet = Internet(patch)
        self.dns = Dns(hooks_example=[[PUBLIC]])
        self.receiver = Receiver()
        self.clock = FakeClock()
        self._stack = stack

    async def listen(self, *places: tuple[str, int], tls: ssl.SSLContext | None = None) -> Receiver:
        """Another receiver, at these places."""
        receiver = Receiver()
        port = await self._stack.enter_async_context(receiver.running(tls))
        self.internet.routes.update(dict.fromkeys(places, port))
        return receiver

    def webhooks(self, *, allowed: Sequence[str] = (), time_limit: float = 10.0) -> AiohttpWebhooks:
        settings = WebhookSettings(_env_file=None, webhook_allowed_hosts=tuple(allowed))
        return AiohttpWebhooks(self.clock, settings=settings, resolve=self.dns, tls=client_tls(), time_limit=time_limit)

    async def deliver(self, url: str = URL, *, message_id: str = "msg-1", **options: Any) -> None:
        await self.webhooks(**options).deliver(
            url, message_id=message_id, body=b'{"type":"task.completed"}', secret=SECRET
        )


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        world = World(monkeypatch, stack)
        world.receiver = await world.listen((PUBLIC, 443), tls=server_tls())
        yield world


class TestMessages:
    """What receivers get."""

    async def test_a_signed_post_goes_to_the_address_that_was_checked(self, world: World) -> None:
        await world.deliver(f"https://{NAME}/results?of=tasks#here")
        (request,) = world.receiver.received
        assert request.line == "POST /results?of=tasks HTTP/1.1"
        assert request.headers["host"] == NAME
        assert request.headers["content-type"] == "application/json"
        assert request.headers["webhook-id"] == "msg-1"
        assert request.headers["webhook-timestamp"] == str(int(world.clock.now().timestamp()))
        signed = f"msg-1.{request.headers['webhook-timestamp']}.".encode() + request.body
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{expected}"
        assert world.internet.tried == [(PUBLIC, 443)]

    async def test_a_repetition_has_the_id_of_the_first_and_a_timestamp_of_its_own(self, world: World) -> None:
        await world.deliver()
        world.clock.advance(60)
        await world.deliver()
        first, second = (request.headers for request in world.receiver.received)
        assert first["webhook-id"] == second["webhook-id"]
        assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
        assert first["webhook-signature"] != second["webhook-signature"]

    async def test_nothing_but_the_message_is_told(self, world: World) -> None:
        await world.deliver()
        assert set(world.receiver.received[0].headers) <= {
            "host", "content-type", "content-length", "user-agent", "accept", "accept-encoding", "connection", "",
            "webhook-id", "webhook-timestamp", "webhook-signature",
        }  # fmt: skip

    async def test_an_address_without_a_name_is_called_too(self, world: World) -> None:
        receiver = await world.listen(("1.1.1.1", 443), tls=server_tls("1.1.1.1"))
        await world.deliver("https://1.1.1.1/results")
        assert len(receiver.received) == 1
        assert world.dns.asked == []

    async def test_an_address_that_does_not_answer_is_passed_over(self, world: World) -> None:
        world.dns.names[NAME] = [["93.184.216.99", PUBLIC]]
        await world.deliver()
        assert len(world.receiver.received) == 1


class TestNames:
    """Where names may lead."""

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", METADATA, "100.64.0.1", "0.0.0.0"])  # noqa: S104
    async def test_a_name_that_leads_inside_is_refused_before_anything_is_connected(
        self, world: World, address: str
    ) -> None:
        inside = await world.listen((address, 443), tls=server_tls())
        world.dns.names[NAME] = [[address]]
        with pytest.raises(WebhookRefused, match="not public"):
            await world.deliver()
        assert world.internet.tried == []
        assert inside.received == []

    @pytest.mark.parametrize(
        "address", ["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1%eth0"]
    )
    async def test_so_is_one_that_leads_inside_by_ipv6(self, world: World, address: str) -> None:
        world.dns.names[NAME] = [[address]]
        with pytest.raises(WebhookRefused, match="not public"):
            await world.deliver()
        assert world.internet.tried == []

    @pytest.mark.parametrize("addresses", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"]])
    async def test_one_bad_address_among_good_ones_is_enough(self, world: World, addresses: list[str]) -> None:
        world.dns.names[NAME] = [addresses]
        with pytest.raises(WebhookRefused, match="not public"):
            await world.deliver()
        assert world.internet.tried == []

    async def test_a_name_that_changes_its_mind_after_the_check_is_called_where_it_was(self, world: World) -> None:
        """DNS rebinding: public when asked first, inside when asked again."""
        inside = await world.listen(("127.0.0.1", 443), tls=server_tls())
        world.dns.names[NAME] = [[PUBLIC], ["127.0.0.1"]]
        await world.deliver()
        assert world.dns.asked == [NAME]
        assert world.internet.tried == [(PUBLIC, 443)]
        assert len(world.receiver.received) == 1
        assert inside.received == []

    async def test_every_delivery_looks_at_the_name_again(self, world: World) -> None:
        world.dns.names[NAME] = [[PUBLIC], ["127.0.0.1"]]
        webhooks = world.webhooks()
        await webhooks.deliver(URL, message_id="msg-1", body=b"", secret=SECRET)
        with pytest.raises(WebhookRefused, match="not public"):
            await webhooks.deliver(URL, message_id="msg-1", body=b"", secret=SECRET)

    async def test_a_name_that_does_not_exist_may_do_so_later(self, world: World) -> None:
        with pytest.raises(Unavailable):
            await world.deliver("https://nobody.example/")

    async def test_names_are_asked_of_the_system(self) -> None:
        assert "127.0.0.1" in await resolve("localhost", 443)


class TestServers:
    """Whom the connection must lead to, and what is not asked of others."""

    async def test_a_server_with_another_name_gets_nothing(self, world: World) -> None:
        """The address is pinned, yet the certificate must be the name's."""
        impostor = await world.listen((PUBLIC, 443), tls=server_tls("other.example"))
        with pytest.raises(Unavailable):
            await world.deliver()
        assert impostor.received == []

    async def test_a_server_that_nobody_vouches_for_gets_nothing(self, world: World) -> None:
        settings = WebhookSettings(_env_file=None)
        webhooks = AiohttpWebhooks(world.clock, settings=settings, resolve=world.dns)
        with pytest.raises(Unavailable):
            await webhooks.deliver(URL, message_id="msg-1", body=b"", secret=SECRET)
        assert world.internet.tried == [(PUBLIC, 443)]
        assert world.receiver.received == []

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize(
        "target", [f"http://{METADATA}/latest/meta-data/", "https://127.0.0.1/", f"https://{NAME}/elsewhere"]
    )
    async def test_no_redirect_is_followed(self, world: World, status: int, target: str) -> None:
        inside = await world.listen((METADATA, 80), ("127.0.0.1", 80))
        inside_tls = await world.listen(("127.0.0.1", 443), tls=server_tls("127.0.0.1"))
        world.receiver.answer = answering(status, f"Location: {target}")
        with pytest.raises(Unavailable, match=str(status)):
            await world.deliver()
        assert world.internet.tried == [(PUBLIC, 443)]
        assert len(world.receiver.received) == 1
        assert inside.received == inside_tls.received == []

    @pytest.mark.parametrize(
        "url",
        [
            f"http://{NAME}/",
            f"https://{NAME}:6379/",
            f"https://me:secret@{NAME}/",
            "https://127.0.0.1/",
            f"http://{METADATA}/latest/meta-data/",
        ],
    )
    async def test_what_the_address_tells_is_looked_at_before_each_delivery(self, world: World, url: str) -> None:
        """A row may be older than the rules."""
        await world.listen((PUBLIC, 80), (METADATA, 80))
        await world.listen((PUBLIC, 6379), ("127.0.0.1", 443), tls=server_tls())
        with pytest.raises(WebhookRefused):
            await world.deliver(url)
        assert world.internet.tried == []
        assert world.dns.asked == []

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"])
    async def test_proxies_of_the_environment_are_not_used(
        self, world: World, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy would resolve the name by itself."""
        proxy = await world.listen(("127.0.0.1", 3128))
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
        await world.deliver()
        assert proxy.received == []
        assert world.internet.tried == [(PUBLIC, 443)]

    async def test_no_cookie_comes_back(self, world: World) -> None:
        world.receiver.answer = answering(200, "Set-Cookie: who=me; Path=/; Secure")
        webhooks = world.webhooks()
        for _ in range(2):
            await webhooks.deliver(URL, message_id="msg-1", body=b"", secret=SECRET)
        assert ["cookie" in request.headers for request in world.receiver.received] == [False, False]

    async def test_a_listed_host_may_be_http_and_private(self, world: World) -> None:
        inside = await world.listen(("127.0.0.1", 8080))
        world.dns.names["hooks.internal"] = [["127.0.0.1"]]
        await world.deliver("http://127.0.0.1:8080/", allowed=["127.0.0.1:8080"])
        await world.deliver("http://hooks.internal:8080/", allowed=["hooks.internal"])
        assert len(inside.received) == 2

    async def test_a_listed_host_lifts_nothing_for_others(self, world: World) -> None:
        world.dns.names[NAME] = [["127.0.0.1"]]
        await world.listen(("127.0.0.1", 443), tls=server_tls())
        with pytest.raises(WebhookRefused):
            await world.deliver(allowed=["127.0.0.1", "hooks.internal"])


class TestAnswers:
    """What receivers say, and how long they take for it."""

    async def test_a_huge_answer_is_not_read(self, world: World) -> None:
        """It never ends: whoever read it all would wait until the time is up."""
        sent = 0

        async def flood(writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
                await writer.drain()
                sent += 65_536

        world.receiver.answer = flood
        await world.deliver()
        assert sent < 8_000_000

    async def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(self, world: World) -> None:
        async def drip(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.05)

        world.receiver.answer = drip
        await world.deliver(time_limit=30.0)
        assert len(world.receiver.received) == 1

    @pytest.mark.parametrize("drop", [b"", b"X-More: and more\r\n"])
    async def test_nobody_takes_longer_than_the_time_there_is(self, world: World, drop: bytes) -> None:
        """Silent, or always about to finish the headers."""

        async def never_done(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(0.05)

        world.receiver.answer = never_done
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await world.deliver(time_limit=0.5)
        assert time.monotonic() - started < 5

    async def test_a_name_server_that_hangs_takes_no_longer_either(self, world: World) -> None:
        async def hang(host: str, port: int) -> Sequence[str]:
            await asyncio.sleep(60)
            return [PUBLIC]

        settings = WebhookSettings(_env_file=None)
        webhooks = AiohttpWebhooks(world.clock, settings=settings, resolve=hang, time_limit=0.2)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await webhooks.deliver(URL, message_id="msg-1", body=b"", secret=SECRET)
        assert time.monotonic() - started < 5

    @pytest.mark.parametrize(
        "nonsense", [b"", b"\x00\xff\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-OpenSSH_9.9\r\n"]
    )
    async def test_nonsense_is_no_answer(self, world: World, nonsense: bytes) -> None:
        async def babble(writer: asyncio.StreamWriter) -> None:
            writer.write(nonsense)
            await writer.drain()

        world.receiver.answer = babble
        with pytest.raises(Unavailable):
            await world.deliver()

    async def test_errors_show_nothing_of_the_address(self, world: World) -> None:
        """A client may have put a token into it; the vendor's errors would show it, so none is a cause of ours."""
        world.internet.routes.clear()
        with pytest.raises(Unavailable) as unreachable:
            await world.deliver(f"{URL}?token=hunter2")
        assert "hunter2" not in str(unreachable.value)
        assert unreachable.value.__cause__ is None
        assert unreachable.value.__context__ is None

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("0", 0),
            ("120", 120),
            ("999999999999", 3600),
            (format_datetime(datetime(2026, 3, 14, 12, 1, 30, tzinfo=UTC), usegmt=True), 90),
            ("Sat, 14 Mar 2026 12:02:00 -0000", 120),
            (format_datetime(datetime(2026, 3, 14, 11, 0, tzinfo=UTC), usegmt=True), 0),
            (format_datetime(datetime(2036, 3, 14, 11, 0, tzinfo=UTC), usegmt=True), 3600),
            ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
        ],
    )
    async def test_when_to_come_back_is_read_and_capped(self, world: World, header: str, seconds: float | None) -> None:
        world.receiver.answer = answering(503, f"Retry-After: {header}")
        with pytest.raises(Unavailable) as refused:
            await world.deliver()
        assert refused.value.retry_after == seconds
