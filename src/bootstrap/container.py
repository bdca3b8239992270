"""The composition root: adapters into ports, ports into services."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

from src.adapters.celery_queue import CeleryJobQueue, CelerySettings, ChimeraCelery
from src.adapters.charts import MatplotlibMatchChart
from src.adapters.database import (
    DatabaseAdapter,
    DatabaseSettings,
    PostgresAbsenceStore,
    PostgresApiKeyStore,
    PostgresJobLedger,
    PostgresLinkSteps,
    PostgresMatchFactsStore,
    PostgresMatchStore,
    PostgresPersonalData,
    PostgresPlayerStore,
    PostgresTombstones,
    PostgresYearlyStatisticsStore,
)
from src.adapters.discord_messages import DiscordAnswers, DiscordSettings
from src.adapters.discord_messages.direct import DiscordDirectMessages
from src.adapters.discord_sign_in import DiscordSignInAdapter, DiscordSignInSettings
from src.adapters.icon_proof import IconProofAdapter, IconProofSettings
from src.adapters.request_limits import RedisRequestLimits
from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.adapters.riot_budget import RedisRiotBudget
from src.adapters.riot_budget.settings import redis_address
from src.adapters.rso_adapter import RSOAdapter, RSOSettings
from src.adapters.shared_answers import RedisSharedAnswers
from src.adapters.system_clock import SystemClock
from src.adapters.system_randomness import SystemRandomness
from src.adapters.system_secrets import SystemSecrets
from src.adapters.webhooks import AiohttpWebhooks, WebhookSettings
from src.bootstrap.celery import create_celery_app
from src.bootstrap.figures import SystemFigures
from src.bootstrap.health_checks import system_health
from src.bootstrap.settings import LinkSettings, TaskSettings, WebSettings, read_settings
from src.core.domain.api_key import AuthMode
from src.core.domain.binding import Proof
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.job import Lane
from src.core.services.account_linking import AccountLinking
from src.core.services.account_refresh import AccountRefresh
from src.core.services.analysis_requests import AnalysisRequests
from src.core.services.answer_jobs import AnswerJobs
from src.core.services.api_access import ApiAccess
from src.core.services.binding_check import BindingCheck
from src.core.services.history_recovery import DueRecoveries, HistoryRecovery
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution, LeaseTerms
from src.core.services.job_recovery import JobRecovery
from src.core.services.job_submission import JobSubmission
from src.core.services.link_limits import LinkLimits
from src.core.services.link_notices import LinkNotices
from src.core.services.maintenance import Cleanup, SystemHealth
from src.core.services.match_analysis import MatchAnalysisService
from src.core.services.match_facts import MatchFactsService
from src.core.services.match_history import MatchHistory
from src.core.services.match_ingest import MatchIngest
from src.core.services.match_sync import MatchSync
from src.core.services.player_profiles import PlayerProfiles, RequestedProfiles
from src.core.services.player_sync import PlayerSync
from src.core.services.privacy import PrivacyService
from src.core.services.profile_refresh import ProfileRefresh
from src.core.services.profile_requests import ProfileRequests
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.stored_history import StoredHistory
from src.core.services.sync_requests import SyncRequests
from src.core.services.task_requests import TaskRequests
from src.core.services.timeline_sync import TimelineSync
from src.core.services.user_binding import UserBindingService
from src.core.services.webhook_delivery import WebhookDelivery

_RECONCILE_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Container:
    """Everything an entry point uses. Adapters connect at their first use, in the loop that uses them."""

    database: DatabaseAdapter
    budget: RedisRiotBudget
    riot: RiotAPIAdapter
    shared_answers: RedisSharedAnswers
    rso: RSOAdapter
    discord_sign_in: DiscordSignInAdapter
    answers: DiscordAnswers
    messages: DiscordDirectMessages
    ledger: PostgresJobLedger
    queue: CeleryJobQueue
    matches: PostgresMatchStore
    players: PostgresPlayerStore
    statistics: PostgresYearlyStatisticsStore
    api_key_store: PostgresApiKeyStore
    randomness: SystemRandomness
    binding: UserBindingService
    linking: AccountLinking | None
    icon_binding: UserBindingService | None
    notices: LinkNotices
    privacy: PrivacyService
    jobs: JobSubmission
    execution: JobExecution
    recovery: JobRecovery
    match_history: MatchHistory
    ingest: MatchIngest
    player_sync: PlayerSync
    match_sync: MatchSync
    timeline_sync: TimelineSync
    history_recovery: HistoryRecovery
    due_recoveries: DueRecoveries
    account_refresh: AccountRefresh
    cleanup: Cleanup
    health: SystemHealth
    facts: MatchFactsService
    analysis: MatchAnalysisService
    analysis_requests: AnalysisRequests
    profiles: RequestedProfiles
    profile_requests: ProfileRequests
    profile_refresh: Mapping[Lane, ProfileRefresh]
    stored_history: StoredHistory
    webhooks: AiohttpWebhooks
    callbacks: ResultCallbacks
    webhook_delivery: WebhookDelivery
    request_limits: RedisRequestLimits
    control: JobControl
    sync_requests: SyncRequests
    task_requests: TaskRequests
    access: ApiAccess
    api_auth: AuthMode
    figures: SystemFigures
    clock: SystemClock
    default_match_year: int
    public_base_url: str

    @classmethod
    def build(cls, celery: ChimeraCelery | None = None) -> Self:
        """Wire everything from the settings. A worker process passes its own Celery app.

        Raises:
            ConfigurationError: a setting is wrong.
        """
        app = celery or create_celery_app()
        clock, randomness = SystemClock(), SystemRandomness()
        pool_size = max(1, read_settings(DatabaseSettings).database_pool_size // app.pool_processes)
        database = DatabaseAdapter(pool_size=pool_size)
        matches, players = PostgresMatchStore(database), PostgresPlayerStore(database)
        statistics = PostgresYearlyStatisticsStore(database)
        ledger, queue = PostgresJobLedger(database), CeleryJobQueue(app)
        riot_settings = read_settings(RiotSettings)
        redis_url = redis_address(read_settings(CelerySettings).celery_broker_url.get_secret_value())
        budget = RedisRiotBudget(url=redis_url, api_key=riot_settings.riot_api_key)
        webhook_settings = read_settings(WebhookSettings)
        webhooks, webhook_secret = AiohttpWebhooks(clock, settings=webhook_settings), webhook_settings.webhook_secret
        shared_answers = RedisSharedAnswers(redis_url, riot_settings.riot_api_key)
        riot = RiotAPIAdapter(settings=riot_settings, budget=budget, shared=shared_answers)
        riot_for_people = riot.with_lane(Lane.INTERACTIVE)
        rso_settings, sign_in_settings = read_settings(RSOSettings), read_settings(DiscordSignInSettings)
        rso = RSOAdapter(rso_settings, active_platform=riot_for_people.active_platform)
        discord_sign_in = DiscordSignInAdapter(sign_in_settings)
        discord_settings = read_settings(DiscordSettings)
        answers, messages = DiscordAnswers(clock, discord_settings), DiscordDirectMessages(discord_settings)
        jobs = JobSubmission(ledger, queue)
        notices = LinkNotices(jobs, randomness, messages, database, players)
        request_limits = RedisRequestLimits(redis_url)
        limits = LinkLimits(request_limits)
        tasks = read_settings(TaskSettings)
        # Three beats may be missed before the lease runs out.
        terms = LeaseTerms(lease=tasks.job_lease, heartbeat=tasks.job_lease / 4)
        execution = JobExecution(ledger, queue, answers, randomness, clock, terms)
        answer_jobs = AnswerJobs(jobs, ledger, execution.outcomes, request_limits, clock)
        profiles = PlayerProfiles(database, matches, riot_for_people, randomness)
        profile_requests = ProfileRequests(database, answer_jobs, jobs, ledger, randomness)
        binding = UserBindingService(
            database=database,
            rso_adapter=rso,
            riot_api=riot_for_people,
            matches=matches,
            notices=notices,
            limits=limits,
            profiles=profile_requests,
        )
        web = read_settings(WebSettings)
        proofs = read_settings(LinkSettings).proofs(has_client=bool(rso_settings.rso_client_id))
        absences, tombstones = PostgresAbsenceStore(database), PostgresTombstones(database)
        privacy = PrivacyService(
            data=PostgresPersonalData(database),
            jobs=jobs,
            execution=execution,
            queue=queue,
            shared=shared_answers,
            randomness=randomness,
            clock=clock,
            limits=request_limits,
        )
        ingest = MatchIngest(riot, matches, absences, clock, in_flight=tasks.matches_in_flight)
        ingest_for_people = MatchIngest(riot_for_people, matches, absences, clock, in_flight=tasks.matches_in_flight)
        history, history_for_people = MatchHistory(riot, tombstones), MatchHistory(riot_for_people, tombstones)
        callbacks = ResultCallbacks(webhooks, randomness, webhook_secret)
        api_key_store = PostgresApiKeyStore(database)
        check = BindingCheck(database, riot, matches=matches, notices=notices)
        account_refresh = AccountRefresh(riot, players, database, check)
        facts = MatchFactsService(matches, PostgresMatchFactsStore(database), clock, compute=facts_of)
        return cls(
            database=database,
            budget=budget,
            riot=riot,
            shared_answers=shared_answers,
            rso=rso,
            discord_sign_in=discord_sign_in,
            answers=answers,
            messages=messages,
            ledger=ledger,
            queue=queue,
            matches=matches,
            players=players,
            statistics=statistics,
            api_key_store=api_key_store,
            randomness=randomness,
            binding=binding,
            linking=AccountLinking(
                binding=binding,
                database=database,
                steps=PostgresLinkSteps(database),
                secrets=SystemSecrets(),
                limits=limits,
                public_url=web.public_base_url,
                discord=discord_sign_in if discord_sign_in.is_configured else None,
                answers=answers,
                messages=messages,
            )
            if Proof.RSO in proofs
            else None,
            icon_binding=UserBindingService(
                database=database,
                rso_adapter=IconProofAdapter(riot_for_people, settings=read_settings(IconProofSettings)),
                notices=notices,
                limits=limits,
                profiles=profile_requests,
            )
            if Proof.ICON in proofs
            else None,
            notices=notices,
            privacy=privacy,
            jobs=jobs,
            execution=execution,
            recovery=JobRecovery(ledger, queue, execution),
            match_history=history,
            ingest=ingest,
            player_sync=PlayerSync(riot, players, ingest, statistics, clock, default_year=tasks.default_match_year),
            match_sync=MatchSync(ingest, matches, statistics, jobs, tombstones),
            timeline_sync=TimelineSync(ingest, matches),
            history_recovery=HistoryRecovery(ingest, matches, statistics),
            due_recoveries=DueRecoveries(players, account_refresh, jobs, clock),
            account_refresh=account_refresh,
            cleanup=Cleanup(ledger, execution, absences, clock, privacy),
            health=system_health(database=database, queue=queue, riot=riot_settings, budget=budget, clock=clock),
            facts=facts,
            analysis=MatchAnalysisService(
                riot=riot_for_people,
                store=matches,
                ingest=ingest_for_people,
                facts=facts,
                chart=MatplotlibMatchChart(),
                answers=answers,
                tombstones=tombstones,
            ),
            analysis_requests=AnalysisRequests(database, answer_jobs, randomness),
            stored_history=StoredHistory(database, matches),
            profiles=RequestedProfiles(profiles, request_limits),
            profile_requests=profile_requests,
            profile_refresh={
                Lane.INTERACTIVE: ProfileRefresh(history_for_people, ingest_for_people, matches, profiles, answers),
                Lane.BACKGROUND: ProfileRefresh(history, ingest, matches, profiles, answers),
            },
            webhooks=webhooks,
            callbacks=callbacks,
            webhook_delivery=WebhookDelivery(ledger, webhooks, webhook_secret),
            request_limits=request_limits,
            control=JobControl(ledger, execution, clock),
            sync_requests=SyncRequests(
                jobs, randomness, clock, callbacks, rate=tasks.player_sync_rate, max_retries=tasks.player_sync_retries
            ),
            task_requests=TaskRequests(jobs, randomness),
            access=ApiAccess(api_key_store, request_limits, SystemSecrets(), clock, pepper=web.api_key_secret),
            api_auth=web.api_auth,
            figures=SystemFigures(ledger, queue, database),
            clock=clock,
            default_match_year=tasks.default_match_year,
            public_base_url=web.public_base_url,
        )

    @property
    def health_checks(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Per component, a check that raises when it is down."""
        return {"database": self.database.ping, "redis": self.queue.ping}

    async def keep_reconciling(self) -> None:
        """Run the reconciler for as long as this process lives."""
        await self.recovery.keep_going(every=_RECONCILE_EVERY, fraction=self.randomness.fraction)

    async def close(self) -> None:
        """Close connections and sessions."""
        for adapter in (self.riot, self.rso, self.discord_sign_in, self.answers, self.messages):
            await adapter.close()
        for connections in (self.shared_answers, self.budget, self.request_limits, self.database):
            await connections.close()
