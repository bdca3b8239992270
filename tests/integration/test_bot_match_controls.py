"""What leads on from an analysis: the worker's buttons, pressed in a world that behaves like Discord."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.bot.client import ChimeraBot
from src.core.domain.job import Job
from src.core.domain.reply import Reply
from src.core.errors import Unavailable
from src.sandbox.discord import Asked, ChannelMessage, DiscordSandbox
from tests.fakes.analyses import an_analysis
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.match_chart import ONE_PIXEL
from tests.fakes.matches import a_match_summary

SHOWN = an_analysis().match_id


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> FakeBotServices:
    services = FakeBotServices(api_base_url=world.bridge_url)
    await world.attach(ChimeraBot(services))
    return services


@pytest.fixture
async def worker(world: DiscordSandbox, services: FakeBotServices) -> AsyncIterator[DiscordAnswers]:
    """What a worker answers through."""
    settings = DiscordSettings(
        discord_api_base_url=world.bridge_url, discord_bot_token=SecretStr(world.bot_token), _env_file=None
    )
    answers = DiscordAnswers(services.clock, settings)
    yield answers
    await answers.close()


@pytest.fixture
async def asked(world: DiscordSandbox, services: FakeBotServices, worker: DiscordAnswers) -> Asked:
    """Mara has asked for an analysis and got it."""
    main = services.binding.link(world.user("mara").id, "Mara Main#EUW")
    services.stored_history.matches[main.puuid] = [a_match_summary(number) for number in range(30)]
    asked = await world.command("mara", "analyze")
    await answer(worker, last_job(services), main.puuid)
    await world.wait_for_answer(asked, lambda message: message.embeds)
    return asked


def last_job(services: FakeBotServices) -> Job:
    return services.analysis_requests.jobs[-1]


def reply_of(job: Job) -> Reply:
    assert job.reply is not None
    return job.reply


async def answer(worker: DiscordAnswers, job: Job, puuid: str, match_id: str | None = None) -> None:
    """Do what a worker does for a job."""
    analysis = an_analysis(puuid=puuid, match_id=match_id or SHOWN)
    details = bool(job.arguments["details"])
    await worker.deliver_analysis(
        reply_of(job).model_copy(update={"expires_at": datetime(2099, 1, 1, tzinfo=UTC)}),
        analysis,
        ONE_PIXEL,
        details=details,
    )


def shown(asked: Asked) -> ChannelMessage:
    assert asked.answer is not None
    return asked.answer


def labels(asked: Asked) -> list[str]:
    return [button["label"] for button in shown(asked).buttons]


async def press(world: DiscordSandbox, asked: Asked, label: str, user: str = "mara") -> Asked:
    return await world.click(user, shown(asked), label=label)


async def test_details_are_shown_in_the_place_of_the_answer_and_taken_away_again(
    world: DiscordSandbox, services: FakeBotServices, worker: DiscordAnswers, asked: Asked
) -> None:
    assert labels(asked) == ["Another match", "Refresh", "Details"]
    puuid = services.binding.bindings[str(world.user("mara").id)][0].puuid
    for pressed, details, then in (("Details", True, "Less"), ("Refresh", True, "Less"), ("Less", False, "Details")):
        await services.under_way.end()
        await press(world, asked, pressed)
        job = last_job(services)
        assert (job.arguments["match_id"], job.arguments["details"], job.owner) == (
            SHOWN, details, str(world.user("mara").id),
        )  # fmt: skip
        await answer(worker, job, puuid)
        assert labels(asked)[-1] == then
    assert len(world.messages("mara")) == 1


async def test_nobody_else_turns_the_pages_and_nothing_is_asked_for_them(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    services.binding.failure = AssertionError("whose it is, is on the button")
    for label in ("Another match", "Refresh", "Details"):
        refused = await world.wait_for_answer(await press(world, asked, label, "jonas"))
        assert refused.ephemeral
        assert refused.content.startswith("Only who asked can use these buttons. [")
    assert len(services.analysis_requests.jobs) == 1


async def test_another_match_is_chosen_below_the_answer_which_stays_until_it_is_there(
    world: DiscordSandbox, services: FakeBotServices, worker: DiscordAnswers, asked: Asked
) -> None:
    before, buttons = shown(asked), labels(asked)
    (puuid, own), *_ = services.stored_history.matches.items()
    own[3] = replace(own[3], match_id=SHOWN)
    await press(world, asked, "Another match")
    after = shown(asked)
    assert (after.embeds, after.files, labels(asked)) == (before.embeds, before.files, buttons)
    assert [option["value"] for option in after.options] == [one.match_id for one in own if one.match_id != SHOWN][:25]

    await world.select("mara", after, label="Ahri win EUW1_7")
    job = last_job(services)
    assert job.arguments["match_id"] == "EUW1_7"
    assert shown(asked).embeds == before.embeds
    await answer(worker, job, puuid, "EUW1_7")
    assert shown(asked).options == []
    assert "EUW1_7" in str(shown(asked).embeds)


async def test_the_choice_goes_under_the_answer_that_is_there_by_then(
    world: DiscordSandbox,
    services: FakeBotServices,
    worker: DiscordAnswers,
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker's answer lands while the bot reads the matches."""
    ((puuid, own),) = services.stored_history.matches.items()
    read = services.stored_history.of

    async def meanwhile_answered(*request: Any, **limit: Any) -> Any:
        await answer(worker, last_job(services), puuid, "EUW1_3")
        return await read(*request, **limit)

    monkeypatch.setattr(services.stored_history, "of", meanwhile_answered)
    await press(world, asked, "Another match")
    assert "EUW1_3" in str(shown(asked).embeds)
    assert [button["custom_id"].split(":")[3] for button in shown(asked).buttons] == ["EUW1_3"] * 3
    assert [option["value"] for option in shown(asked).options] == [
        one.match_id for one in own if one.match_id != "EUW1_3"
    ][:25]
    await press(world, asked, "Details")
    assert last_job(services).arguments["match_id"] == "EUW1_3"


async def test_nobody_else_picks_from_the_choice(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    await press(world, asked, "Another match")
    refused = await world.wait_for_answer(await world.select("jonas", shown(asked), label="Ahri win EUW1_7"))
    assert refused.ephemeral
    assert len(services.analysis_requests.jobs) == 1


async def test_where_nothing_else_is_stored_the_person_alone_hears_what_to_do(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    services.stored_history.matches.clear()
    await press(world, asked, "Another match")
    kept, told = world.messages("mara")
    assert kept.buttons
    assert told.ephemeral
    assert "No other match of **Mara Main#EUW** is stored yet. `/sync`" in told.content


async def test_a_token_that_expires_while_the_matches_are_read_is_no_fault_of_ours(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    services.stored_history.matches.clear()
    world.env.inject_error("POST", "/webhooks/*", status=401, code=50027, message="Invalid Webhook Token")
    with capture_logs() as log:
        await press(world, asked, "Another match")
    assert [line["error"] for line in log if line["event"] == "command_refused"] == ["ReplyExpired"]
    assert not [line for line in log if line["log_level"] in {"warning", "error"}]


async def test_a_second_press_while_the_first_is_under_way_makes_no_second_job(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    await press(world, asked, "Refresh")
    await press(world, asked, "Details")
    assert len(services.analysis_requests.jobs) == 2
    assert "another answer is on its way" in world.messages("mara")[-1].content
    assert world.messages("mara")[-1].ephemeral


async def test_trouble_is_told_beside_the_answer_or_above_it_and_takes_nothing_away(
    world: DiscordSandbox, services: FakeBotServices, worker: DiscordAnswers, asked: Asked
) -> None:
    before = shown(asked)
    services.binding.failure = Unavailable("The database does not answer.")
    await press(world, asked, "Refresh")
    assert shown(asked) == before
    assert "The database does not answer." in world.messages("mara")[-1].content

    services.binding.failure = None
    await press(world, asked, "Refresh")
    await worker.deliver_error(
        reply_of(last_job(services)).model_copy(update={"expires_at": datetime(2099, 1, 1, tzinfo=UTC)}),
        Unavailable("Riot does not answer."),
        error_id="e1",
    )
    assert shown(asked).content
    assert (shown(asked).embeds, shown(asked).files, shown(asked).buttons) == (
        before.embeds, before.files, before.buttons,
    )  # fmt: skip


async def test_buttons_that_no_longer_find_their_account_say_why_that_may_be_and_what_to_do(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    services.binding.bindings[str(world.user("mara").id)].clear()
    services.binding.link(world.user("mara").id, "Smurf#EUW")
    await press(world, asked, "Details")
    told = world.messages("mara")[-1].content
    for part in ("it was unlinked", "Riot has given it another id", "Run the command again"):
        assert part in told
    assert len(services.analysis_requests.jobs) == 1


async def test_buttons_and_choice_outlive_the_bot(
    world: DiscordSandbox, services: FakeBotServices, asked: Asked
) -> None:
    await world.attach(ChimeraBot(services))
    await press(world, asked, "Another match")
    await world.attach(ChimeraBot(services))
    await world.select("mara", shown(asked), label="Ahri win EUW1_7")
    assert last_job(services).arguments["match_id"] == "EUW1_7"


async def test_matches_of_the_account_that_is_filled_in_are_suggested(
    world: DiscordSandbox, services: FakeBotServices
) -> None:
    main = services.binding.link(world.user("mara").id, "Mara Main#EUW")
    smurf = services.binding.link(world.user("mara").id, "Smurf#EUW")
    services.stored_history.matches = {
        main.puuid: [a_match_summary(1), a_match_summary(2)],
        smurf.puuid: [a_match_summary(3, champion="Zed")],
    }
    suggested = await world.autocomplete("mara", "analyze", "match", "")
    assert [choice["value"] for choice in suggested] == ["EUW1_1", "EUW1_2"]
    suggested = await world.autocomplete("mara", "analyze", "match", "zed", account="smurf#euw")
    assert [choice["name"] for choice in suggested] == ["Zed win EUW1_3 · CLASSIC"]
    for account in ("nobody#1", "smu"):
        assert await world.autocomplete("mara", "analyze", "match", "", account=account) == []
