"""What /privacy says, and the buttons that export and delete."""

from typing import Final

import discord

from src.bot.controls import LastingButton
from src.bot.cooldowns import cooldowns_of
from src.bot.interactions import Attachment, acknowledge, acknowledge_press, edit_answer
from src.bot.services import services_of
from src.core.domain.personal_data import Erased, KeptData
from src.core.domain.plain_text import plain
from src.core.services.privacy import NOTICE

FILE_NAME: Final = "chimera-data.json"

_DOUBT: Final = (
    "**Delete everything?**\n"
    "Your linked accounts, your statistics and what you asked Chimera to do go, and what is under way is stopped. "
    "Matches in which other players take part stay for them, without your name and ids. Chimera takes in nothing about "
    "your accounts until you link one again.\n"
    "**This cannot be undone.** You may want to export your data first."
)


_NOTHING: Final = KeptData((), matches=0, years=0, jobs=0, audit_lines=0)


def privacy_embed(kept: KeptData) -> discord.Embed:
    """The notice, and how much is kept at the moment."""
    embed = discord.Embed(title="What Chimera keeps about you", description=NOTICE["what is kept"])
    embed.add_field(name="At the moment", value=kept_text(kept), inline=False)
    for title in ("what for", "how long", "erasing"):
        embed.add_field(name=title.capitalize(), value=NOTICE[title], inline=False)
    return embed


def kept_text(kept: KeptData) -> str:
    """The counts, one a line."""
    if is_nothing(kept):
        return "Nothing."
    names = ", ".join(f"**{plain(account)}**" for account in kept.accounts)
    lines = [
        f"{_counted(len(kept.accounts), 'Riot account')}{': ' if names else ''}{names}",
        f"{_counted(kept.matches, 'match', 'matches')} of these accounts",
        f"{_counted(kept.years, 'year')} of statistics",
        f"{_counted(kept.jobs, 'task')} that you asked for or that were done for your accounts",
        f"{_counted(kept.audit_lines, 'line')} in the log of links",
    ]
    if kept.links_under_way:
        lines.append(f"{_counted(kept.links_under_way, 'step')} of links that you have begun")
    return "\n".join(f"- {line}" for line in lines)


def is_nothing(kept: KeptData) -> bool:
    """True if there is nothing to hand out or to delete."""
    return kept == _NOTHING


def erased_text(erased: Erased) -> str:
    """What has been done, and what is still to come."""
    if not erased.accounts and not erased.job_ids:
        return (
            "There is nothing about you left, neither accounts nor tasks. Links that you had begun are ended, and in "
            "the log of links short hashes stand for your ids. `/bind` begins anew."
        )
    return (
        f"Deleted: {_counted(erased.accounts, 'account')} with their statistics, and "
        f"{_counted(len(erased.job_ids), 'task')}. Your matches are being pseudonymised in the background; that can "
        "take some minutes. `/bind` begins anew, should you ever want to."
    )


def _counted(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


async def show_privacy(interaction: discord.Interaction) -> None:
    """Put what is kept of the person, as it is now, in place of the answer."""
    kept = await services_of(interaction).privacy.summary(str(interaction.user.id))
    view = None
    if not is_nothing(kept):
        view = discord.ui.View(timeout=None).add_item(ExportButton()).add_item(DeleteButton())
    await edit_answer(interaction, embed=privacy_embed(kept), view=view)


class ExportButton(LastingButton, name="chimera:privacy:export", label="Export my data"):
    """Hands out all that is kept."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Answer with a file, beside the notice."""
        await acknowledge(interaction, ephemeral=True)
        data = await services_of(interaction).privacy.export(str(interaction.user.id))
        await edit_answer(interaction, "What Chimera keeps about you:", attachment=Attachment(FILE_NAME, data))


class DeleteButton(
    LastingButton, name="chimera:privacy:delete", label="Delete everything", style=discord.ButtonStyle.danger
):
    """Asks whether all is to be deleted."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Say what goes, and ask."""
        await acknowledge_press(interaction)
        view = discord.ui.View(timeout=None).add_item(ReallyDeleteButton()).add_item(KeepButton())
        await edit_answer(interaction, _DOUBT, view=view)


class ReallyDeleteButton(
    LastingButton, name="chimera:privacy:erase", label="Yes, delete everything", style=discord.ButtonStyle.danger
):
    """Deletes all."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Do it."""
        await acknowledge_press(interaction)
        user, cooldowns = str(interaction.user.id), cooldowns_of(interaction)
        cooldowns.take(f"erase:{user}", words="It is being done already.")
        try:
            erased = await services_of(interaction).privacy.erase(user)
        except BaseException:
            cooldowns.give_back(f"erase:{user}")
            raise
        await edit_answer(interaction, erased_text(erased))


class KeepButton(LastingButton, name="chimera:privacy:keep", label="Keep my data"):
    """Changes nothing."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Show what is kept again."""
        await acknowledge_press(interaction)
        await show_privacy(interaction)
