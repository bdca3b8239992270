"""What the bot needs from the rest of Chimera; the composition root's container satisfies it."""

from typing import Protocol, cast
from uuid import UUID

import discord

from src.core.domain.binding import Binding
from src.core.domain.job import Job, JobFilter
from src.core.domain.regions import Platform
from src.core.domain.reply import Reply
from src.core.domain.riot_id import RiotId
from src.core.ports.answers import Answers
from src.core.ports.clock import Clock
from src.core.ports.randomness import Randomness


class SignInLink(Protocol):
    """Where a person signs in with Riot."""

    @property
    def instructions(self) -> str:
        """What to do and to beware of, for people; the address is not in it."""
        ...

    @property
    def auth_url(self) -> str:
        """The page to open."""
        ...


class AccountBinding(Protocol):
    """The links between a Discord user and their Riot accounts. Raises Unavailable when storage is down."""

    async def initiate_binding(
        self, discord_id: str, region: str, *, discord_name: str, reply: Reply | None
    ) -> SignInLink:
        """Start a Riot sign-in; its outcome is told through `reply`. Raises InvalidInput for an unknown region."""
        ...

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's accounts, the main one first."""
        ...

    async def unbind(self, discord_id: str, account: str | None) -> Binding:
        """Unlink the account with that Riot ID or PUUID (None: the only one); answers what was unlinked.

        Raises:
            BindingNotFound: nothing is linked, or not that account.
            InvalidInput: several are linked and none was named.
        """
        ...


class AnalysisRequests(Protocol):
    """Takes requests for an analysis; a worker answers them through `reply`."""

    async def submit(self, *, discord_id: str, match: str | None, account: str | None, reply: Reply) -> Job:
        """Write the job down. Raises InvalidInput, BindingNotFound, Unavailable."""
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
    def binding(self) -> AccountBinding:
        """Linking and unlinking."""
        ...

    @property
    def analysis_requests(self) -> AnalysisRequests:
        """Asking for an analysis."""
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
