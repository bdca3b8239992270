"""The list behind /tasks: what is under way, what has ended, and the buttons under it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

import discord

from src.bot.cancelling import JOB_ID, cancelled
from src.bot.controls import Button, tree_of
from src.bot.interactions import acknowledge_press, edit_answer
from src.bot.services import BotServices, services_of
from src.core.domain.job import Job, JobFilter, JobState, Lane

MOST_UNDER_WAY: Final = 5  # a row holds five buttons
MOST_ENDED: Final = 5
_FINAL: Final = frozenset(state for state in JobState if state.is_final)
_UNDER_WAY: Final = frozenset(JobState) - _FINAL
_EMPTY: Final = (
    "Nothing is under way, and nothing has ended lately.\n"
    "`/sync` fetches a year of your matches, `/analyze` explains one of them."
)


@dataclass(frozen=True, slots=True)
class TaskList:
    """One person's jobs, newest first; `has_more`: more are under way than are listed. `ended` has no answers."""

    under_way: Sequence[Job]
    ended: Sequence[Job]
    has_more: bool

    @classmethod
    async def of(cls, services: BotServices, user_id: int) -> Self:
        """Read them. Raises Unavailable."""
        owner = str(user_id)
        under_way = await services.control.find(JobFilter(states=_UNDER_WAY, owner=owner), limit=MOST_UNDER_WAY + 1)
        # What somebody waited for has answered where it was asked: each press of a button is such a job.
        ended = await services.control.find(
            JobFilter(states=_FINAL, owner=owner, lane=Lane.BACKGROUND), limit=MOST_ENDED
        )
        return cls(under_way[:MOST_UNDER_WAY], ended, len(under_way) > MOST_UNDER_WAY)

    def embed(self, services: BotServices) -> discord.Embed:
        """The list in words; the numbers are those on the buttons."""
        summary = services.answers.summary
        parts = []
        if self.under_way:
            lines = [f"{number}. {summary(job)}" for number, job in enumerate(self.under_way, start=1)]
            more = ["Older ones are under way too."] if self.has_more else []
            parts.append("\n".join(["__Under way__", *lines, *more]))
        if self.ended:
            parts.append("\n".join(["__Ended__", *(f"- {summary(job)}" for job in self.ended)]))
        return discord.Embed(title="Your tasks", description="\n\n".join(parts) or _EMPTY)

    def view(self) -> discord.ui.View:
        """A Cancel button for each job under way, and Refresh below them."""
        view = discord.ui.View(timeout=None)
        for number, job in enumerate(self.under_way, start=1):
            if not job.cancel_requested:
                label = "Cancel" if len(self.under_way) == 1 else f"Cancel {number}"
                view.add_item(ListedCancelButton(job.id, label=label))
        view.add_item(RefreshButton())
        return view


async def show_tasks(interaction: discord.Interaction, *, notice: str = "") -> None:
    """Put the person's tasks, as they are now, in place of the answer."""
    services = services_of(interaction)
    tasks = await TaskList.of(services, interaction.user.id)
    await edit_answer(interaction, notice, embed=tasks.embed(services), view=tasks.view())


class ListedCancelButton(discord.ui.DynamicItem[Button], template=re.compile(f"chimera:tasks:cancel:{JOB_ID}")):
    """Cancels one job of the list."""

    def __init__(self, job_id: UUID, *, label: str = "Cancel") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"chimera:tasks:cancel:{job_id}"), row=0)
        self._job_id = job_id

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, _item: Any, match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls(UUID(match["job"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Cancel, and show the list as it is then."""
        await tree_of(interaction).press(interaction, "tasks cancel button", self._cancel)

    async def _cancel(self, interaction: discord.Interaction) -> None:
        await acknowledge_press(interaction)
        notice = await cancelled(services_of(interaction), self._job_id, interaction.user.id)
        await show_tasks(interaction, notice=notice)


class RefreshButton(discord.ui.DynamicItem[Button], template=r"chimera:tasks:refresh"):
    """Shows the list as it is now."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label="Refresh", custom_id="chimera:tasks:refresh"), row=1)

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, _item: Any, _match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        """Read the list anew."""
        await tree_of(interaction).press(interaction, "tasks refresh button", self._refresh)

    async def _refresh(self, interaction: discord.Interaction) -> None:
        await acknowledge_press(interaction)
        await show_tasks(interaction)
