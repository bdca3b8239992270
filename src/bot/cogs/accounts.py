"""/bind, /unbind, /accounts: a person's Riot accounts."""

from collections.abc import Sequence
from typing import Final

import discord
from discord import app_commands
from discord.utils import escape_markdown

from src.bot.interactions import acknowledge, edit_answer
from src.bot.regions import likely_platform, region_name
from src.bot.services import services_of
from src.bot.suggestions import suggest_accounts, suggest_regions
from src.core.domain.binding import Binding
from src.core.domain.regions import Platform, parse_platform

_BUTTON_URL_LENGTH: Final = 512  # Discord's limit for the address of a link button

RegionText = app_commands.Range[str, 1, 40]
AccountText = app_commands.Range[str, 1, 100]


@app_commands.command(extras={"examples": ("/bind", "/bind region:EUW")})
@app_commands.describe(region="Where you play: NA, EUW, KR ...")
@app_commands.autocomplete(region=suggest_regions)
async def bind(interaction: discord.Interaction, region: RegionText | None = None) -> None:
    """Link your Riot account."""
    platform = parse_platform(region) if region else likely_platform(interaction.locale.value)
    reply = await acknowledge(interaction, ephemeral=True)
    link = await services_of(interaction).binding.initiate_binding(
        str(interaction.user.id), platform.value, discord_name=interaction.user.name, reply=reply
    )
    text = f"{link.instructions}\n{region_text(platform, guessed=not region)}"
    if len(link.auth_url) > _BUTTON_URL_LENGTH:
        await edit_answer(interaction, f"{text}\n<{link.auth_url}>")
        return
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Sign in with Riot", url=link.auth_url))
    await edit_answer(interaction, text, view=view)


def region_text(platform: Platform, *, guessed: bool) -> str:
    """Which region a sign-in is for, and how to name another one."""
    elsewhere = " Is that wrong? Name yours: `/bind region:`" if guessed else ""
    return f"Region: {region_name(platform)}.{elsewhere}"


@app_commands.command(extras={"examples": ("/unbind", "/unbind account:Faker#KR1")})
@app_commands.describe(account="The Riot ID to unlink; not needed if you have one")
@app_commands.autocomplete(account=suggest_accounts)
async def unbind(interaction: discord.Interaction, account: AccountText | None = None) -> None:
    """Unlink a Riot account."""
    await acknowledge(interaction, ephemeral=True)
    removed = await services_of(interaction).binding.unbind(str(interaction.user.id), account)
    await edit_answer(interaction, f"**{escape_markdown(str(removed.riot_id))}** is no longer linked.")


@app_commands.command(extras={"examples": ("/accounts",)})
async def accounts(interaction: discord.Interaction) -> None:
    """List your linked Riot accounts."""
    await acknowledge(interaction, ephemeral=True)
    bindings = await services_of(interaction).binding.bindings_of(str(interaction.user.id))
    await edit_answer(interaction, account_list(bindings))


def account_list(bindings: Sequence[Binding]) -> str:
    """Linked accounts as text, one a line."""
    if not bindings:
        return "No Riot account is linked yet. Link yours with `/bind`."
    lines = ["Your Riot accounts:"]
    for binding in bindings:
        main = " · main" if binding.is_main else ""
        lines.append(f"- **{escape_markdown(str(binding.riot_id))}** · {region_name(binding.platform)}{main}")
    return "\n".join(lines)


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the commands of this topic."""
    tree.add_command(bind)
    tree.add_command(unbind)
    tree.add_command(accounts)
