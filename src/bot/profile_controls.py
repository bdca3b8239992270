"""What leads on from a profile."""

from typing import Final, cast

import discord
import structlog

from src.bot.controls import LastingButton, check_owner
from src.bot.interactions import acknowledge_press, place_of
from src.bot.services import services_of
from src.core.domain.answer_key import ACCOUNT_MARK

_log = structlog.get_logger(__name__)

_NOT_YOURS: Final = "Only whose profile this is can fetch its matches."


class FetchNewestButton(
    LastingButton, name="chimera:profile:fetch", label="Fetch newest", state=rf"{ACCOUNT_MARK}:[0-9]{{1,20}}"
):
    """Has a worker fetch the newest matches of an account and show its profile again in the same place."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Ask for it, if the profile is the person's own."""
        account, owner = self.state.split(":")
        check_owner(interaction, owner, _NOT_YOURS)
        await acknowledge_press(interaction)
        reply, replaces = place_of(interaction, cast("discord.Message", interaction.message))
        job = await services_of(interaction).profile_requests.submit(
            discord_id=owner, account=account, reply=reply, replaces=replaces
        )
        _log.info("profile_refresh_requested", job_id=str(job.id))  # from here on the worker answers
