"""/sync, /tasks and their buttons: the real client in a world that behaves like Discord, jobs in a ledger in memory."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from src.bot.client import ChimeraBot
from src.bot.task_list import MOST_UNDER_WAY
from src.core.domain.job import Job, JobState, Lane, NewJob, Progress
from src.core.domain.regions import Platform
from src.core.errors import BindingNotFound, NotYours
from src.sandbox.discord import Asked, ChannelMessage, DiscordSandbox
from tests.fakes.bot_services import FakeBotServices
from tests.fakes.jobs import a_new_job


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> FakeBotServices:
    """The services of a bot in the world; Mara has an account."""
    services = FakeBotServices(api_base_url=world.bridge_url)
    await world.attach(ChimeraBot(services))
    services.binding.link(world.user("mara").id, "Mara Main#EUW")
    return services


def labels(message: ChannelMessage) -> list[str]:
    return [button["label"] for button in message.buttons]


def listed(message: ChannelMessage) -> str:
    """What the list of tasks says."""
    return str(message.embeds[0]["description"])


async def claimed(services: FakeBotServices, job: NewJob, progress: Progress) -> Job:
    """The job as a worker has it, showing its progress."""
    held = await services.ledger.claim(job.id, worker="w", lease=900, max_deaths=5)
    assert held is not None
    await services.execution.progress.report(held, progress)
    return held


async def owned(world: DiscordSandbox, services: FakeBotServices, number: int, user: str = "mara") -> Job:
    """A submitted job of somebody's."""
    job = a_new_job(1000 + number, kind=f"test.job_{number}", owner=str(world.user(user).id))
    return (await services.ledger.submit([job]))[0]


@pytest.fixture
async def syncing(world: DiscordSandbox, services: FakeBotServices) -> Asked:
    """Mara's sync, 75 of 120 matches far."""
    asked = await world.command("mara", "sync")
    await claimed(services, services.ledger.jobs[0], Progress(step="processing_matches", done=75, total=120))
    return asked


def shown(asked: Asked) -> ChannelMessage:
    assert asked.answer is not None
    return asked.answer


class TestSync:
    async def test_takes_the_main_account_and_this_year(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "Smurf#KR1", Platform.KR)
        asked = await world.command("mara", "sync")
        (job,) = services.ledger.jobs
        assert job.arguments == {
            "game_name": "Mara Main", "tag_line": "EUW", "platform": "euw1", "routing": "europe",
            "year": services.clock.now().year,
        }  # fmt: skip
        assert job.owner == str(world.user("mara").id)
        assert job.reply is not None
        assert job.reply.token.get_secret_value() == asked.interaction.token
        assert not job.reply.ephemeral

    async def test_takes_the_account_and_year_it_is_told(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Smurf#KR1", Platform.KR)
        await world.command("mara", "sync", year=2024, account="smurf#kr1")
        (job,) = services.ledger.jobs
        assert (job.arguments["game_name"], job.arguments["platform"], job.arguments["year"]) == ("Smurf", "kr", 2024)

    async def test_everybody_sees_that_it_waits_until_a_worker_takes_it(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        answer = shown(await world.command("mara", "sync"))
        assert services.ledger.jobs
        assert not answer.ephemeral
        assert answer.content == "Sync 2026 of **Mara Main#EUW**: waiting its turn ..."

    async def test_shows_a_name_as_itself(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "<t:1:R>#EUW")
        answer = shown(await world.command("mara", "sync", account="<t:1:R>#EUW"))
        assert answer.content == r"Sync 2026 of **\<t:1:R>#EUW**: waiting its turn ..."

    async def test_of_the_same_year_twice_is_one_job_and_points_to_the_tasks(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        await world.command("mara", "sync")
        again = shown(await world.command("mara", "sync"))
        assert "is under way already. /tasks" in again.content
        assert len(services.ledger.jobs) == 1

    async def test_without_an_account_says_how_to_link_one(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        answer = await world.wait_for_answer(await world.command("jonas", "sync"))
        ((_, error, error_id),) = services.answers.errors
        assert isinstance(error, BindingNotFound)
        assert answer.content == f"{error} [{error_id}]"
        assert services.ledger.jobs == ()

    async def test_an_account_of_somebody_else_is_none_of_ones_own(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("jonas").id, "Jonas#EUW")
        answer = await world.wait_for_answer(await world.command("mara", "sync", account="Jonas#EUW"))
        assert "Jonas#EUW is not among your linked accounts." in answer.content
        assert services.ledger.jobs == ()

    async def test_a_year_to_come_is_refused_at_once(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        answer = await world.wait_for_answer(await world.command("mara", "sync", year=2027))
        assert answer.ephemeral
        assert "from 2020 to 2026" in answer.content
        assert services.ledger.jobs == ()

    async def test_years_and_accounts_are_suggested(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        assert services.binding.bindings
        years = [choice["value"] for choice in await world.autocomplete("mara", "sync", "year", "")]
        assert years == [2026, 2025, 2024, 2023, 2022, 2021, 2020]
        assert [choice["value"] for choice in await world.autocomplete("mara", "sync", "year", "2024")] == [2024]
        accounts = await world.autocomplete("mara", "sync", "account", "")
        assert [choice["value"] for choice in accounts] == ["Mara Main#EUW"]


class TestCancel:
    async def test_stops_a_running_sync_and_says_that_what_is_stored_stays(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        assert labels(shown(syncing)) == ["Cancel"]
        answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.ephemeral
        assert answer.content == "Stopping: what is stored stays."
        assert services.ledger.jobs[0].cancel_requested
        assert "75" in shown(syncing).content, "the worker says how it ended"

    async def test_of_what_never_started_ends_it_at_once(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        asked = await world.command("mara", "sync")
        (job,) = services.ledger.jobs
        assert job.reply is not None
        await services.answers.progress(job.reply, Progress(step="waiting"), cancels=job.id)
        answer = await world.wait_for_answer(await world.click("mara", shown(asked), label="Cancel"))
        assert answer.content == "Cancelled."
        assert shown(asked).content == "sync_player_data cancelled"
        assert labels(shown(asked)) == []

    async def test_of_what_has_ended_changes_nothing(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        (job,) = services.ledger.jobs
        await services.ledger.succeed(job.id, job.fence, {})
        answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.content == "It has ended already."
        assert services.ledger.jobs[0].state is JobState.SUCCEEDED

    async def test_is_for_whoever_started_it_alone(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        answer = await world.wait_for_answer(await world.click("jonas", shown(syncing), label="Cancel"))
        assert answer.ephemeral
        ((reply, error, _),) = services.answers.errors
        assert isinstance(error, NotYours)
        assert str(error) == "Only who started this can stop it."
        assert reply.ephemeral
        assert not services.ledger.jobs[0].cancel_requested

    async def test_of_a_job_that_is_gone_is_told(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        (job,) = services.ledger.jobs
        assert job.reply is not None
        await services.answers.progress(job.reply, Progress(step="odd"), cancels=UUID(int=99))
        answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.ephemeral
        assert "There is no such job." in answer.content

    async def test_works_after_a_restart_of_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        await world.attach(ChimeraBot(services))
        answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.content == "Stopping: what is stored stays."
        assert services.ledger.jobs[0].cancel_requested

    async def test_while_the_database_is_down_is_told_and_logged(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        services.ledger.is_down = True
        with capture_logs() as logs:
            answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.ephemeral
        ((_, _, error_id),) = services.answers.errors
        assert [log["error_id"] for log in logs if log["event"] == "command_unavailable"] == [error_id]

    async def test_a_defect_behind_a_button_gets_an_id(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(_job_id: UUID) -> Job:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(services.control, "status", broken)
        with capture_logs() as logs:
            answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        (event,) = [log for log in logs if log["event"] == "command_failed"]
        assert event["error_id"] in answer.content
        assert "secret detail" not in answer.content

    async def test_a_bot_that_stops_takes_no_presses(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        bot = ChimeraBot(services)
        await world.attach(bot)
        await bot.drain(1)
        answer = await world.wait_for_answer(await world.click("mara", shown(syncing), label="Cancel"))
        assert answer.content.startswith("Chimera is restarting.")
        assert not services.ledger.jobs[0].cancel_requested


class TestTasks:
    async def test_without_any_says_what_there_is_to_start(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        assert services.ledger.jobs == ()
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        assert answer.ephemeral
        assert "`/sync`" in listed(answer)
        assert labels(answer) == ["Refresh"]

    async def test_lists_ones_own_with_those_under_way_first(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        done, first = await owned(world, services, 1), await owned(world, services, 2)
        await owned(world, services, 3, "jonas")
        await owned(world, services, 4)
        await services.control.cancel(done.id)
        await claimed(services, first, Progress(step="x"))
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        assert listed(answer).splitlines() == [
            "__Under way__", "1. job_4 queued", "2. job_2 running", "", "__Ended__", "- job_1 cancelled",
        ]  # fmt: skip
        assert labels(answer) == ["Cancel 1", "Cancel 2", "Refresh"]

    async def test_an_answer_is_listed_only_until_it_is_there(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        """It stands where it was asked for, and each press of a button asks for one."""
        mine = {"owner": str(world.user("mara").id), "lane": Lane.INTERACTIVE}
        done, waiting = (a_new_job(number, kind=f"test.answer_{number}", **mine) for number in (1, 2))
        await services.ledger.submit([done, waiting])
        await services.ledger.cancel(done.id)
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        assert listed(answer).splitlines() == ["__Under way__", "1. answer_2 queued"]

    async def test_has_no_more_buttons_than_fit_and_says_so(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        for number in range(MOST_UNDER_WAY + 2):
            await owned(world, services, number)
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        assert len(answer.buttons) == MOST_UNDER_WAY + 1
        assert "Older ones are under way too." in listed(answer)

    async def test_cancels_the_chosen_one_and_shows_the_list_as_it_is_then(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        for number in (1, 2):
            await owned(world, services, number)
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        await world.click("mara", answer, label="Cancel 2")
        (after,) = world.messages("mara")
        assert after.content == "Cancelled."
        assert listed(after).splitlines() == ["__Under way__", "1. job_2 queued", "", "__Ended__", "- job_1 cancelled"]
        assert labels(after) == ["Cancel", "Refresh"]

    async def test_offers_no_second_cancel_of_what_is_stopping(
        self, world: DiscordSandbox, services: FakeBotServices, syncing: Asked
    ) -> None:
        assert shown(syncing).content
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        await world.click("mara", answer, label="Cancel")
        after = world.messages("mara")[-1]
        assert after.content == "Stopping: what is stored stays."
        assert labels(after) == ["Refresh"]
        assert services.ledger.jobs[0].cancel_requested

    async def test_a_cancel_that_fails_leaves_the_list(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        await owned(world, services, 1)
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        services.ledger.is_down = True
        await world.click("mara", answer, label="Cancel")
        kept, told = world.messages("mara")
        assert listed(kept) == listed(answer)
        assert told.ephemeral
        assert "database" in told.content

    async def test_is_refreshed_by_its_button_after_a_restart_of_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        job = await owned(world, services, 1)
        answer = await world.wait_for_answer(await world.command("mara", "tasks"))
        await services.control.cancel(job.id)
        await world.attach(ChimeraBot(services))
        await world.click("mara", answer, label="Refresh")
        (after,) = world.messages("mara")
        assert listed(after) == "__Ended__\n- job_1 cancelled"
        assert after.content == ""
