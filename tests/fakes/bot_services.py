"""What the bot calls, in memory."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
from pydantic import SecretStr

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.binding import choose_binding
from src.core.domain.job import Job, Progress
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import Fetched, Profile
from src.core.domain.reply import Reply
from src.core.errors import ChimeraError, ReplyExpired
from src.core.ports.answers import ErrorMessage, MatchLabel
from src.core.services.allowances import ANALYSES
from src.core.services.analysis_requests import ANALYZE_MATCH
from src.core.services.job_control import JobControl
from src.core.services.job_execution import JobExecution
from src.core.services.job_submission import JobSubmission
from src.core.services.result_callbacks import ResultCallbacks
from src.core.services.stored_history import StoredMatches
from src.core.services.sync_requests import SyncRequests
from tests.fakes.answer_jobs import AnswersUnderWay
from tests.fakes.bot_accounts import FakeIconProof, FakeLinkedAccounts, FakeLinking, FakePrivacy
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.profiles import FakeProfileRequests, FakeProfiles
from tests.fakes.randomness import FakeRandomness
from tests.fakes.webhooks import FakeWebhooks


class FakeAnalysisRequests:
    """Implements `AnalysisRequests`: keeps the jobs."""

    def __init__(self, binding: FakeLinkedAccounts, answers: AnswersUnderWay) -> None:
        self._binding = binding
        self._answers = answers

    @property
    def jobs(self) -> list[Job]:
        """In order of submission."""
        return self._answers.of_kind(ANALYZE_MATCH)

    async def submit(
        self,
        *,
        discord_id: str,
        match: str | None,
        account: str | None,
        reply: Reply,
        details: bool = False,
        replaces: str | None = None,
    ) -> Job:
        """See `AnalysisRequests.submit`."""
        choose_binding(await self._binding.bindings_of(discord_id), account)
        asked = {"match_id": match, "account": account, "details": details}
        return await self._answers.submit(
            ANALYZE_MATCH, asked, owner=discord_id, reply=reply, replaces=replaces, often=ANALYSES
        )


class FakeStoredHistory:
    """Implements `StoredHistory`; `matches` are those of each PUUID, newest first."""

    def __init__(self, binding: FakeLinkedAccounts) -> None:
        self._binding = binding
        self.matches: dict[str, list[MatchSummary]] = {}

    async def of(self, discord_id: str, account: str | None, *, limit: int) -> StoredMatches:
        """See `StoredHistory.of`."""
        binding = choose_binding(await self._binding.bindings_of(discord_id), account)
        return StoredMatches(binding, tuple(self.matches.get(binding.puuid, ())[:limit]))


@dataclass
class FakeAnswers:
    """Implements `Answers` with the plainest of texts; over HTTP once `api_base_url` is set."""

    api_base_url: str | None = None
    failure: ChimeraError | None = None
    errors: list[tuple[Reply, ChimeraError, str]] = field(default_factory=list)
    notices: list[tuple[Reply, str]] = field(default_factory=list)

    async def progress(
        self, reply: Reply, progress: Progress, *, seconds_left: float | None = None, cancels: UUID | None = None
    ) -> None:
        """See `Answers.progress`."""
        left = "" if seconds_left is None else f", {seconds_left:.0f} s left"
        await self._edit(reply, f"{progress.step} {progress.done}/{progress.total}{left}", cancels)

    async def pause(self, reply: Reply) -> None:
        """See `Answers.pause`; nothing ever waits to be shown."""

    async def deliver_ended(self, reply: Reply, job: Job) -> None:
        """See `Answers.deliver_ended`."""
        await self._edit(reply, self.summary(job))

    def summary(self, job: Job) -> str:
        """See `Answers.summary`."""
        return f"{job.kind.rpartition('.')[2]} {job.state}"

    def match_label(self, match: MatchSummary) -> MatchLabel:
        """See `Answers.match_label`."""
        return MatchLabel(f"{match.champion} {match.outcome} {match.match_id}", match.mode)

    async def deliver_analysis(
        self, reply: Reply, analysis: MatchAnalysis, chart: bytes | None, *, details: bool = False
    ) -> None:
        """See `Answers.deliver_analysis`."""
        more = ", everybody" if details else ""
        await self._edit(reply, f"{analysis.match_id}, {len(chart or b'')} bytes of chart{more}")

    async def deliver_profile(
        self, reply: Reply, profile: Profile, *, fetched: Fetched | None = None, is_fetching: bool = False
    ) -> None:
        """See `Answers.deliver_profile`."""
        new = "" if fetched is None else f", {fetched.new} new"
        later = ", more to come" if is_fetching else ""
        await self._edit(reply, f"{profile.riot_id}, {profile.played.stored} stored{new}{later}")

    async def deliver_error(self, reply: Reply, error: ChimeraError, *, error_id: str) -> None:
        """See `Answers.deliver_error`."""
        if self.failure is not None:
            raise self.failure
        self.errors.append((reply, error, error_id))
        await self.deliver_told(reply, self.error_message(error, error_id=error_id))

    def error_message(self, error: ChimeraError, *, error_id: str) -> ErrorMessage:
        """See `Answers.error_message`."""
        return ErrorMessage(f"{error} [{error_id}]", "", 0)

    async def deliver_told(self, reply: Reply, told: ErrorMessage) -> None:
        """See `Answers.deliver_told`."""
        await self._edit(reply, told.text)

    async def deliver_notice(self, reply: Reply, text: str) -> None:
        """See `Answers.deliver_notice`."""
        self.notices.append((reply, text))
        await self._edit(reply, text)

    async def _edit(self, reply: Reply, text: str, cancels: UUID | None = None) -> None:
        if self.api_base_url is None:
            return
        path = f"/webhooks/{reply.application_id}/{reply.token.get_secret_value()}/messages/@original"
        button = {"type": 2, "style": 2, "label": "Cancel", "custom_id": f"chimera:cancel:{cancels}"}
        body: dict[str, Any] = {"content": text, "components": [{"type": 1, "components": [button]}] if cancels else []}
        async with (
            aiohttp.ClientSession() as session,
            session.patch(self.api_base_url + path, json=body) as response,
        ):
            if response.status != 200:
                raise ReplyExpired


class FakeBotServices:
    """Implements `BotServices` and `RunningServices`: jobs are in a ledger in memory, and no worker takes them."""

    def __init__(self, *, api_base_url: str | None = None) -> None:
        self.binding = FakeLinkedAccounts()
        self.linking: FakeLinking | None = FakeLinking(self.binding)
        self.icon_binding: FakeIconProof | None = FakeIconProof(self.binding)
        self.privacy = FakePrivacy(self.binding)
        self.clock = FakeClock()
        self.under_way = AnswersUnderWay(self.clock)
        self.analysis_requests = FakeAnalysisRequests(self.binding, self.under_way)
        self.profiles = FakeProfiles(self.binding)
        self.profile_requests = FakeProfileRequests(self.binding, self.under_way)
        self.stored_history = FakeStoredHistory(self.binding)
        self.answers = FakeAnswers(api_base_url)
        self.randomness = FakeRandomness()
        self.ledger = FakeJobLedger(self.clock)
        queue = FakeJobQueue()
        self.execution = JobExecution(self.ledger, queue, self.answers, self.randomness, self.clock)
        self.control = JobControl(self.ledger, self.execution, self.clock)
        jobs = JobSubmission(self.ledger, queue)
        callbacks = ResultCallbacks(FakeWebhooks(), self.randomness, SecretStr(""))
        self.sync_requests = SyncRequests(jobs, self.randomness, self.clock, callbacks)
        self.closed = False

    async def close(self) -> None:
        """See `RunningServices.close`."""
        self.closed = True
