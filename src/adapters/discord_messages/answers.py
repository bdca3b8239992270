"""Answers over Discord's HTTP API."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import aiohttp
import structlog

from src.adapters.discord_messages.analysis_message import analysis_message
from src.adapters.discord_messages.cancel_button import cancel_button
from src.adapters.discord_messages.error_embed import error_embeds
from src.adapters.discord_messages.errors_text import error_message
from src.adapters.discord_messages.interaction import EVERY, Interaction
from src.adapters.discord_messages.job_text import ended_text, failure_message, summary_text
from src.adapters.discord_messages.match_label import match_label
from src.adapters.discord_messages.patience import Patience
from src.adapters.discord_messages.profile_buttons import profile_buttons
from src.adapters.discord_messages.profile_embed import coming_text, profile_embed
from src.adapters.discord_messages.progress_text import progress_text
from src.adapters.discord_messages.settings import DiscordSettings
from src.adapters.discord_messages.webhook_http import (
    Message,
    Response,
    Verdict,
    channel_url,
    send,
    webhook_url,
)
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.job import RETRYING, Job, JobState, Progress
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import clipped, plain
from src.core.domain.profile import Fetched, Profile
from src.core.domain.reply import Reply
from src.core.errors import BrokenInvariant, ChimeraError, ReplyExpired, Unavailable
from src.core.ports.answers import ErrorMessage, MatchLabel
from src.core.ports.clock import Clock

_log = structlog.get_logger(__name__)

_CONTENT: Final = 2000
_PROGRESS_TIMEOUT_S: Final = 4.0
_KEPT_INTERACTIONS: Final = 5000
_OUTLASTS: Final = (
    "Discord keeps this message fresh for 15 minutes only: /tasks shows how far it is after that, and the result "
    "will be posted here."
)


class DiscordAnswers:
    """Implements `Answers`. Bound to the event loop of its first call; `close` ends its HTTP session."""

    def __init__(
        self,
        clock: Clock,
        settings: DiscordSettings | None = None,
        *,
        patience: Patience | None = None,
        quiet_s: float = 0.8,
    ) -> None:
        """`quiet_s`: what is answered within so many seconds shows no progress, which would only flicker."""
        self._clock = clock
        self._quiet = timedelta(seconds=quiet_s)
        self._settings = settings or DiscordSettings()
        self._patience = patience or Patience()
        self._session: aiohttp.ClientSession | None = None
        self._interactions: dict[str, Interaction] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End what is still to be shown, and the HTTP session."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def progress(
        self, reply: Reply, progress: Progress, *, seconds_left: float | None = None, cancels: UUID | None = None
    ) -> None:
        """See `Answers.progress`. What came too early is shown as soon as it is due.

        Not so of a job that can be cancelled, for its parts may be at work in many processes: nothing that is shown
        later than it was told may come after the answer of another process. That a job waits for another attempt is
        shown before this returns.
        """
        interaction, now = self._interaction(reply), self._clock.now()
        interaction.wanted = self._progress_message(reply, progress, seconds_left, cancels)
        if progress.step == RETRYING:
            interaction.show_at_once()
            await self._show_later(reply, interaction, until=now + EVERY)
            return
        if cancels is None:
            interaction.keep_quiet(now + self._quiet)
        if not interaction.has_news(now):
            return
        if interaction.due_in(now) <= 0 and not interaction.lock.locked():
            await self._show(reply, interaction)
        elif cancels is None and (interaction.later is None or interaction.later.done()):
            interaction.later = asyncio.create_task(self._show_later(reply, interaction))
            self._tasks.add(interaction.later)
            interaction.later.add_done_callback(self._tasks.discard)

    async def pause(self, reply: Reply) -> None:
        """See `Answers.pause`."""
        if (interaction := self._interactions.get(_key(reply))) is not None:
            interaction.drop()
            async with interaction.lock:  # an edit under way
                interaction.drop()

    def _progress_message(
        self, reply: Reply, progress: Progress, seconds_left: float | None, cancels: UUID | None
    ) -> Message:
        text = progress_text(progress, seconds_left=seconds_left)
        if cancels is None:
            return Message(content=text, keeps_rest=reply.shows_answer)
        time_here = (reply.expires_at - self._clock.now()).total_seconds()
        if seconds_left is not None and seconds_left > time_here:
            text = f"{text}\n{_OUTLASTS}"
        return Message(content=text, buttons=(cancel_button(cancels),))

    async def _show_later(self, reply: Reply, interaction: Interaction, *, until: datetime | None = None) -> None:
        """Show progress as soon as it is due; not at all if that is after `until`."""
        while interaction.has_news(now := self._clock.now()) and (wait_s := interaction.due_in(now)) > 0:
            if until is not None and now + timedelta(seconds=wait_s) > until:
                return
            await asyncio.sleep(wait_s)
        await self._show(reply, interaction)

    async def _show(self, reply: Reply, interaction: Interaction) -> None:
        """Show the newest progress, if it still is news and due once the interaction is free."""
        try:
            async with interaction.lock:
                now = self._clock.now()
                if interaction.wanted and interaction.has_news(now) and interaction.due_in(now) <= 0:
                    await self._edit_progress(reply, interaction, interaction.wanted)
        except Exception as error:  # noqa: BLE001 - progress is a courtesy: it must never end the work it speaks of
            _log.warning("progress_not_shown", reason=type(error).__name__)

    async def _edit_progress(self, reply: Reply, interaction: Interaction, message: Message) -> None:
        interaction.edited_at = self._clock.now()
        response = await self._edit(reply, message, timeout_s=_PROGRESS_TIMEOUT_S)
        self._heed(interaction, response)
        interaction.is_gone = response.verdict is Verdict.REFUSED
        if response.verdict is Verdict.DONE:
            interaction.shown = message

    async def deliver_ended(self, reply: Reply, job: Job) -> None:
        """See `Answers.deliver_ended`."""
        if job.state is JobState.FAILED:
            await self.deliver_told(reply, failure_message(job))
            return
        await self._deliver(reply, Message(content=ended_text(job), keeps_rest=reply.shows_answer))

    def match_label(self, match: MatchSummary) -> MatchLabel:
        """See `Answers.match_label`."""
        return match_label(match, self._clock.now())

    async def deliver_analysis(
        self, reply: Reply, analysis: MatchAnalysis, chart: bytes | None, *, details: bool = False
    ) -> None:
        """See `Answers.deliver_analysis`."""
        await self._deliver(reply, analysis_message(analysis, chart, reply.user_id, details=details))

    async def deliver_profile(
        self, reply: Reply, profile: Profile, *, fetched: Fetched | None = None, is_fetching: bool = False
    ) -> None:
        """See `Answers.deliver_profile`. What is on its way stands where an error will, should it not come."""
        embed = profile_embed(profile, self._clock.now(), fetched=fetched, is_fetching=is_fetching)
        buttons = profile_buttons(profile, reply.user_id)
        content = coming_text(profile) if is_fetching else ""
        await self._deliver(reply, Message(content=content, embeds=(embed,), buttons=buttons))

    async def deliver_error(self, reply: Reply, error: ChimeraError, *, error_id: str) -> None:
        """See `Answers.deliver_error`."""
        await self.deliver_told(reply, error_message(error, error_id))

    async def deliver_told(self, reply: Reply, told: ErrorMessage) -> None:
        """See `Answers.deliver_told`."""
        if reply.shows_answer:
            await self._deliver(reply, Message(content=told.text, keeps_rest=True))
        else:
            await self._deliver(reply, Message(content=told.happened, embeds=error_embeds(told)))

    def error_message(self, error: ChimeraError, *, error_id: str) -> ErrorMessage:
        """See `Answers.error_message`."""
        return error_message(error, error_id)

    def summary(self, job: Job) -> str:
        """See `Answers.summary`."""
        return summary_text(job, self._clock.now())

    async def deliver_notice(self, reply: Reply, text: str) -> None:
        """See `Answers.deliver_notice`."""
        await self._deliver(reply, Message(content=clipped(plain(text, _CONTENT), _CONTENT)))

    def _interaction(self, reply: Reply) -> Interaction:
        """The state kept for an interaction; expired ones are forgotten when there are many."""
        if len(self._interactions) >= _KEPT_INTERACTIONS:
            now = self._clock.now()
            self._interactions = {
                key: kept for key, kept in self._interactions.items() if kept.expires_at > now or kept.lock.locked()
            }
        return self._interactions.setdefault(_key(reply), Interaction(reply.expires_at))

    def _heed(self, interaction: Interaction, response: Response) -> None:
        """Remember what Discord said about when to come back."""
        if response.wait_s > 0:
            interaction.blocked_until = self._clock.now() + timedelta(seconds=response.wait_s)

    async def _deliver(self, reply: Reply, message: Message) -> None:
        """Edit the interaction's answer, or post to its channel. Waits for an edit under way: the last one wins."""
        interaction = self._interaction(reply)
        interaction.finish()
        async with interaction.lock:
            is_open = not interaction.is_gone and self._clock.now() < reply.expires_at
            if is_open and await self._edited(reply, interaction, message):
                return
            await self._post(reply, message)

    async def _edited(self, reply: Reply, interaction: Interaction, message: Message) -> bool:
        """True once the answer is edited, False if the interaction takes no answer (any more).

        A 404 can be early: Discord may not know the answer of a defer made an instant ago.
        """
        await self._patience.pause(interaction.wait_told(self._clock.now()))
        response = await self._patience.insist(
            lambda: self._edit(reply, message, timeout_s=self._patience.timeout), retried={Verdict.GONE}
        )
        self._heed(interaction, response)
        return self._is_taken(response)

    async def _post(self, reply: Reply, message: Message) -> None:
        """Post to the channel with the bot's token. Never an ephemeral answer: it is for one person's eyes.

        The message names who asked (nobody is pinged). The nonce makes Discord keep one of several equal ones.
        """
        token = self._settings.discord_bot_token
        if reply.ephemeral or reply.channel_id is None or token is None:
            raise ReplyExpired
        url = channel_url(self._settings.discord_api_base_url, reply.channel_id)
        extra = {"nonce": _nonce(reply, message), "enforce_nonce": True}
        addressed = replace(message, content=clipped(f"<@{reply.user_id}> {message.content}".strip(), _CONTENT))
        response = await self._patience.insist(
            lambda: send(
                self._http(),
                "POST",
                url,
                addressed,
                extra=extra,
                bot_token=token.get_secret_value(),
                timeout_s=self._patience.timeout,
            ),
        )
        if not self._is_taken(response):
            _log.warning("channel_refused", status=response.status, code=response.code)
            raise ReplyExpired

    def _is_taken(self, response: Response) -> bool:
        if response.verdict is Verdict.DONE:
            return True
        if response.verdict in {Verdict.GONE, Verdict.REFUSED}:
            return False
        if response.verdict is Verdict.MALFORMED:
            _log.error("discord_rejected_message", status=response.status, code=response.code)
            raise BrokenInvariant(f"Discord rejected a message (status {response.status}, code {response.code}).")
        raise Unavailable("Discord does not answer properly.", retry_after=response.wait_s or None)

    async def _edit(self, reply: Reply, message: Message, *, timeout_s: float) -> Response:
        url = webhook_url(self._settings.discord_api_base_url, reply.application_id, reply.token.get_secret_value())
        return await send(self._http(), "PATCH", url, message, timeout_s=timeout_s)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession()
        return self._session


def _key(reply: Reply) -> str:
    return sha256(reply.token.get_secret_value().encode()).hexdigest()


def _nonce(reply: Reply, message: Message) -> str:
    """The same for the same answer to the same interaction; 25 characters are allowed."""
    digest = sha256(f"{_key(reply)}\n{message.content}\n{message.embeds!r}".encode())
    return digest.hexdigest()[:24]
