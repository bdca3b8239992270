"""The bot's commands, as people use them: the real client in a world that behaves like Discord."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from src.bot.client import ChimeraBot
from src.core.errors import AccountTaken, BindingNotFound, BrokenInvariant, Unavailable
from src.sandbox.discord import ChannelMessage, DiscordSandbox
from tests.fakes.bot_services import FakeBotServices


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
def services(world: DiscordSandbox) -> FakeBotServices:
    return FakeBotServices(api_base_url=world.bridge_url)


@pytest.fixture
async def bot(world: DiscordSandbox, services: FakeBotServices) -> ChimeraBot:
    bot = ChimeraBot(services)
    await world.attach(bot)
    return bot


@pytest.mark.usefixtures("bot")
class TestAnalyze:
    async def test_is_public_and_left_to_the_worker(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        asked = await world.command("mara", "analyze", match=" euw1_42 ", account="Mara Main#EUW")
        assert asked.answer is not None
        assert asked.answer.thinking
        assert not asked.answer.ephemeral
        (job,) = services.analysis_requests.jobs
        assert job.arguments == {"match_id": "EUW1_42", "account": "Mara Main#EUW", "details": False}
        assert job.owner == str(world.user("mara").id)
        assert job.reply is not None
        await services.answers.deliver_notice(job.reply, "done")
        assert [message.content for message in world.messages("jonas")] == ["done"]

    async def test_without_a_match_asks_for_the_last_one(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        await world.command("mara", "analyze")
        assert services.analysis_requests.jobs[0].arguments == {"match_id": None, "account": None, "details": False}

    async def test_a_malformed_match_id_is_answered_at_once(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        asked = await world.command("mara", "analyze", match="my last game")
        answer = await world.wait_for_answer(asked)
        assert answer.ephemeral
        assert answer.content == (
            "'my last game' is not a match id. It looks like NA1_1234567890. While you type, your stored matches are "
            "suggested: choose one. [00000001]"
        )
        assert services.analysis_requests.jobs == []

    async def test_of_somebody_not_linked_says_so_through_the_answers(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        answer = await world.wait_for_answer(await world.command("mara", "analyze"))
        ((reply, error, error_id),) = services.answers.errors
        assert isinstance(error, BindingNotFound)
        assert not reply.ephemeral
        assert answer.content == f"{error} [{error_id}]"

    async def test_is_acknowledged_before_anything_is_asked(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        acknowledged: list[bool] = []
        services.binding.on_call = lambda: acknowledged.append(
            all(interaction.responded for interaction in world.backend.interactions.values())
        )
        for command in ("analyze", "bind", "accounts", "privacy", "unbind"):
            await world.command("mara", command)
        assert acknowledged == [True] * 5

    async def test_mentions_nobody(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "@everyone#EUW")
        answer = await world.wait_for_answer(await world.command("mara", "unbind"))
        assert "@everyone" in answer.content
        bodies = [r.json for r in world.backend.http_requests if r.method == "PATCH"]
        assert bodies[-1]["allowed_mentions"]["parse"] == []


@pytest.mark.usefixtures("bot")
class TestErrors:
    async def test_storage_that_is_down_is_told_and_logged(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.failure = Unavailable("The database does not answer.")
        with capture_logs() as logs:
            answer = await world.wait_for_answer(await world.command("mara", "accounts"))
        ((_, error, error_id),) = services.answers.errors
        assert error is services.binding.failure
        assert "The database does not answer." in answer.content
        (event,) = [log for log in logs if log["event"] == "command_unavailable"]
        assert event["error_id"] == error_id

    async def test_a_defect_gets_an_id_that_is_in_the_log_and_in_the_answer(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        defect = RuntimeError("secret detail")
        services.binding.failure = defect
        with capture_logs() as logs:
            answer = await world.wait_for_answer(await world.command("mara", "accounts"))
        (event,) = [log for log in logs if log["event"] == "command_failed"]
        assert "RuntimeError: secret detail" in event["exception"]
        assert event["error"] == "RuntimeError"
        assert event["error_id"] in answer.content
        assert "secret detail" not in answer.content
        assert isinstance(services.answers.errors[0][1], BrokenInvariant)

    async def test_a_refusal_is_logged_without_what_was_typed(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.failure = AccountTaken()
        with capture_logs() as logs:
            await world.wait_for_answer(await world.command("mara", "unbind", account="Mara Main#EUW"))
        (event,) = [log for log in logs if log["event"] == "command_refused"]
        assert event["error"] == "AccountTaken"
        assert "Mara" not in str(logs)
        assert str(world.user("mara").id) not in str(logs)

    async def test_an_answer_that_cannot_be_delivered_is_logged(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.failure = Unavailable()
        services.answers.failure = Unavailable()
        with capture_logs() as logs:
            await world.command("mara", "accounts")
        assert [log["reason"] for log in logs if log["event"] == "error_not_delivered"] == ["Unavailable"]

    async def test_a_defer_that_discord_has_seen_before_took_effect(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        world.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060, message="acknowledged")
        await world.command("mara", "analyze")
        assert len(services.analysis_requests.jobs) == 1

    async def test_an_interaction_that_discord_gave_up_submits_nothing(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, message="Unknown")
        with capture_logs() as logs:
            await world.command("mara", "analyze")
        assert services.analysis_requests.jobs == []
        assert [log["error"] for log in logs if log["event"] == "command_refused"] == ["ReplyExpired"]

    async def test_a_webhook_unknown_right_after_the_defer_is_tried_again(self, world: DiscordSandbox) -> None:
        world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10015, message="Unknown Webhook", times=2)
        answer = await world.wait_for_answer(await world.command("mara", "accounts"))
        assert "/bind" in answer.content

    async def test_a_webhook_that_stays_unknown_is_given_up(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10015, message="Unknown Webhook", times=4)
        with capture_logs() as logs:
            asked = await world.command("mara", "accounts")
            async with asyncio.timeout(10):
                while not any(log["event"] == "command_refused" for log in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert asked.answer is not None
        assert asked.answer.thinking
        assert services.answers.errors == []

    async def test_a_command_that_discord_still_shows_but_the_bot_has_not(
        self, world: DiscordSandbox, bot: ChimeraBot
    ) -> None:
        bot.tree.remove_command("accounts")
        answer = await world.wait_for_answer(await world.command("mara", "accounts"))
        assert answer.ephemeral
        assert answer.content.startswith("This command has changed since your Discord loaded it.")

    async def test_a_command_that_takes_for_ever_is_given_up(
        self, world: DiscordSandbox, services: FakeBotServices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("src.bot.tree.HANDLER_SECONDS", 0.2)

        async def never(_discord_id: str) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(services.binding, "bindings_of", never)
        answer = await world.wait_for_answer(await world.command("mara", "accounts"))
        assert answer.content.startswith("It took too long and was given up.")


class TestHelp:
    async def test_shows_every_command_as_one_that_a_tap_types(self, world: DiscordSandbox, bot: ChimeraBot) -> None:
        told = written(await world.wait_for_answer(await world.command("mara", "help")))
        ids = {command.name: command.id for command in await bot.tree.fetch_commands()}
        assert set(ids) == {command.name for command in bot.tree.get_commands()}
        assert [name for name, number in ids.items() if f"\n</{name}:{number}> " not in told] == []
        assert f"New here? </bind:{ids['bind']}>, then </analyze:{ids['analyze']}>." in told

    async def test_asks_discord_for_the_ids_once(self, world: DiscordSandbox, bot: ChimeraBot) -> None:
        for _ in range(2):
            await world.wait_for_answer(await world.command("mara", "help"))
        asked = [one for one in world.backend.http_requests if one.method == "GET" and one.path.endswith("/commands")]
        assert len(asked) == 1

    async def test_is_for_the_person_alone_and_does_without_ids(self, world: DiscordSandbox, bot: ChimeraBot) -> None:
        world.env.inject_error("GET", "/applications/*/commands", status=400, code=0, message="not today")
        answer = await world.wait_for_answer(await world.command("mara", "help"))
        assert answer.ephemeral
        assert "New here? `/bind`, then `/analyze`." in written(answer)


def written(message: ChannelMessage) -> str:
    """All that a layout says."""

    def texts(parts: list[dict[str, Any]]) -> Iterator[str]:
        for part in parts:
            yield from [part["content"]] if "content" in part else texts(part.get("components", []))

    return "\n".join(texts(message.payload["components"]))


class TestDraining:
    async def test_lets_running_commands_finish_and_takes_no_new_ones(
        self, world: DiscordSandbox, services: FakeBotServices, bot: ChimeraBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on = asyncio.Event()

        async def slow(_discord_id: str) -> tuple[()]:
            await go_on.wait()
            return ()

        monkeypatch.setattr(services.binding, "bindings_of", slow)
        running = await world.command("mara", "accounts")
        draining = asyncio.create_task(bot.drain(10))
        await asyncio.sleep(0)
        refused = await world.wait_for_answer(await world.command("jonas", "help"))
        assert refused.ephemeral
        assert refused.content.startswith("Chimera is restarting.")
        assert await world.autocomplete("jonas", "bind", "region", "eu") == []
        assert not draining.done()
        go_on.set()
        await draining
        assert "/bind" in (await world.wait_for_answer(running)).content

    async def test_does_not_wait_longer_than_told(
        self, world: DiscordSandbox, services: FakeBotServices, bot: ChimeraBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def never(_discord_id: str) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(services.binding, "bindings_of", never)
        await world.command("mara", "accounts")
        with capture_logs() as logs:
            await bot.drain(0.05)
        assert [log["event"] for log in logs] == ["bot_drain_incomplete"]


async def test_the_bot_asks_for_no_privileged_intent(bot: ChimeraBot) -> None:
    assert not bot.intents.members
    assert not bot.intents.presences
    assert not bot.intents.message_content
    assert isinstance(bot, discord.AutoShardedClient)


async def test_commands_may_be_installed_and_used_everywhere(bot: ChimeraBot) -> None:
    for command in bot.tree.get_commands():
        payload = command.to_dict(bot.tree)
        assert payload["contexts"] == [0, 1, 2]
        assert payload["integration_types"] == [0, 1]
