"""Linking by a profile icon, as it looks in Discord: which icon, how, and a button to look for it."""

from datetime import datetime, timedelta
from typing import Final

import discord
from discord.utils import format_dt

from src.bot.controls import LastingButton
from src.bot.cooldowns import cooldowns_of
from src.bot.interactions import acknowledge_press, edit_answer, let_errors_end
from src.bot.services import IconRequest, services_of
from src.bot.sign_in import linked_text
from src.core.domain.plain_text import plain
from src.core.domain.starter_icons import STARTER_ICONS
from src.core.errors import BrokenInvariant, ConfigurationError, ProofPending, Rejected, TooOften

_WARNING: Final = (
    "**Never set an icon because somebody asks you to.** Who typed /bind gets the account: do this only if that was "
    "you, just now."
)
_TAKES_OVER: Final = (
    "This account is linked to another Discord user. Verifying takes it from them and gives it to you, and they are "
    "told."
)
_AFTERWARDS: Final = "You can take your old icon again."


def icon_embed(request: IconRequest, hint: str, now: datetime) -> discord.Embed:
    """What to do, with a picture of the icon; `hint` says which region it is for."""
    if request.task is None:
        raise BrokenInvariant
    name = plain(str(request.task.account.riot_id))
    title = (
        f"**{STARTER_ICONS[request.task.icon]}**" if request.task.icon in STARTER_ICONS else f"no. {request.task.icon}"
    )
    until = format_dt(now + timedelta(seconds=request.expires_in), "t")
    steps = [
        "1. Start League of Legends and click your profile picture.",
        f"2. Choose the icon below ({title}), one that every account has, and save it.",
        f"3. Come back and press **Verify**, by {until} at the latest.",
    ]
    embed = discord.Embed(title=f"Show that {name} is yours", description="\n".join([*steps, "", hint]))
    if request.takes_over:
        embed.add_field(name="It changes hands", value=_TAKES_OVER, inline=False)
    embed.add_field(name="Beware", value=_WARNING, inline=False)
    return embed.set_image(url=request.auth_url)


def icon_view(attempt: str) -> discord.ui.View:
    """The button under it."""
    return discord.ui.View(timeout=None).add_item(VerifyButton(attempt))


class VerifyButton(
    LastingButton, name="chimera:verify", label="Verify", state=r"[\w-]{1,80}", style=discord.ButtonStyle.primary
):
    """Looks for the icon of an attempt."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Look; the button stays until the icon is there or it is too late."""
        await acknowledge_press(interaction)
        services = services_of(interaction)
        try:
            if services.icon_binding is None:
                raise ConfigurationError
            cooldowns_of(interaction).take(self.state)
            binding = await services.icon_binding.verify(str(interaction.user.id), self.state)
        except (ProofPending, TooOften) as error:
            told = services.answers.error_message(error, error_id=services.randomness.error_id())
            shown = interaction.message.embeds[0] if interaction.message and interaction.message.embeds else None
            await edit_answer(interaction, told.text, embed=shown, view=icon_view(self.state))
            return
        except Rejected:
            let_errors_end(interaction)
            raise
        await edit_answer(interaction, f"{linked_text(binding)}\n{_AFTERWARDS}")
