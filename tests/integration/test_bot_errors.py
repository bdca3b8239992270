"""Every way in which somebody can meet an error of the bot, in the words that they read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.bot.client import ChimeraBot
from src.core import errors
from src.core.domain.job import Progress
from src.sandbox.discord import Asked, ChannelMessage, DiscordSandbox
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.jobs import a_new_job

AMBER, GREY, RED = 0xF0B232, 0x80848E, 0xDA373C


class Services(FakeBotServices):
    """A bot's services whose errors are told as people read them."""

    def __init__(self, world: DiscordSandbox) -> None:
        super().__init__(api_base_url=world.bridge_url)
        settings = DiscordSettings(
            discord_api_base_url=world.bridge_url, discord_bot_token=SecretStr(world.bot_token), _env_file=None
        )
        self.answers: Any = DiscordAnswers(self.clock, settings)


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> AsyncIterator[Services]:
    services = Services(world)
    await world.attach(ChimeraBot(services))
    yield services
    await services.answers.close()


@dataclass(frozen=True)
class Told:
    """What somebody reads of an error."""

    text: str
    advice: str
    colour: int | None
    error_id: str
    ephemeral: bool

    @classmethod
    def of(cls, message: ChannelMessage) -> "Told":
        embed = message.embeds[0] if message.embeds else {}
        error_id = embed.get("footer", {}).get("text", "").removeprefix("Error ")
        return cls(message.content, embed.get("description", ""), embed.get("color"), error_id, message.ephemeral)

    def is_in(self, log: list[Any]) -> bool:
        """True if the log has, under the id that is told, why."""
        noted = [line for line in log if self.error_id and line.get("error_id") == self.error_id]
        return any({"exc_info", "exception", "caused_by"} & line.keys() for line in noted)


async def told(world: DiscordSandbox, user: str, command: str, **options: Any) -> Told:
    return Told.of(await world.wait_for_answer(await world.command(user, command, **options)))


def last(world: DiscordSandbox, user: str = "mara") -> Told:
    return Told.of(world.messages(user)[-1])


@pytest.mark.parametrize(
    ("failure", "text", "advice", "colour"),
    [
        (errors.BindingNotFound(), "No Riot account is linked yet.", "`/bind`", AMBER),
        (errors.TooOften("Not so fast.", retry_after=7), "Not so fast.", "in 7 seconds", GREY),
        (errors.RateLimited(retry_after=40), "Riot allows only so many requests", "in 40 seconds", GREY),
        (errors.RiotUnavailable("(503)"), "Riot's servers do not answer properly.", "status.riotgames.com", GREY),
        (errors.RiotKeyRejected("(403)"), "Riot refuses this Chimera's API key.", "Tell whoever runs this bot", RED),
        (errors.ConfigurationError("A_SECRET"), "This Chimera is not set up for that.", "`chimera doctor`", RED),
        (errors.StorageUnavailable("10.0.0.1"), "Chimera cannot reach its own storage.", "tell whoever runs", RED),
        (errors.MalformedDocument("a.b"), "Riot's data for this match cannot be read.", "Other matches are fine", RED),
        (KeyError("hunter2"), "Something went wrong on our side.", "tell whoever runs this bot", RED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_a_command_that_fails_says_what_happened_and_what_to_do(  # noqa: PLR0917 - a table's columns
    world: DiscordSandbox, services: Services, failure: Exception, text: str, advice: str, colour: int
) -> None:
    services.binding.failure = failure
    with capture_logs() as log:
        seen = await told(world, "mara", "accounts")
    assert seen.text.startswith(text)
    assert advice in seen.advice
    assert seen.colour == colour
    assert seen.is_in(log) == bool(seen.error_id) == (colour == RED)
    for secret in ("503", "403", "A_SECRET", "10.0.0.1", "a.b", "hunter2"):
        assert secret not in f"{seen.text}{seen.advice}"


async def test_what_was_typed_wrong_is_answered_to_who_typed_it_alone(
    world: DiscordSandbox, services: Services
) -> None:
    services.linking = None
    for command, options, text, advice in (
        ("analyze", {"match": "my last game"}, "'my last game' is not a match id.", "run the command again"),
        ("bind", {"region": "Narnia"}, "Unknown region 'Narnia'.", "run the command again"),
        ("bind", {"region": "kr", "riot_id": "Faker"}, "A Riot ID needs a tag line.", "run the command again"),
        ("bind", {"region": "kr"}, "Here an account is linked by its Riot ID", "`/bind riot_id:Name#TAG`"),
    ):
        seen = await told(world, "mara", command, **options)
        assert seen.text.startswith(text)
        assert advice in seen.advice
        assert (seen.ephemeral, seen.colour, seen.error_id) == (True, AMBER, "")


async def test_a_select_that_fails_says_so_beside_its_list(world: DiscordSandbox, services: Services) -> None:
    for riot_id in ("Mara Main#EUW", "Mara Two#EUW"):
        services.binding.link(str(world.user("mara").id), riot_id)
    asked = await world.command("mara", "accounts")
    listed = await world.wait_for_answer(asked)
    services.binding.failure = errors.StorageUnavailable()
    with capture_logs() as log:
        await world.select("mara", listed, label="Mara Two#EUW")
    seen = last(world)
    assert (seen.text, seen.ephemeral, seen.is_in(log)) == ("Chimera cannot reach its own storage.", True, True)
    assert asked.answer == listed


async def test_a_form_that_fails_says_so_beside_the_invitation(world: DiscordSandbox, services: Services) -> None:
    assert services.linking is not None
    services.linking.signs_in_at_discord = False
    asked = await world.command("mara", "bind")
    invitation = await world.wait_for_answer(asked)
    await world.submit_form("mara", await world.click("mara", invitation, label="Enter code"), code="ABCD-EFGH")
    seen = last(world)
    assert "`/bind`" in seen.advice
    assert (seen.colour, seen.error_id, seen.ephemeral) == (AMBER, "", True)
    assert asked.answer == invitation


async def test_somebody_elses_button_says_where_ones_own_is(world: DiscordSandbox, services: Services) -> None:
    services.binding.link(str(world.user("mara").id), "Mara Main#EUW")
    asked = await world.command("mara", "sync")
    job = await services.ledger.claim(services.ledger.jobs[0].id, worker="w", lease=900, max_deaths=5)
    assert job is not None
    await services.execution.progress.report(job, Progress(step="processing_matches", done=75, total=120))
    await services.answers.progress(job.reply, Progress(step="processing_matches", done=1, total=2), cancels=job.id)
    progress = await world.wait_for_answer(asked, lambda message: message.buttons)
    seen = Told.of(await world.wait_for_answer(await world.click("jonas", progress, label="Cancel")))
    assert (seen.text, seen.advice) == ("Only who started this can stop it.", "Your own are in `/tasks`.")
    assert seen.ephemeral


async def test_a_job_that_fails_later_is_told_under_the_id_that_the_workers_log_has(
    world: DiscordSandbox, services: Services
) -> None:
    services.binding.link(str(world.user("mara").id), "Mara Main#EUW")
    asked = await world.command("mara", "analyze")
    (wanted,) = services.analysis_requests.jobs
    (job,) = await services.ledger.submit([a_new_job(0xABC << 96, reply=wanted.reply)])
    held = await services.ledger.claim(job.id, worker="w", lease=900, max_deaths=5)
    assert held is not None
    services.execution.answers = services.answers
    with capture_logs() as log:
        await services.execution.handle_error(held, errors.RiotKeyRejected())
    seen = Told.of(await world.wait_for_answer(asked))
    assert (seen.text, seen.error_id) == ("Riot refuses this Chimera's API key.", "00000abc")
    assert seen.is_in(log)
    assert [line["job_id"] for line in log if line["event"] == "job_failed"] == [str(job.id)]


async def test_a_bot_that_restarts_says_so_and_suggests_nothing(world: DiscordSandbox, services: Services) -> None:
    bot = ChimeraBot(services)
    await world.attach(bot)
    await bot.drain(1)
    seen = await told(world, "mara", "analyze")
    assert (seen.text, seen.advice, seen.colour) == ("Chimera is restarting.", "Try again in a minute.", GREY)
    assert await world.autocomplete("mara", "unbind", "account", "") == []


async def test_suggestions_that_fail_are_none_and_say_nothing(world: DiscordSandbox, services: Services) -> None:
    services.binding.failure = errors.StorageUnavailable()
    assert await world.autocomplete("mara", "unbind", "account", "") == []
    assert world.messages("mara") == []


async def test_a_command_that_hangs_is_given_up(
    world: DiscordSandbox, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_discord_id: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("src.bot.tree.HANDLER_SECONDS", 0.2)
    monkeypatch.setattr(services.binding, "bindings_of", never)
    with capture_logs() as log:
        seen = await told(world, "mara", "accounts")
    assert seen.text == "This took too long, so it was given up."
    assert seen.is_in(log)


async def test_what_another_version_has_left_behind_says_how_to_go_on(
    world: DiscordSandbox, services: Services
) -> None:
    bot = ChimeraBot(services)
    await world.attach(bot)
    services.binding.link(str(world.user("mara").id), "Mara Main#EUW")
    asked = await world.command("mara", "analyze")
    await _put_a_button_of_another_version(world, asked)
    old = await world.wait_for_answer(asked, lambda message: message.buttons)
    seen = Told.of(await world.wait_for_answer(await world.click("mara", old, label="Old")))
    assert seen.text == "This button belongs to an older version of Chimera."
    assert seen.advice.startswith("Run the command again")
    assert seen.ephemeral

    bot.tree.remove_command("accounts")
    seen = await told(world, "mara", "accounts")
    assert seen.text == "This command has changed since your Discord loaded it."
    assert seen.advice == "Restart Discord, then try again."


async def test_an_error_after_an_acknowledgement_whose_receipt_was_lost_is_told(
    world: DiscordSandbox, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord took it; discord.py, which asked once more, takes the interaction for unanswered."""
    for riot_id in ("Mara Main#EUW", "Mara Two#EUW"):
        services.binding.link(str(world.user("mara").id), riot_id)
    listed = await world.wait_for_answer(await world.command("mara", "accounts"))
    defer = discord.InteractionResponse.defer

    async def defer_twice(response: discord.InteractionResponse[Any], **options: Any) -> None:
        await defer(response, **options)
        response._response_type = None
        raise discord.HTTPException(SimpleNamespace(status=400, reason=""), {"code": 40060})  # type: ignore[arg-type]

    monkeypatch.setattr(discord.InteractionResponse, "defer", defer_twice)
    services.binding.failure = errors.BindingNotFound()
    await world.select("mara", listed, label="Mara Two#EUW")
    assert last(world).text == "No Riot account is linked yet."


@pytest.mark.parametrize(
    "lost", [(discord.InteractionResponse, "defer"), (discord.Interaction, "edit_original_response")]
)
async def test_a_connection_to_discord_that_breaks_is_told_over_the_next_one(
    world: DiscordSandbox, services: Services, monkeypatch: pytest.MonkeyPatch, lost: tuple[type, str]
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(*lost, broken)
    with capture_logs() as log:
        seen = await told(world, "mara", "accounts")
    assert (seen.text, seen.colour) == ("A server we need does not answer properly.", GREY)
    assert [line["caused_by"] for line in log if line["event"] == "command_unavailable"] == ["ServerDisconnectedError"]


@pytest.mark.parametrize("failure", [aiohttp.ServerDisconnectedError(), TimeoutError()])
async def test_an_error_that_cannot_be_told_is_in_the_log(
    world: DiscordSandbox, services: Services, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(discord.InteractionResponse, "send_message", broken)
    with capture_logs() as log:
        await world.command("mara", "bind", region="Narnia")
    assert [line["reason"] for line in log if line["event"] == "error_not_delivered"] == ["Unavailable"]


async def _put_a_button_of_another_version(world: DiscordSandbox, asked: Asked) -> None:
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": "chimera:no-longer:1"}
    url = f"{world.bridge_url}/webhooks/{world.backend.application_id}/{asked.interaction.token}/messages/@original"
    body = {"content": "x", "components": [{"type": 1, "components": [button]}]}
    async with aiohttp.ClientSession() as session, session.patch(url, json=body) as response:
        assert response.status == 200
