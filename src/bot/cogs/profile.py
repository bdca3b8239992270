"""/profile: who somebody is in the game."""

import discord
import structlog
from discord import app_commands

from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.interactions import acknowledge, let_errors_stand_above, message_now, place_of
from src.bot.services import services_of
from src.bot.suggestions import AccountText, suggest_accounts

_log = structlog.get_logger(__name__)


@app_commands.command(extras={TOPIC: Topic.MATCHES, EXAMPLES: ("/profile", "/profile account:Faker#KR1")})
@app_commands.describe(account="One of your linked Riot IDs; without it, your main account")
@app_commands.autocomplete(account=suggest_accounts)
async def profile(interaction: discord.Interaction, account: AccountText | None = None) -> None:
    """Show your rank, recent form, champions, roles and last games."""
    services, owner = services_of(interaction), str(interaction.user.id)
    reply = await acknowledge(interaction, ephemeral=False)
    shown = await services.profiles.of(owner, account)
    is_fetching = not shown.played.stored or await services.profile_requests.are_coming(shown.puuid)
    await services.answers.deliver_profile(reply, shown, is_fetching=is_fetching)
    if is_fetching:
        let_errors_stand_above(interaction, reply)
        place = place_of(interaction, await message_now(interaction))
        job = await services.profile_requests.submit(
            discord_id=owner, account=shown.puuid, reply=place.reply, replaces=place.replaces, after_link=True
        )
        _log.info("profile_refresh_requested", job_id=str(job.id))  # from here on the worker answers


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the command of this topic."""
    tree.add_command(profile)
