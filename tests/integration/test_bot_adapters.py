"""The bot with real Postgres behind it and real HTTP to Discord."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from src.adapters.database import DatabaseAdapter, PostgresJobLedger, PostgresLinkSteps, PostgresMatchStore
from src.adapters.database.personal_data import PostgresPersonalData
from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.adapters.system_clock import SystemClock
from src.adapters.system_randomness import SystemRandomness
from src.adapters.system_secrets import SystemSecrets
from src.bot.client import ChimeraBot
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.binding import ProvenAccount
from src.core.domain.job import Progress
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.services.account_linking import AccountLinking
from src.core.services.analysis_requests import AnalysisRequests
from src.core.services.answer_jobs import AnswerJobs
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.link_limits import LinkLimits
from src.core.services.player_profiles import PlayerProfiles
from src.core.services.privacy import PSEUDONYMISE_PLAYER, PrivacyService
from src.core.services.profile_requests import ProfileRequests
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.stored_history import StoredHistory
from src.core.services.sync_requests import SyncRequests
from src.core.services.user_binding import UserBindingService
from src.sandbox.discord import DiscordSandbox
from tests.fakes.analyses import an_analysis
from tests.fakes.icon_proof import FakeIconProof
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.match_chart import ONE_PIXEL
from tests.fakes.request_limits import FakeRequestLimits
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.rso import FakeRSO
from tests.fakes.shared_answers import FakeSharedAnswers
from tests.fakes.webhooks import FakeWebhooks

ACCOUNT = ProvenAccount(puuid="p" * 78, riot_id=RiotId(game_name="Mara Main", tag_line="EUW"), platform=Platform.EUW1)


@dataclass
class Services:
    """As the composition root wires them, but for RSO and the broker."""

    database: DatabaseAdapter
    queue: FakeJobQueue
    binding: UserBindingService
    linking: AccountLinking
    icon_binding: UserBindingService
    icons: FakeIconProof
    privacy: PrivacyService
    analysis_requests: AnalysisRequests
    stored_history: StoredHistory
    profiles: PlayerProfiles
    profile_requests: ProfileRequests
    sync_requests: SyncRequests
    execution: JobExecution
    control: JobControl
    clock: SystemClock
    answers: DiscordAnswers
    randomness: SystemRandomness


def wired(url: str, world: DiscordSandbox) -> Services:
    """Services over one database."""
    database, queue, randomness = DatabaseAdapter(url=url, pool_size=2), FakeJobQueue(), SystemRandomness()
    settings = DiscordSettings(
        discord_api_base_url=world.bridge_url, discord_bot_token=SecretStr(world.bot_token), _env_file=None
    )
    ledger, matches, clock = PostgresJobLedger(database), PostgresMatchStore(database), SystemClock()
    jobs, answers = JobSubmission(ledger, queue), DiscordAnswers(clock, settings)
    execution = JobExecution(ledger, queue, answers, randomness, clock)
    answer_jobs = AnswerJobs(jobs, ledger, execution.outcomes, FakeRequestLimits(), clock)
    callbacks = ResultCallbacks(FakeWebhooks(), randomness, SecretStr(""))
    icons = FakeIconProof(ACCOUNT)
    binding, limits = UserBindingService(database=database, rso_adapter=FakeRSO()), LinkLimits(FakeRequestLimits())
    linking = AccountLinking(
        binding=binding,
        database=database,
        steps=PostgresLinkSteps(database),
        secrets=SystemSecrets(),
        limits=limits,
        public_url="http://127.0.0.1",
    )
    privacy = PrivacyService(
        data=PostgresPersonalData(database),
        jobs=jobs,
        execution=execution,
        queue=queue,
        shared=FakeSharedAnswers(),
        randomness=randomness,
        clock=clock,
        begin_after=0.0,
    )
    return Services(
        database=database,
        queue=queue,
        binding=binding,
        linking=linking,
        icon_binding=UserBindingService(database=database, rso_adapter=icons, limits=limits),
        icons=icons,
        privacy=privacy,
        analysis_requests=AnalysisRequests(database, answer_jobs, randomness),
        stored_history=StoredHistory(database, matches),
        profiles=PlayerProfiles(database, matches, FakeRiotApi(), randomness),
        profile_requests=ProfileRequests(database, answer_jobs, jobs, ledger, randomness),
        sync_requests=SyncRequests(jobs, randomness, clock, callbacks),
        execution=execution,
        control=JobControl(ledger, execution, clock),
        clock=clock,
        answers=answers,
        randomness=randomness,
    )


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox, database_url: str) -> AsyncIterator[Services]:
    services = wired(database_url, world)
    await world.attach(ChimeraBot(services))
    yield services
    await services.answers.close()
    await services.database.close()


async def linked(world: DiscordSandbox, services: Services) -> None:
    """Mara's account."""
    await services.database.save_binding(str(world.user("mara").id), ACCOUNT)


async def test_a_linked_account_is_listed_analysed_and_unlinked(world: DiscordSandbox, services: Services) -> None:
    await linked(world, services)
    assert [choice["value"] for choice in await world.autocomplete("mara", "unbind", "account", "")] == [
        "Mara Main#EUW"
    ]
    listed = await world.wait_for_answer(await world.command("mara", "accounts"))
    assert "Mara Main#EUW" in listed.embeds[0]["description"]

    asked = await world.command("mara", "analyze")
    assert asked.answer is not None
    assert asked.answer.thinking
    assert services.queue.published[0].arguments["puuid"] == ACCOUNT.puuid

    gone = await world.wait_for_answer(await world.command("mara", "unbind"))
    assert gone.content == "**Mara Main#EUW** is no longer linked."
    told = await world.wait_for_answer(await world.command("mara", "analyze"))
    assert "/bind" in told.embeds[0]["description"]
    assert not told.ephemeral


async def test_an_account_is_linked_by_its_icon_and_everything_is_erased_again(
    world: DiscordSandbox, services: Services
) -> None:
    asked = await world.command("mara", "bind", riot_id="mara main#euw", region="EUW")
    named = await world.wait_for_answer(asked)
    services.icons.shown[ACCOUNT.puuid] = 1
    await world.click("mara", named, label="Verify")
    answer = await world.wait_for_answer(asked, lambda message: not message.buttons)
    assert answer.content.startswith("Linked: **Mara Main#EUW**")
    listed = await world.wait_for_answer(await world.command("mara", "accounts"))
    assert "proven by a profile icon" in listed.embeds[0]["description"]

    asked = await world.command("mara", "privacy")
    notice = await world.wait_for_answer(asked)
    exported = await world.wait_for_answer(await world.click("mara", notice, label="Export my data"))
    assert b"Mara Main" in exported.files[0].data
    await world.click("mara", notice, label="Delete everything")
    doubt = await world.wait_for_answer(asked, lambda message: "cannot be undone" in message.content)
    await world.click("mara", doubt, label="Yes, delete everything")
    done = await world.wait_for_answer(asked, lambda message: not message.buttons)
    assert done.content.startswith("Deleted: 1 account")
    assert await services.binding.bindings_of(str(world.user("mara").id)) == ()
    assert [hint.kind for hint in services.queue.published] == [PSEUDONYMISE_PLAYER]


async def test_an_account_is_made_main_and_removed_from_the_list(world: DiscordSandbox, services: Services) -> None:
    await linked(world, services)
    second = ACCOUNT.model_copy(update={"puuid": "-" * 78, "riot_id": RiotId(game_name="Smurf", tag_line="EUW")})
    await services.database.save_binding(str(world.user("mara").id), second)
    asked = await world.command("mara", "accounts")
    await world.select("mara", await world.wait_for_answer(asked), label="Smurf#EUW")
    chosen = await world.wait_for_answer(asked, lambda message: message.buttons)
    await world.click("mara", chosen, label="Make main")
    after = await world.wait_for_answer(asked, lambda message: "is your main account now" in message.content)
    await world.click("mara", after, label="Remove")
    doubt = await world.wait_for_answer(asked, lambda message: message.content.startswith("Remove"))
    await world.click("mara", doubt, label="Remove")
    await world.wait_for_answer(asked, lambda message: "is no longer linked" in message.content)
    (left,) = await services.binding.bindings_of(str(world.user("mara").id))
    assert (left.puuid, left.is_main) == (ACCOUNT.puuid, True)


async def test_a_sync_shows_its_progress_and_is_cancelled_by_whoever_started_it(
    world: DiscordSandbox, services: Services
) -> None:
    await linked(world, services)
    asked = await world.command("mara", "sync")
    (hint,) = services.queue.published
    job = await services.execution.claim(hint.job_id, worker="w", hinted=lambda: pytest.fail("it is written down"))
    assert job is not None
    await services.execution.progress.report(job, Progress(step="processing_matches", done=75, total=120))
    progress = await world.wait_for_answer(asked, lambda answer: "75 of 120" in answer.content)
    assert progress.content.startswith("▰▰▰▰▰▰▱▱▱▱ matches 75 of 120")

    refused = await world.wait_for_answer(await world.click("jonas", progress, label="Cancel"))
    assert refused.ephemeral
    assert refused.content == "Only who started this can stop it."
    told = await world.wait_for_answer(await world.click("mara", progress, label="Cancel"))
    assert told.content == "Stopping: what is stored stays."

    stored = {"stored": ["EUW1_1", "EUW1_2"], "skipped": ["EUW1_3"], "total_matches": 120, "year": 2026}
    await services.execution.end_cancelled(job, stored)
    assert asked.answer is not None
    assert asked.answer.content == "Stopped. 3 of 120 matches are stored; /sync goes on from there."
    assert asked.answer.buttons == []
    listed = await world.wait_for_answer(await world.command("mara", "tasks"))
    assert "of Mara Main#EUW** · cancelled, 3 of 120 matches are stored" in listed.embeds[0]["description"]


async def test_the_answer_to_a_pressed_button_takes_the_place_of_the_one_above_it(
    world: DiscordSandbox, services: Services
) -> None:
    async def work(shown: MatchAnalysis) -> None:
        """Do the newest job as a worker does, which was told by its hint only."""
        hint = services.queue.published[-1]
        job = await services.execution.claim(hint.job_id, worker="w", hinted=lambda: pytest.fail("it is written down"))
        assert job is not None
        assert job.reply is not None
        assert job.arguments["puuid"] == ACCOUNT.puuid
        details = bool(job.arguments["details"])
        await services.answers.deliver_analysis(job.reply, shown, ONE_PIXEL, details=details)
        await services.execution.succeed(job, {}, is_answered=True)

    await linked(world, services)
    asked = await world.command("mara", "analyze")
    await work(an_analysis(puuid=ACCOUNT.puuid))
    for label, then in (("Details", "Less"), ("Less", "Details")):
        assert asked.answer is not None
        await world.click("mara", asked.answer, label=label)
        await work(an_analysis(puuid=ACCOUNT.puuid))
        assert asked.answer.buttons[-1]["label"] == then
    assert len(world.messages("mara")) == 1


async def test_a_database_that_is_down_is_told_in_plain_words(world: DiscordSandbox) -> None:
    with socket.socket() as closed, capture_logs() as logs:
        closed.bind(("127.0.0.1", 0))
        services = wired(f"postgresql://nobody@127.0.0.1:{closed.getsockname()[1]}/none", world)
        await world.attach(ChimeraBot(services))
        for command in ("accounts", "unbind", "analyze", "profile", "bind", "sync", "tasks", "privacy"):
            answer = await world.wait_for_answer(await world.command("mara", command))
            assert "Try again" in answer.embeds[0]["description"], command
            assert "nobody" not in str(answer.payload)
        assert await world.autocomplete("mara", "unbind", "account", "") == []
        await services.answers.close()
        await services.database.close()
    assert sum(log["event"] == "command_unavailable" for log in logs) == 8
