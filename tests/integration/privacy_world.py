"""Ann and Bob on real servers, with something of Ann in every place there is for it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from src.adapters.celery_queue import CeleryJobQueue, CelerySettings, create_celery_app
from src.adapters.database import (
    DatabaseAdapter,
    PostgresAbsenceStore,
    PostgresJobLedger,
    PostgresLinkSteps,
    PostgresMatchFactsStore,
    PostgresMatchStore,
    PostgresPersonalData,
    PostgresPlayerStore,
    PostgresTombstones,
    PostgresYearlyStatisticsStore,
)
from src.adapters.shared_answers import RedisSharedAnswers
from src.adapters.system_clock import SystemClock
from src.adapters.system_randomness import SystemRandomness
from src.core.domain.binding import LinkAttempt, LinkAudit, LinkEvent
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.job import Job, Progress
from src.core.domain.regions import Platform
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.match_analysis import MatchAnalysisService
from src.core.services.match_facts import FactsRefreshed, MatchFactsService
from src.core.services.match_ingest import MatchIngest
from src.core.services.privacy import PrivacyService
from tests.contract.job_ledger.world import a_job
from tests.fakes.answers import FakeAnswers
from tests.fakes.match_chart import FakeMatchChart
from tests.fakes.riot_api import FakeRiotApi
from tests.lives import (
    ANN,
    ANN_ALONE,
    ANNS,
    ANNS_NAME,
    ANNS_OLD,
    BOB,
    BOB_ALONE,
    BOBS,
    BOBS_NAME,
    OLD_NAME,
    TOGETHER,
    TOKEN,
    YEAR,
    a_game,
    a_reply,
    a_sync,
    account,
    an_analysis,
    an_invitation,
)

ANNS_TRACES = (ANN, ANNS, ANNS_OLD, TOKEN, ANNS_NAME.game_name, OLD_NAME.game_name, "s-ANN42")
"""What must not be found of Ann: ids, names, a token, a summoner id."""


@dataclass
class PrivacyWorld:
    """The services of an erasure over Postgres and Redis; Discord and Riot are fakes."""

    database: DatabaseAdapter
    broker_url: str
    result_backend: str
    running: Job = field(init=False)

    def __post_init__(self) -> None:
        settings = CelerySettings(
            celery_broker_url=SecretStr(self.broker_url), celery_result_backend=SecretStr(self.result_backend)
        )
        self.app = create_celery_app(settings)
        self.clock = SystemClock()
        self.ledger, self.queue = PostgresJobLedger(self.database), CeleryJobQueue(self.app)
        self.shared = RedisSharedAnswers(self.broker_url, SecretStr("RGAPI-any"))
        self.answers = FakeAnswers(self.clock)
        self.matches, self.players = PostgresMatchStore(self.database), PostgresPlayerStore(self.database)
        self.statistics, self.tombstones = (
            PostgresYearlyStatisticsStore(self.database),
            PostgresTombstones(self.database),
        )
        self.data = PostgresPersonalData(self.database)
        self.jobs = JobSubmission(self.ledger, self.queue)
        self.execution = JobExecution(self.ledger, self.queue, self.answers, SystemRandomness(), self.clock)
        self.privacy = PrivacyService(
            data=self.data,
            jobs=self.jobs,
            execution=self.execution,
            queue=self.queue,
            shared=self.shared,
            randomness=SystemRandomness(),
            clock=self.clock,
            begin_after=0.0,
        )
        ingest = MatchIngest(FakeRiotApi(), self.matches, PostgresAbsenceStore(self.database), self.clock)
        self.facts = MatchFactsService(
            self.matches, PostgresMatchFactsStore(self.database), self.clock, compute=facts_of
        )
        self.analysis = MatchAnalysisService(
            FakeRiotApi(), self.matches, ingest, self.facts, FakeMatchChart(), self.answers, self.tombstones
        )

    async def close(self) -> None:
        await self.shared.close()
        self.app.close()

    async def fill(self) -> None:
        """Something of Ann, and of Bob, everywhere."""
        for discord_id, puuid, name in ((ANN, ANNS_OLD, OLD_NAME), (ANN, ANNS, ANNS_NAME), (BOB, BOBS, BOBS_NAME)):
            await self.database.save_binding(discord_id, account(puuid, name))
        await self.database.remove_binding(ANN, ANNS_OLD)
        refused = LinkAudit(event=LinkEvent.REFUSED, discord_id=BOB, puuid=ANNS, reason=f"signed in as {ANN}")
        await self.database.note(refused)
        attempt = LinkAttempt(discord_id=ANN, discord_name="Ann", platform=Platform.EUW1, reply=a_reply())
        await self.database.open_attempt("state", attempt, ttl=600)
        await PostgresLinkSteps(self.database).open("step", an_invitation(), ttl=600)
        for number, people in enumerate([ANN_ALONE, TOGETHER, TOGETHER, BOB_ALONE], 1):
            game = a_game(number, people)
            await self.matches.store(game)
            for puuid, _ in people.values():
                await self.statistics.count(puuid, [game.match.match_id])
        await self.facts.refresh(into=FactsRefreshed(), report=silent)
        await self._jobs()
        await self._answer_of_riot()

    async def _jobs(self) -> None:
        await self.jobs.submit(an_analysis(), a_sync(owner=BOB, reply=a_reply(BOB, "token-of-bob")))
        (done,) = await self.ledger.submit([a_sync(idempotency_key="another")])
        held = await self._claimed(done)
        result = {"summoner_name": ANNS_NAME.game_name, "puuid": ANNS}
        await self.execution.succeed(held, result)
        await self.queue.settle([held.model_copy(update={"state": "succeeded", "result": result})])
        (parent,) = await self.jobs.submit(a_sync())
        held = await self._claimed(parent)
        batch = a_job(kind="src.tasks.player_tasks.sync_match_batch", arguments={"match_ids": [], "puuid": ANNS})
        await self.execution.wait_for_children(held, [batch], result={"summoner_name": ANNS_NAME.game_name})
        (running,) = await self.jobs.submit(an_analysis(ANNS_OLD))
        self.running = await self._claimed(running)
        progress = Progress(step="finding", done=1, total=5, extra={"summoner_name": ANNS_NAME.game_name})
        await self.ledger.report_progress(self.running.id, self.running.fence, progress)
        await self.queue.show_progress(self.running.id, progress)

    async def _answer_of_riot(self) -> None:
        """An answer that processes share lies in Redis for seconds."""
        await self.shared.lead("a match")
        body = a_game(2, TOGETHER).match_document.body
        await self.shared._redis.set(f"{self.shared._prefix}{{x}}:answer", body)

    async def _claimed(self, job: Job) -> Job:
        held = await self.ledger.claim(job.id, worker="w", lease=30.0, max_deaths=3)
        assert held is not None
        return held

    async def finish(self, erasure_id: UUID) -> int:
        """Do the job of an erasure."""
        return await self.privacy.pseudonymise(erasure_id, report=silent)

    async def games(self, puuid: str = BOBS) -> int:
        """How many games the player's year counts; it is what a recount says."""
        counted = await self.statistics.of(puuid, YEAR)
        assert counted == await self.statistics.recount(puuid, YEAR)
        return counted.games if counted else 0


async def silent(_step: str, _done: int, _total: int, **_: Any) -> None:
    """Nobody watches."""
