"""The stand-in for Discord, as other processes see it over HTTP and as people see it in the channel."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiohttp
import pytest

from src.bot.client import ChimeraBot
from src.sandbox.discord import CHANNEL, Asked, DiscordSandbox, Fault
from tests.fakes.bot_services import FakeBotServices
from tests.until import until

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def services() -> FakeBotServices:
    return FakeBotServices()


@pytest.fixture
async def world(services: FakeBotServices) -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        await world.attach(ChimeraBot(services))
        yield world


@pytest.fixture
async def asked(world: DiscordSandbox, services: FakeBotServices) -> Asked:
    """An /analyze that waits for its answer."""
    services.binding.link(world.user("mara").id, "Mara Main#EUW")
    return await world.command("mara", "analyze")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def original(world: DiscordSandbox, asked: Asked) -> str:
    """The address of an interaction's answer."""
    return f"{world.bridge_url}/webhooks/{world.backend.application_id}/{asked.interaction.token}/messages/@original"


def upload(content: str, *files: bytes) -> aiohttp.FormData:
    """An edit with files, as the API documents it."""
    form = aiohttp.FormData()
    attachments = [{"id": number, "description": f"chart {number}"} for number in range(len(files))]
    payload = json.dumps({"content": content, "embeds": [{"title": "Victory"}], "attachments": attachments})
    form.add_field("payload_json", payload, content_type="application/json")
    for number, data in enumerate(files):
        form.add_field(f"files[{number}]", data, filename=f"chart{number}.png", content_type="image/png")
    return form


async def body(response: aiohttp.ClientResponse) -> Any:
    """The answer's JSON; discord.py compares its content type with this very string."""
    assert response.headers["Content-Type"] == "application/json"
    return await response.json()


class TestEdits:
    async def test_a_workers_edit_arrives_with_embed_and_file(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        async with http.patch(original(world, asked), data=upload("done", PNG)) as response:
            assert response.status == 200
            assert (await body(response))["content"] == "done"
        answer = await world.wait_for_answer(asked, lambda message: message.files)
        assert [message.id for message in world.messages("jonas")] == [answer.id]
        assert answer.content == "done"
        assert answer.embeds[0]["title"] == "Victory"
        assert [(file.filename, file.data) for file in answer.files] == [("chart0.png", PNG)]
        assert answer.payload["attachments"][0]["description"] == "chart 0"

    async def test_an_edit_keeps_only_the_files_it_lists(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        await http.patch(original(world, asked), data=upload("two", PNG, PNG + b"2"))
        await http.patch(original(world, asked), data=upload("one", PNG + b"3"))
        assert asked.answer is not None
        assert [file.data for file in asked.answer.files] == [PNG + b"3"]
        await http.patch(original(world, asked), json={"content": "none", "attachments": []})
        assert asked.answer.files == ()

    async def test_an_expired_token_is_refused_as_discord_does(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        world.expire(asked)
        async with http.patch(original(world, asked), json={"content": "late"}) as response:
            assert response.status == 401
            assert await body(response) == {"code": 50027, "message": "Invalid Webhook Token"}

    async def test_tokens_live_for_fifteen_minutes(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        world.backend.clock.advance(14 * 60 + 50)
        assert (await http.patch(original(world, asked), json={"content": "just in time"})).status == 200
        world.backend.clock.advance(15)
        assert (await http.patch(original(world, asked), json={"content": "late"})).status == 401

    async def test_an_unknown_token_is_an_unknown_webhook(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        address = original(world, asked).replace(asked.interaction.token, "stranger")
        async with http.patch(address, json={"content": "hello"}) as response:
            assert response.status == 404
            assert (await body(response))["code"] == 10015

    async def test_an_embed_longer_than_discord_takes_is_refused(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        async with http.patch(original(world, asked), json={"embeds": [{"title": "x" * 257}]}) as response:
            assert response.status == 400
            assert (await body(response))["code"] == 50035


class TestChannels:
    async def test_the_bots_token_may_post(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        address = f"{world.bridge_url}/channels/{asked.interaction.channel_id}/messages"
        authorization = {"Authorization": f"Bot {world.bot_token}"}
        async with http.post(address, json={"content": "late answer"}, headers=authorization) as response:
            assert response.status == 200
        assert world.messages()[-1].content == "late answer"

    async def test_a_message_with_an_enforced_nonce_is_posted_once(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        address = f"{world.bridge_url}/channels/{asked.interaction.channel_id}/messages"
        authorization = {"Authorization": f"Bot {world.bot_token}"}
        message = {"content": "late answer", "nonce": "n-1", "enforce_nonce": True}
        ids = []
        for _ in range(2):
            async with http.post(address, json=message, headers=authorization) as response:
                ids.append((await body(response))["id"])
        assert ids[0] == ids[1]
        assert [shown.content for shown in world.messages()].count("late answer") == 1

    async def test_nobody_else_may(self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession) -> None:
        address = f"{world.bridge_url}/channels/{asked.interaction.channel_id}/messages"
        async with http.post(address, json={"content": "hello"}) as response:
            assert response.status == 401
            assert (await body(response))["message"] == "401: Unauthorized"


class TestTrouble:
    async def test_too_many_edits_are_limited_as_the_headers_announce(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        remaining = []
        for number in range(5):
            async with http.patch(original(world, asked), json={"content": str(number)}) as response:
                remaining.append(int(response.headers["X-RateLimit-Remaining"]))
        assert remaining == [4, 3, 2, 1, 0]
        async with http.patch(original(world, asked), json={"content": "one too many"}) as response:
            assert response.status == 429
            assert 0 < (await body(response))["retry_after"] <= 2
        assert asked.answer is not None
        assert asked.answer.content == "4"

    async def test_a_fault_hits_as_often_as_told(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        world.fail(Fault("PATCH", "/webhooks/*", 503, times=1))
        assert (await http.patch(original(world, asked), json={"content": "a"})).status == 503
        assert asked.answer is not None
        assert asked.answer.thinking
        assert (await http.patch(original(world, asked), json={"content": "b"})).status == 200

    async def test_an_answer_can_be_lost_after_the_request_took_effect(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        world.fail(Fault("*", "/webhooks/*", 502, after_effect=True))
        assert (await http.patch(original(world, asked), json={"content": "a"})).status == 502
        assert asked.answer is not None
        assert asked.answer.content == "a"

    async def test_a_429_can_be_injected(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        world.fail(Fault("PATCH", "/webhooks/*", 429, retry_after=0.25))
        async with http.patch(original(world, asked), json={"content": "a"}) as response:
            assert response.status == 429
            assert (await body(response))["retry_after"] == 0.25
            assert response.headers["Retry-After"] == "0.250"

    async def test_what_simcord_lacks_is_said_to_be_lacking(
        self, world: DiscordSandbox, http: aiohttp.ClientSession
    ) -> None:
        authorization = {"Authorization": f"Bot {world.bot_token}"}
        async with http.get(f"{world.bridge_url}/no/such/route", headers=authorization) as response:
            assert response.status == 501

    async def test_a_body_that_is_no_json_is_refused(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        async with http.patch(original(world, asked), data=b"{", headers={"Content-Type": "application/json"}) as got:
            assert got.status == 400
            assert (await body(got))["code"] == 50109

    async def test_before_a_bot_is_attached_nothing_is_served(self, http: aiohttp.ClientSession) -> None:
        async with DiscordSandbox() as empty, http.get(f"{empty.bridge_url}/users/@me") as response:
            assert response.status == 503

    async def test_waiting_in_vain_says_what_was_seen_last(self, world: DiscordSandbox, asked: Asked) -> None:
        with pytest.raises(TimeoutError, match="the last was"):
            await world.wait_for_answer(asked, lambda message: message.files, timeout=0.05)


class TestTime:
    async def test_messages_carry_the_real_time(self, world: DiscordSandbox, asked: Asked) -> None:
        assert asked.answer is not None
        sent = datetime.fromisoformat(asked.answer.payload["timestamp"])
        assert abs(sent - datetime.now(UTC)) < timedelta(seconds=30)

    async def test_the_bots_clock_and_timers_are_the_machines(
        self, world: DiscordSandbox, services: FakeBotServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        measured: list[float] = []

        async def measure(_discord_id: str) -> tuple[()]:
            measured.append(time.monotonic())
            await asyncio.sleep(0.1)
            measured.append(asyncio.get_running_loop().time())
            return ()

        monkeypatch.setattr(services.binding, "bindings_of", measure)
        before = time.monotonic()
        await world.wait_for_answer(await world.command("mara", "accounts"))
        assert before <= measured[0] < measured[0] + 0.1 <= measured[1] <= time.monotonic()


class TestLife:
    async def test_a_second_bot_takes_over_and_finds_the_messages(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        await world.attach(ChimeraBot(FakeBotServices()))
        assert (await http.patch(original(world, asked), json={"content": "from before"})).status == 200
        answer = await world.wait_for_answer(await world.command("jonas", "accounts"))
        assert answer.content
        assert [message.content for message in world.messages("mara")] == ["from before"]

    async def test_what_lasts_has_the_same_ids_in_every_world_and_messages_have_not(self) -> None:
        """What is stored of people stays theirs after a restart, and no message is taken for an older one."""
        found, messages = [], []
        for _ in range(2):
            async with DiscordSandbox(lasting=True) as world:
                await world.attach(ChimeraBot(FakeBotServices()))
                answer = await world.wait_for_answer(await world.command("mara", "help", dm=True))
                messages.append(answer.id)
                where = int(answer.payload["channel_id"])
                found.append((world.user("mara").id, world.user("jonas").id, world.backend.bot_user.id, where))
        assert found[0] == found[1]
        assert messages[0] < messages[1]


@dataclass
class Page:
    """A browser's talk with one of the pages."""

    http: aiohttp.ClientSession
    origin: str
    headers: dict[str, str]
    state: dict[str, Any]

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str) -> Self:
        """Open the page at its address, which holds the key."""
        origin, _, key = url.partition("/#")
        headers = {"X-Simcord-Capability": key}
        state = await (await http.post(f"{origin}/api/pages", json={}, headers=headers)).json()
        return cls(http, origin, headers | {"X-Simcord-Context": state["context"]["id"]}, state)

    async def wait_until_it_shows(self, words: str) -> None:
        """Look again and again, as the page does."""
        async with asyncio.timeout(5):
            while words not in json.dumps(self.state["messages"]):
                await asyncio.sleep(0.05)
                self.state = await (await self.http.get(f"{self.origin}/api/state", headers=self.headers)).json()

    async def command(self, name: str) -> dict[str, Any]:
        """Run a command as the composer does; the revision is one that nobody sees any more."""
        catalog = await (await self.http.get(f"{self.origin}/api/commands", headers=self.headers)).json()
        entry = next(entry for entry in catalog["entries"] if entry["invocation"] == name)
        body = {
            "protocol_version": 3, "kind": "run_command", "sequence": 1, "request_id": "r1",
            "generation": self.state["context"]["generation"], "bot_generation": self.state["botGeneration"],
            "published_revision": 0, "command_id": entry["commandId"], "path": entry["path"],
            "schema_fingerprint": entry["schemaFingerprint"], "options": {},
        }  # fmt: skip
        async with self.http.post(f"{self.origin}/api/action", json=body, headers=self.headers) as answer:
            result: dict[str, Any] = await answer.json()
        return result


class TestPages:
    async def test_the_page_shows_a_workers_edit(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession
    ) -> None:
        async with world.preview(viewers=["mara"]) as url:
            page = await Page.open(http, url)
            await http.patch(original(world, asked), json={"content": "shown on the page"})
            await page.wait_until_it_shows("shown on the page")

    async def test_a_page_that_fails_to_show_what_happened_shows_it_a_little_later(
        self, world: DiscordSandbox, asked: Asked, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with world.preview(viewers=["mara"]) as url:
            page = await Page.open(http, url)
            (served,) = world.env.open_pages
            publish = served._publish_message_pages
            failed: list[object] = []

            def fail_once(**reason: str) -> None:
                if failed:
                    publish(**reason)
                    return
                failed.append(reason)
                raise RuntimeError

            monkeypatch.setattr(served, "_publish_message_pages", fail_once)
            await http.patch(original(world, asked), json={"content": "shown in the end"})
            await page.wait_until_it_shows("shown in the end")
            assert failed

    async def test_people_act_on_several_pages_at_once(
        self, world: DiscordSandbox, http: aiohttp.ClientSession
    ) -> None:
        """The channel's, and a page per person for direct messages, where commands are taken like anywhere else."""
        async with world.doors() as doors:
            pages = {name: await Page.open(http, door.url) for name, door in doors.items()}
            assert set(pages) == {CHANNEL, "mara", "jonas"}
            await asyncio.gather(*(page.command("accounts") for page in pages.values()))
            for page in pages.values():
                await page.wait_until_it_shows("No Riot account is linked yet.")
            message = {"content": "somebody else took your account"}
            private = world.direct_messages("mara")[0].payload["channel_id"]
            authorization = {"Authorization": f"Bot {world.bot_token}"}
            await http.post(f"{world.bridge_url}/channels/{private}/messages", json=message, headers=authorization)
            await pages["mara"].wait_until_it_shows("somebody else took your account")

    async def test_a_page_that_somebody_ends_is_opened_again(
        self, world: DiscordSandbox, http: aiohttp.ClientSession
    ) -> None:
        """At another address, which the door knows."""
        async with world.doors() as doors:
            before = doors["mara"].url
            await world.env.open_pages[1].close()
            await until(lambda: doors["mara"].url != before)
            assert (await Page.open(http, doors["mara"].url)).state["messages"] == {}
