"""The Cancel button, wherever it is, and what people are told when they press it."""

import re
from typing import Any, Final, Self
from uuid import UUID

import discord

from src.bot.controls import Button, tree_of
from src.bot.interactions import acknowledge, edit_answer
from src.bot.services import BotServices, services_of
from src.core.domain.job import JobState

JOB_ID: Final = "(?P<job>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


async def cancelled(services: BotServices, job_id: UUID, user_id: int) -> str:
    """Cancel a job for the person who asks; answers what became of it.

    Raises:
        JobNotFound: it is gone.
        JobNotYours: somebody else started it.
    """
    before = await services.control.status(job_id)
    job = await services.control.cancel(job_id, owner=str(user_id))
    if before.state.is_final:
        return "It has ended already."
    if job.state is JobState.CANCELLED:
        return "Cancelled." if before.started_at is None else "Cancelled. What is stored stays."
    if job.state.is_final:
        return "It has ended just now."
    return "Stopping: what is stored stays."


class CancelButton(discord.ui.DynamicItem[Button], template=re.compile(f"chimera:cancel:{JOB_ID}")):
    """Under the progress of a job, for everybody to see and for its owner to press."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(discord.ui.Button(label="Cancel", custom_id=f"chimera:cancel:{job_id}"))
        self._job_id = job_id

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, _item: Any, match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls(UUID(match["job"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer the person alone; the progress above tells everybody else."""
        await tree_of(interaction).press(interaction, "cancel button", self._cancel)

    async def _cancel(self, interaction: discord.Interaction) -> None:
        await acknowledge(interaction, ephemeral=True)
        await edit_answer(interaction, await cancelled(services_of(interaction), self._job_id, interaction.user.id))
