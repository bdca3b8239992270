"""Answers in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.job import RETRYING, Job, Progress
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import Fetched, Profile
from src.core.domain.reply import Reply
from src.core.errors import ChimeraError, ReplyExpired, Unavailable, concerns_operator
from src.core.ports.answers import ErrorMessage, MatchLabel
from src.core.ports.clock import Clock

_PROGRESS_EVERY = timedelta(seconds=2)


@dataclass
class Shown:
    """An interaction's answer as it stands, and every text it has had; `cancels`: the job its button cancels."""

    texts: list[str] = field(default_factory=list)
    cancels: UUID | None = None
    edited_at: datetime | None = None
    is_final: bool = False


@dataclass
class FakeAnswers:
    """Implements `Answers`. `is_down`: Discord does not answer; `is_closed`: no channel takes a message.

    `paused` are tokens, in the order of the pauses.
    """

    clock: Clock
    is_down: bool = False
    is_closed: bool = False
    interactions: dict[str, Shown] = field(default_factory=dict)
    channels: dict[str, list[str]] = field(default_factory=dict)
    paused: list[str] = field(default_factory=list)

    async def progress(
        self, reply: Reply, progress: Progress, *, seconds_left: float | None = None, cancels: UUID | None = None
    ) -> None:
        """See `Answers.progress`."""
        shown = self._shown(reply)
        left = "" if seconds_left is None else f", about {seconds_left:.0f} s left"
        text = f"{progress.step} {progress.done} of {progress.total}{left}"
        now = self.clock.now()
        is_waited_for = progress.step == RETRYING
        is_due = is_waited_for or shown.edited_at is None or now - shown.edited_at >= _PROGRESS_EVERY
        if shown.is_final or not is_due or self.is_down or now >= reply.expires_at or text in shown.texts[-1:]:
            return
        shown.texts.append(text)
        shown.edited_at, shown.cancels = now, cancels

    async def pause(self, reply: Reply) -> None:
        """See `Answers.pause`; nothing ever waits to be shown."""
        self.paused.append(reply.token.get_secret_value())

    async def deliver_ended(self, reply: Reply, job: Job) -> None:
        """See `Answers.deliver_ended`."""
        self._deliver(reply, self.summary(job))

    def summary(self, job: Job) -> str:
        """See `Answers.summary`."""
        return f"{job.kind.rpartition('.')[2]} {job.state} {job.error or ''}".strip()

    def match_label(self, match: MatchSummary) -> MatchLabel:
        """See `Answers.match_label`."""
        return MatchLabel(f"{match.champion} {match.outcome} {match.match_id}", match.mode)

    async def deliver_analysis(
        self, reply: Reply, analysis: MatchAnalysis, chart: bytes | None, *, details: bool = False
    ) -> None:
        """See `Answers.deliver_analysis`."""
        picture = " with a chart" if chart else ""
        later = ", timeline to come" if analysis.timeline_may_come else ""
        more = ", everybody" if details else ""
        self._deliver(reply, f"{analysis.outcome} {analysis.champion} {analysis.match_id}{picture}{later}{more}")

    async def deliver_profile(
        self, reply: Reply, profile: Profile, *, fetched: Fetched | None = None, is_fetching: bool = False
    ) -> None:
        """See `Answers.deliver_profile`."""
        new = "" if fetched is None else f", {fetched.new} new"
        missed = f", {fetched.missed} of {fetched.listed} missed" if fetched and fetched.missed else ""
        later = ", more to come" if is_fetching else ""
        self._deliver(reply, f"{profile.riot_id} {profile.played.stored} stored{new}{missed}{later}")

    async def deliver_error(self, reply: Reply, error: ChimeraError, *, error_id: str) -> None:
        """See `Answers.deliver_error`."""
        await self.deliver_told(reply, self.error_message(error, error_id=error_id))

    def error_message(self, error: ChimeraError, *, error_id: str) -> ErrorMessage:
        """See `Answers.error_message`; what is for whoever runs Chimera is told by its id alone."""
        words = "Something went wrong on our side." if concerns_operator(error) else str(error)
        return ErrorMessage(f"{words} {error_id}", "", 0)

    async def deliver_told(self, reply: Reply, told: ErrorMessage) -> None:
        """See `Answers.deliver_told`."""
        self._deliver(reply, told.text)

    async def deliver_notice(self, reply: Reply, text: str) -> None:
        """See `Answers.deliver_notice`."""
        self._deliver(reply, text)

    def _shown(self, reply: Reply) -> Shown:
        return self.interactions.setdefault(reply.token.get_secret_value(), Shown())

    def _deliver(self, reply: Reply, text: str) -> None:
        if self.is_down:
            raise Unavailable
        if self.clock.now() < reply.expires_at:
            shown = self._shown(reply)
            shown.texts.append(text)
            shown.is_final, shown.cancels = True, None
            return
        if reply.ephemeral or reply.channel_id is None or self.is_closed:
            raise ReplyExpired
        posted = self.channels.setdefault(reply.channel_id, [])
        if text not in posted:
            posted.append(text)
