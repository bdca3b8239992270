"""What the bot needs from the rest of Chimera; the composition root's container satisfies it."""

from typing import Protocol, cast
from uuid import UUID

import discord
from pydantic import SecretStr

from src.core.domain.binding import Binding, IconTask
from src.core.domain.job import Job, JobFilter
from src.core.domain.personal_data import Erased, KeptData
from src.core.domain.profile import Profile
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.ports.answers import Answers
from src.core.ports.clock import Clock
from src.core.ports.randomness import Randomness
from src.core.services.stored_history import StoredMatches


class Invitation(Protocol):
    """Where a person signs in with Riot."""

    @property
    def instructions(self) -> str:
        """What to do and to beware of, for people; the address is not in it."""
        ...

    @property
    def auth_url(self) -> str:
        """The page to open."""
        ...


class IconRequest(Protocol):
    """A profile icon that shows whose an account is."""

    @property
    def auth_url(self) -> str:
        """A picture of the icon."""
        ...

    @property
    def expires_in(self) -> int:
        """Seconds until it is too late."""
        ...

    @property
    def attempt(self) -> SecretStr:
        """The name of the attempt, for `IconProof.verify`."""
        ...

    @property
    def task(self) -> IconTask | None:
        """Which account, and which icon."""
        ...

    @property
    def takes_over(self) -> bool:
        """True if the account is linked to another Discord user now."""
        ...


class LinkedAccounts(Protocol):
    """The links between a Discord user and their Riot accounts. Raises Unavailable when storage is down."""

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts, the main one first."""
        ...

    async def make_main(self, discord_id: str, account: str) -> Binding:
        """Make the account with that Riot ID or PUUID the main one. Raises BindingNotFound."""
        ...

    async def unbind(self, discord_id: str, account: str | None) -> Binding:
        """Unlink the account with that Riot ID or PUUID (None: the only one); answers what was unlinked.

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            InvalidInput: several are linked and none was named.
        """
        ...


class Linking(Protocol):
    """Links by a sign-in at Riot. Every method raises TooManyAccounts, TooOften and Unavailable."""

    @property
    def signs_in_at_discord(self) -> bool:
        """Whether the browser proves who it is at Discord; else its last page shows a code to be typed here."""
        ...

    async def invite(self, discord_id: str, region: str, *, discord_name: str, reply: Reply | None) -> Invitation:
        """Begin a link; its outcome is told through `reply`. Raises InvalidInput for an unknown region."""
        ...

    async def confirm_by_code(self, discord_id: str, code: str) -> Binding:
        """Save the link whose page shows this code.

        Raises:
            SignInRefused: the code is wrong, expired or another person's.
            AccountTaken: the account is another Discord user's after all.
        """
        ...


class IconProof(Protocol):
    """Links by a profile icon. Every method raises TooManyAccounts, TooOften, RateLimited and Unavailable."""

    async def initiate_binding(
        self, discord_id: str, region: str, *, riot_id: str | None, discord_name: str
    ) -> IconRequest:
        """Name an icon. Raises InvalidInput, AccountNotFound."""
        ...

    async def verify(self, discord_id: str, attempt: str) -> Binding:
        """Look for the icon, and save the link if it is there.

        Raises:
            ProofPending: it is not to be seen yet.
            SignInRefused: the attempt was used or has expired.
            NotYours: somebody else began it.
            AccountTaken: the account is another Discord user's after all, or is theirs by a better proof.
        """
        ...


class Privacy(Protocol):
    """What is kept of a Discord user. Raises Unavailable when storage is down."""

    async def summary(self, discord_id: str) -> KeptData:
        """How much is kept."""
        ...

    async def export(self, discord_id: str) -> bytes:
        """All of it, as a JSON document of at most 8 MiB."""
        ...

    async def erase(self, discord_id: str) -> Erased:
        """Take it away; the user's part in matches follows in the background."""
        ...


class AnalysisRequests(Protocol):
    """Takes requests for an analysis; a worker answers them through `reply`."""

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
        """Write the job down; `details`: the answer shows every participant.

        `account` may be a mark (see `choose_binding`). `replaces` is the id of the message whose answer the new one
        takes the place of.

        Raises InvalidInput, BindingNotFound, TooOften (another answer for that message is under way, or the user has
        asked for many), Unavailable.
        """
        ...


class StoredHistory(Protocol):
    """What is stored of a person's accounts; asks nobody outside."""

    async def of(self, discord_id: str, account: str | None, *, limit: int) -> StoredMatches:
        """Matches of one of the accounts, newest first; see `choose_binding` for `account`.

        Raises BindingNotFound, Unavailable.
        """
        ...


class Profiles(Protocol):
    """Who a person is in the game."""

    async def of(self, discord_id: str, account: str | None) -> Profile:
        """The profile of one of the accounts; see `choose_binding` for `account`. Takes some seconds at the most.

        Raises BindingNotFound, TooOften (the user has asked for many), Unavailable.
        """
        ...


class ProfileRequests(Protocol):
    """Takes requests to fetch the latest matches; a worker shows the profile through `reply`."""

    async def submit(
        self,
        *,
        discord_id: str,
        account: str | None,
        reply: Reply,
        replaces: str | None = None,
        after_link: bool = False,
    ) -> Job:
        """Write the job down; `account` and `replaces` as in `AnalysisRequests.submit`.

        `after_link`: what the account's link is still fetching is not fetched beside it.

        Raises BindingNotFound, TooOften as `AnalysisRequests.submit`, Unavailable.
        """
        ...

    async def are_coming(self, puuid: str) -> bool:
        """True while the matches that an account's link has asked for are being fetched. Raises Unavailable."""
        ...


class SyncRequests(Protocol):
    """Takes requests to sync a player's year; a worker answers them through `reply`."""

    async def submit(
        self, *, riot_id: RiotId, platform: Platform, year: int, owner: str | None, reply: Reply | None
    ) -> tuple[Job, bool]:
        """Write the job down; False: the same sync of this owner is under way already. Raises Unavailable."""
        ...


class JobControl(Protocol):
    """Looking at jobs and stopping them. Raises Unavailable when storage is down."""

    async def status(self, job_id: UUID) -> Job:
        """The job as it is now. Raises JobNotFound."""
        ...

    async def find(self, which: JobFilter, *, limit: int) -> tuple[Job, ...]:
        """Jobs, newest first."""
        ...

    async def cancel(self, job_id: UUID, *, owner: str | None) -> Job:
        """Cancel the owner's job. Raises JobNotFound, NotYours."""
        ...


class BotServices(Protocol):
    """Everything a command may call."""

    @property
    def binding(self) -> LinkedAccounts:
        """Links there are."""
        ...

    @property
    def linking(self) -> Linking | None:
        """Links by a sign-in at Riot; None where that is not offered."""
        ...

    @property
    def icon_binding(self) -> IconProof | None:
        """Links by a profile icon; None where that is not offered."""
        ...

    @property
    def privacy(self) -> Privacy:
        """What is kept of people, to be shown and taken away."""
        ...

    @property
    def analysis_requests(self) -> AnalysisRequests:
        """Asking for an analysis."""
        ...

    @property
    def stored_history(self) -> StoredHistory:
        """Matches to choose from."""
        ...

    @property
    def profiles(self) -> Profiles:
        """Profiles as they are now."""
        ...

    @property
    def profile_requests(self) -> ProfileRequests:
        """Asking for what is new in a profile."""
        ...

    @property
    def sync_requests(self) -> SyncRequests:
        """Asking for a sync."""
        ...

    @property
    def control(self) -> JobControl:
        """Jobs, to look at and to cancel."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def answers(self) -> Answers:
        """The one home of what people are told when something went wrong."""
        ...

    @property
    def randomness(self) -> Randomness:
        """The source of error ids."""
        ...


class _HasServices(Protocol):
    @property
    def services(self) -> BotServices: ...


def services_of(interaction: discord.Interaction) -> BotServices:
    """The services of the bot that received the interaction."""
    return cast("_HasServices", interaction.client).services
