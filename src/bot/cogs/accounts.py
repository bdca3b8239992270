"""/bind, /unbind, /accounts: a person's Riot accounts."""

from typing import Final

import discord
from discord import app_commands

from src.bot.account_list import show_accounts
from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.icon_proof import icon_embed, icon_view
from src.bot.interactions import acknowledge, edit_answer
from src.bot.regions import likely_platform, region_name
from src.bot.services import BotServices, IconProof, Linking, services_of
from src.bot.sign_in import invitation_text, invitation_view
from src.bot.suggestions import AccountText, suggest_accounts, suggest_regions
from src.core.domain.plain_text import plain
from src.core.domain.regions import Platform, parse_platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ConfigurationError, IconOnly, Rejected, SignInOnly

_OTHER_WAY: Final = "You would rather not sign in? A profile icon will do: `/bind riot_id:Name#TAG`"

RegionText = app_commands.Range[str, 1, 40]


@app_commands.command(
    extras={TOPIC: Topic.FIRST_STEPS, EXAMPLES: ("/bind", "/bind region:EUW", "/bind riot_id:Faker#KR1 region:KR")}
)
@app_commands.describe(
    region="Where you play: NA, EUW, KR ...",
    riot_id="Your Riot ID, Name#TAG, to prove by a profile icon; without it, you sign in at Riot",
)
@app_commands.autocomplete(region=suggest_regions)
async def bind(
    interaction: discord.Interaction, region: RegionText | None = None, riot_id: AccountText | None = None
) -> None:
    """Link your Riot account."""
    platform = parse_platform(region) if region else likely_platform(interaction.locale.value)
    wanted = RiotId.parse(riot_id) if riot_id else None
    services, hint = services_of(interaction), region_text(platform, guessed=not region)
    if wanted is not None and services.icon_binding is not None:
        await _name_icon(interaction, services.icon_binding, platform, wanted, hint)
    elif wanted is None and services.linking is not None:
        await _invite(interaction, services.linking, platform, hint)
    else:
        raise no_such_way(services)


def no_such_way(services: BotServices) -> Rejected:
    """What to tell somebody who has typed the /bind that is not offered here."""
    if services.linking is not None:
        return SignInOnly()
    if services.icon_binding is not None:
        return IconOnly()
    return ConfigurationError("There is no way to prove an account.")


async def _invite(interaction: discord.Interaction, linking: Linking, platform: Platform, hint: str) -> None:
    """Answer with a link to the sign-in."""
    reply = await acknowledge(interaction, ephemeral=True)
    invitation = await linking.invite(
        str(interaction.user.id), platform.value, discord_name=interaction.user.name, reply=reply
    )
    needs_code = not linking.signs_in_at_discord
    if services_of(interaction).icon_binding is not None:
        hint = f"{hint}\n{_OTHER_WAY}"
    await edit_answer(
        interaction,
        invitation_text(invitation, hint, needs_code=needs_code),
        view=invitation_view(invitation, needs_code=needs_code),
    )


async def _name_icon(
    interaction: discord.Interaction, icons: IconProof, platform: Platform, wanted: RiotId, hint: str
) -> None:
    """Answer with the icon that proves an account."""
    await acknowledge(interaction, ephemeral=True)
    request = await icons.initiate_binding(
        str(interaction.user.id), platform.value, riot_id=str(wanted), discord_name=interaction.user.name
    )
    embed = icon_embed(request, hint, services_of(interaction).clock.now())
    await edit_answer(interaction, embed=embed, view=icon_view(request.attempt.get_secret_value()))


def region_text(platform: Platform, *, guessed: bool) -> str:
    """Which region a proof is for, and how to name another one."""
    elsewhere = " Is that wrong? Name yours: `/bind region:`" if guessed else ""
    return f"Region: {region_name(platform)}.{elsewhere}"


@app_commands.command(extras={TOPIC: Topic.ACCOUNTS, EXAMPLES: ("/accounts",)})
async def accounts(interaction: discord.Interaction) -> None:
    """List your linked Riot accounts, choose the main one, remove one."""
    await acknowledge(interaction, ephemeral=True)
    await show_accounts(interaction)


@app_commands.command(extras={TOPIC: Topic.ACCOUNTS, EXAMPLES: ("/unbind", "/unbind account:Faker#KR1")})
@app_commands.describe(account="The Riot ID to unlink; not needed if you have one")
@app_commands.autocomplete(account=suggest_accounts)
async def unbind(interaction: discord.Interaction, account: AccountText | None = None) -> None:
    """Unlink a Riot account."""
    await acknowledge(interaction, ephemeral=True)
    removed = await services_of(interaction).binding.unbind(str(interaction.user.id), account)
    await edit_answer(interaction, f"**{plain(str(removed.riot_id))}** is no longer linked.")


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the commands of this topic."""
    tree.add_command(bind)
    tree.add_command(accounts)
    tree.add_command(unbind)
