"""/privacy and what is under it: the real client in a world that behaves like Discord."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from src.bot.client import ChimeraBot
from src.core.errors import Unavailable
from src.core.services.privacy import NOTICE
from src.sandbox.discord import ChannelMessage, DiscordSandbox
from tests.fakes.bot_services import FakeBotServices
from tests.until import until


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> FakeBotServices:
    """The services of a bot in the world; Mara has an account."""
    services = FakeBotServices(api_base_url=world.bridge_url)
    await world.attach(ChimeraBot(services))
    services.binding.link(world.user("mara").id, "Mara *Main*#EUW")
    return services


@pytest.fixture
async def notice(world: DiscordSandbox, services: FakeBotServices) -> ChannelMessage:
    """What /privacy says to Mara."""
    return await world.wait_for_answer(await world.command("mara", "privacy"))


def labels(message: ChannelMessage) -> list[str]:
    return [button["label"] for button in message.buttons]


def last(world: DiscordSandbox) -> ChannelMessage:
    return world.messages("mara")[-1]


class TestNotice:
    async def test_tells_the_person_alone_what_is_kept_why_and_for_how_long(self, notice: ChannelMessage) -> None:
        assert notice.ephemeral
        (embed,) = notice.embeds
        assert embed["description"] == NOTICE["what is kept"]
        fields = {field["name"]: field["value"] for field in embed["fields"]}
        assert list(fields) == ["At the moment", "What for", "How long", "Erasing"]
        assert fields["How long"] == NOTICE["how long"]
        assert fields["At the moment"].splitlines() == [
            r"- 1 Riot account: **Mara \*Main\*#EUW**",
            "- 1,234 matches of these accounts",
            "- 1 year of statistics",
            "- 2 tasks that you asked for or that were done for your accounts",
            "- 1 line in the log of links",
        ]
        assert labels(notice) == ["Export my data", "Delete everything"]

    async def test_says_so_when_nothing_is_kept(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        answer = await world.wait_for_answer(await world.command("jonas", "privacy"))
        assert answer.embeds[0]["fields"][0]["value"] == "Nothing."
        assert answer.buttons == []


class TestExport:
    async def test_is_a_file_for_the_person_alone_beside_the_notice(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Export my data")
        kept, answer = world.messages("mara")
        assert answer.ephemeral
        (file,) = answer.files
        assert file.filename == "chimera-data.json"
        assert json.loads(file.data) == {"accounts": []}
        assert labels(kept) == ["Export my data", "Delete everything"]

    async def test_is_sent_anew_when_discord_did_not_know_the_answer_yet(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10015, message="Unknown Webhook", times=1)
        asked = await world.click("mara", notice, label="Export my data")
        answer = await world.wait_for_answer(asked)
        assert [file.data for file in answer.files] == [services.privacy.document]


class TestDeletion:
    async def test_asks_once_more_and_says_what_goes_and_that_it_stays_gone(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Delete everything")
        question = last(world)
        assert question.ephemeral
        assert "cannot be undone" in question.content
        assert labels(question) == ["Yes, delete everything", "Keep my data"]
        assert question.buttons[0]["style"] == 4
        assert services.privacy.erased == []

    async def test_once_confirmed_deletes_and_says_what_is_done_and_still_to_come(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Delete everything")
        await world.click("mara", last(world), label="Yes, delete everything")
        assert services.privacy.erased == [str(world.user("mara").id)]
        answer = last(world)
        assert answer.content.startswith("Deleted: 1 account with their statistics, and 2 tasks.")
        assert "in the background" in answer.content
        assert answer.buttons == []

    async def test_can_be_thought_better_of(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Delete everything")
        await world.click("mara", last(world), label="Keep my data")
        assert last(world).embeds == notice.embeds
        assert services.privacy.erased == []

    async def test_that_fails_is_told_and_can_be_tried_again(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Delete everything")
        services.privacy.failure = Unavailable("The database does not answer.")
        await world.click("mara", last(world), label="Yes, delete everything")
        question, told = world.messages("mara")
        assert "The database does not answer." in told.content
        services.privacy.failure = None
        await world.click("mara", question, label="Yes, delete everything")
        assert services.privacy.erased

    async def test_that_is_done_already_says_that_nothing_is_left(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        """From another window, where the question still stands."""
        await world.click("mara", notice, label="Delete everything")
        services.binding.bindings.clear()
        await world.click("mara", last(world), label="Yes, delete everything")
        assert last(world).content.startswith("There is nothing about you left, neither")

    async def test_pressed_twice_at_once_is_done_once(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.click("mara", notice, label="Delete everything")
        question = last(world)
        services.privacy.goes_on.clear()
        presses = [asyncio.create_task(world.click("mara", question, label="Yes, delete everything"))]
        await until(lambda: bool(services.privacy.erased))
        await world.click("mara", question, label="Yes, delete everything")
        services.privacy.goes_on.set()
        await asyncio.gather(*presses)
        done, told = world.messages("mara")
        assert services.privacy.erased == [str(world.user("mara").id)]
        assert told.content.startswith("It is being done already.")
        assert done.content.startswith("Deleted: 1 account")

    async def test_buttons_outlive_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices, notice: ChannelMessage
    ) -> None:
        await world.attach(ChimeraBot(services))
        await world.click("mara", notice, label="Delete everything")
        await world.attach(ChimeraBot(services))
        await world.click("mara", last(world), label="Yes, delete everything")
        assert services.privacy.erased
