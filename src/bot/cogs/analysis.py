"""/analyze: what happened in a match."""

import discord
import structlog
from discord import app_commands

from src.bot.interactions import acknowledge
from src.bot.services import services_of
from src.bot.suggestions import suggest_accounts
from src.core.domain.regions import parse_match_id

_log = structlog.get_logger(__name__)

MatchText = app_commands.Range[str, 1, 100]
AccountText = app_commands.Range[str, 1, 100]


@app_commands.command(extras={"examples": ("/analyze", "/analyze match:NA1_1234567890", "/analyze account:Faker#KR1")})
@app_commands.describe(
    match="A match id such as NA1_1234567890; without it, your last match",
    account="One of your linked Riot IDs; without it, your main account",
)
@app_commands.autocomplete(account=suggest_accounts)
async def analyze(
    interaction: discord.Interaction, match: MatchText | None = None, account: AccountText | None = None
) -> None:
    """Understand a match: what decided it, and what you did."""
    match_id = parse_match_id(match)[0] if match else None
    reply = await acknowledge(interaction, ephemeral=False)
    job = await services_of(interaction).analysis_requests.submit(
        discord_id=str(interaction.user.id), match=match_id, account=account, reply=reply
    )
    _log.info("analysis_requested", job_id=str(job.id))  # from here on the worker answers


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the command of this topic."""
    tree.add_command(analyze)
