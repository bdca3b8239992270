"""/analyze: what happened in a match."""

import discord
import structlog
from discord import app_commands

from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.interactions import acknowledge
from src.bot.services import services_of
from src.bot.suggestions import AccountText, suggest_accounts, suggest_matches
from src.core.domain.regions import parse_match_id
from src.core.errors import InvalidInput

_log = structlog.get_logger(__name__)

MatchText = app_commands.Range[str, 1, 100]


@app_commands.command(
    extras={
        TOPIC: Topic.FIRST_STEPS,
        EXAMPLES: ("/analyze", "/analyze match:NA1_1234567890", "/analyze account:Faker#KR1"),
    }
)
@app_commands.describe(
    match="Type a champion, win, ranked ... and choose a stored match; without it, your last one",
    account="One of your linked Riot IDs; without it, your main account",
)
@app_commands.autocomplete(match=suggest_matches, account=suggest_accounts)
async def analyze(
    interaction: discord.Interaction, match: MatchText | None = None, account: AccountText | None = None
) -> None:
    """Understand a match: what decided it, and what you did."""
    match_id = chosen_match(match)
    reply = await acknowledge(interaction, ephemeral=False)
    job = await services_of(interaction).analysis_requests.submit(
        discord_id=str(interaction.user.id), match=match_id, account=account, reply=reply
    )
    _log.info("analysis_requested", job_id=str(job.id))  # from here on the worker answers


def chosen_match(match: str | None) -> str | None:
    """The id of the match that was chosen or typed.

    Raises:
        InvalidInput: something was typed and nothing chosen.
    """
    if match is None:
        return None
    try:
        return parse_match_id(match)[0]
    except InvalidInput as error:
        raise InvalidInput(f"{error} While you type, your stored matches are suggested: choose one.") from None


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the command of this topic."""
    tree.add_command(analyze)
