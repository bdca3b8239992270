"""How answers reach Discord."""

from typing import NamedTuple, Protocol
from uuid import UUID

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.job import Job, Progress
from src.core.domain.match_summary import MatchSummary
from src.core.domain.profile import Fetched, Profile
from src.core.domain.reply import Reply
from src.core.errors import ChimeraError


class MatchLabel(NamedTuple):
    """How a match is named where people choose one, in plain text of at most 100 characters each.

    `line` is for one line alone: `Ahri, win, 12/3/9, 2 h ago`; `beside` goes under it where there is room.
    """

    line: str
    beside: str


class ErrorMessage(NamedTuple):
    """What somebody reads of an error, in Discord's Markdown.

    `happened` is the message's text: what a notification and a screen reader tell, and what is left where somebody
    has embeds switched off. `advice` (what to do) and `footer` (the error id, where the log has it) are an embed
    under it, with a bar of `colour` (24-bit RGB).
    """

    happened: str
    advice: str
    colour: int
    footer: str = ""

    @property
    def text(self) -> str:
        """All of it in one line, for a message whose embeds show something else."""
        return " ".join(filter(None, (self.happened, self.advice, self.footer and f"{self.footer}.")))


class Answers(Protocol):
    """Edits the deferred answer of an interaction; after the token's 15 minutes it posts to the channel.

    Delivering the same thing twice leaves one message. Where an answer is shown already (`Reply.shows_answer`),
    progress and errors stand above it, and the next answer takes the place of both. Every `deliver_` method raises:
        ReplyExpired: neither the interaction nor the channel takes the answer any more.
        Unavailable: Discord does not answer properly.
    """

    async def progress(
        self, reply: Reply, progress: Progress, *, seconds_left: float | None = None, cancels: UUID | None = None
    ) -> None:
        """Show how far the work is, how long it may still take, and with `cancels` a button that cancels that job.

        At most one edit per 2 s is made, an unchanged text is not sent; never raises. What cannot be cancelled may be
        shown later than it is told, and not at all if the answer comes at once or the attempt is over before
        (`pause`). That a job waits for another attempt is waited for, those 2 s at the most: it is shown before this
        returns or not at all, so tell it while nobody else can answer.
        """
        ...

    async def pause(self, reply: Reply) -> None:
        """Show no progress that waits to be shown: an attempt is over, and the answer may come from elsewhere.

        Returns once nothing is on its way; never raises. Progress that is told after it is shown as ever.
        """
        ...

    async def deliver_ended(self, reply: Reply, job: Job) -> None:
        """Say how a job ended that answers with nothing but its result: done, cancelled or failed, in plain words."""
        ...

    async def deliver_analysis(
        self, reply: Reply, analysis: MatchAnalysis, chart: bytes | None, *, details: bool = False
    ) -> None:
        """Show the finished analysis, with `details` every participant too; `chart` is a PNG.

        Buttons under it show another match, the same one anew, and more or less of it to whoever asked (see
        `core.domain.answer_key`).
        """
        ...

    async def deliver_profile(
        self, reply: Reply, profile: Profile, *, fetched: Fetched | None = None, is_fetching: bool = False
    ) -> None:
        """Show a player's profile.

        `fetched`: what has just come from Riot; None: it was not asked for matches. `is_fetching`: some are on their
        way, which is said above the profile; it will be shown again. Buttons under it fetch the newest matches and
        explain the last one, for whoever asked.
        """
        ...

    def match_label(self, match: MatchSummary) -> MatchLabel:
        """A stored match in a list to choose from. Never raises."""
        ...

    async def deliver_error(self, reply: Reply, error: ChimeraError, *, error_id: str) -> None:
        """Say in plain words what went wrong and what to do; `error_id` is in the log."""
        ...

    def error_message(self, error: ChimeraError, *, error_id: str) -> ErrorMessage:
        """What `deliver_error` says, for an interaction that can be answered at once. Never raises."""
        ...

    async def deliver_told(self, reply: Reply, told: ErrorMessage) -> None:
        """Say what `error_message` has answered, to which the caller may have added what it knows."""
        ...

    def summary(self, job: Job) -> str:
        """A job in a list, as Discord's Markdown: its name, and how far it is or how it ended. Never raises."""
        ...

    async def deliver_notice(self, reply: Reply, text: str) -> None:
        """Show a short plain text."""
        ...
