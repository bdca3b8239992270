"""/profile in a world that behaves like Discord: the profile, and the button under it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.bot.client import ChimeraBot
from src.core.domain.binding import Binding
from src.core.domain.profile import Fetched
from src.core.errors import Unavailable
from src.core.services.allowances import FETCHES
from src.sandbox.discord import Asked, ChannelMessage, DiscordSandbox
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.matches import a_match_summary


class Services(FakeBotServices):
    """The bot's services, with the answers that people really get."""

    def __init__(self, world: DiscordSandbox) -> None:
        super().__init__(api_base_url=world.bridge_url)
        settings = DiscordSettings(
            discord_api_base_url=world.bridge_url, discord_bot_token=SecretStr(world.bot_token), _env_file=None
        )
        self.answers = DiscordAnswers(self.clock, settings)  # type: ignore[assignment]


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> AsyncIterator[Services]:
    services = Services(world)
    await world.attach(ChimeraBot(services))
    yield services
    await services.answers.close()  # type: ignore[attr-defined]


@pytest.fixture
def main(world: DiscordSandbox, services: Services) -> Binding:
    """Mara's main account, which has played."""
    main = services.binding.link(world.user("mara").id, "Mara Main#EUW")
    services.binding.link(world.user("mara").id, "Mara Two#EUW")
    services.profiles.games[main.puuid] = [a_match_summary(0), a_match_summary(1)]
    return main


def shown(asked: Asked) -> ChannelMessage:
    assert asked.answer is not None
    return asked.answer


async def test_a_profile_is_there_at_once_for_everybody_and_nothing_is_fetched(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    asked = await world.command("mara", "profile")
    answer = await world.wait_for_answer(asked, lambda message: message.embeds)
    assert not answer.ephemeral
    assert answer.embeds[0]["title"] == str(main.riot_id)
    assert [button["label"] for button in answer.buttons] == ["Fetch newest", "Explain last game"]
    assert services.profile_requests.jobs == []


async def test_whoever_has_nothing_stored_is_told_and_their_matches_are_on_their_way(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    asked = await world.command("mara", "profile", account="Mara Two#EUW")
    answer = await world.wait_for_answer(asked, lambda message: message.embeds)
    assert "on their way" in answer.content
    assert [button["label"] for button in answer.buttons] == ["Fetch newest"]
    (job,) = services.profile_requests.jobs
    assert job.arguments["puuid"] != main.puuid
    assert job.reply is not None
    assert (job.reply.token.get_secret_value(), job.reply.shows_answer) == (asked.interaction.token, True)

    await world.click("mara", answer, label="Fetch newest")
    assert len(services.profile_requests.jobs) == 1
    assert "another answer is on its way" in world.messages("mara")[-1].content

    await services.answers.deliver_error(job.reply, Unavailable(), error_id="e1")
    assert "on their way" not in f"{shown(asked).content} {shown(asked).embeds}", "it is no longer true"
    await services.under_way.end()
    await world.click("mara", shown(asked), label="Fetch newest")
    assert len(services.profile_requests.jobs) == 2


async def test_what_a_link_is_still_fetching_is_told_and_not_fetched_beside_it(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    services.profile_requests.coming.add(main.puuid)
    asked = await world.command("mara", "profile")
    answer = await world.wait_for_answer(asked, lambda message: message.embeds)
    assert "More of your matches are on their way" in answer.content
    (job,) = services.profile_requests.jobs
    assert job.arguments["after_link"]


async def test_a_fetch_that_is_refused_leaves_the_profile(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    services.profiles.games.clear()
    for _ in range(FETCHES.per_minute):
        await world.command("mara", "profile")
    asked = await world.command("mara", "profile")
    assert "too often" in shown(asked).content
    assert shown(asked).embeds[0]["title"] == str(main.riot_id)
    assert [button["label"] for button in shown(asked).buttons] == ["Fetch newest"]


async def test_whoever_has_linked_nothing_is_told_how_to(world: DiscordSandbox, services: Services) -> None:
    answer = await world.wait_for_answer(await world.command("jonas", "profile"))
    assert "/bind" in f"{answer.content} {answer.embeds}"
    assert services.profile_requests.jobs == []


async def test_the_newest_matches_are_fetched_into_the_same_message(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    asked = await world.command("mara", "profile")
    before = await world.wait_for_answer(asked, lambda message: message.embeds)
    await world.click("mara", before, label="Fetch newest")
    (job,) = services.profile_requests.jobs
    assert (job.arguments["puuid"], job.idempotency_key) == (main.puuid, f"answer:{before.id}")
    assert shown(asked).embeds == before.embeds, "it stays until the next one is there"

    assert job.reply is not None
    await services.answers.deliver_error(job.reply, Unavailable("Riot is away."), error_id="e1")
    assert before.embeds[0]["title"] in str(shown(asked).embeds), "an error takes nothing away"
    services.profiles.games[main.puuid].insert(0, a_match_summary(0, champion="Jinx"))
    profile = await services.profiles.of(str(world.user("mara").id), None)
    await services.answers.deliver_profile(job.reply, profile, fetched=Fetched(listed=20, new=1))
    assert "Jinx" in str(shown(asked).embeds)
    assert len(world.messages("mara")) == 1


async def test_nobody_else_fetches_them(world: DiscordSandbox, services: Services, main: Binding) -> None:
    asked = await world.command("mara", "profile")
    before = await world.wait_for_answer(asked, lambda message: message.embeds)
    refused = await world.wait_for_answer(await world.click("jonas", before, label="Fetch newest"))
    assert refused.ephemeral
    assert refused.content.startswith("Only whose profile this is can fetch its matches.")
    assert services.profile_requests.jobs == []


async def test_the_last_game_is_explained_in_the_place_of_the_profile(
    world: DiscordSandbox, services: Services, main: Binding
) -> None:
    asked = await world.command("mara", "profile")
    before = await world.wait_for_answer(asked, lambda message: message.embeds)
    await world.click("mara", before, label="Explain last game")
    (job,) = services.analysis_requests.jobs
    assert (job.arguments["match_id"], job.arguments["details"]) == ("EUW1_0", False)
