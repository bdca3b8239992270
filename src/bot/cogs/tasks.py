"""/sync and /tasks: work that takes a while, and how far it is."""

from typing import Final

import discord
import structlog
from discord import app_commands
from discord.app_commands import Choice

from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.interactions import acknowledge, edit_answer
from src.bot.services import services_of
from src.bot.suggestions import MOST_CHOICES, AccountText, suggest_accounts
from src.bot.task_list import show_tasks
from src.core.domain.binding import choose_binding
from src.core.domain.plain_text import plain
from src.core.errors import InvalidInput

_log = structlog.get_logger(__name__)

FIRST_YEAR: Final = 2020

Year = app_commands.Range[int, FIRST_YEAR]


async def suggest_years(interaction: discord.Interaction, typed: int | str) -> list[Choice[int]]:
    """The years that begin with what was typed, this one first."""
    this_year = services_of(interaction).clock.now().year
    years = [year for year in range(this_year, FIRST_YEAR - 1, -1) if str(year).startswith(str(typed or ""))]
    return [Choice(name=str(year), value=year) for year in years[:MOST_CHOICES]]


@app_commands.command(extras={TOPIC: Topic.MATCHES, EXAMPLES: ("/sync", "/sync year:2025", "/sync account:Faker#KR1")})
@app_commands.describe(
    year="Which year's matches to fetch; without it, this year's",
    account="One of your linked Riot IDs; without it, your main account",
)
@app_commands.autocomplete(year=suggest_years)
@app_commands.autocomplete(account=suggest_accounts)
async def sync(interaction: discord.Interaction, year: Year | None = None, account: AccountText | None = None) -> None:
    """Fetch all your matches of a year."""
    services, owner = services_of(interaction), str(interaction.user.id)
    wanted = checked_year(year, services.clock.now().year)
    # For everybody to see: an answer later than 15 minutes can only go to the channel.
    reply = await acknowledge(interaction, ephemeral=False)
    binding = choose_binding(await services.binding.bindings_of(owner), account)
    name = f"Sync {wanted} of **{plain(str(binding.riot_id))}**"
    # Before there is a job: from then on the worker writes here.
    await edit_answer(interaction, f"{name}: waiting its turn ...")
    job, is_new = await services.sync_requests.submit(
        riot_id=binding.riot_id, platform=binding.platform, year=wanted, owner=owner, reply=reply
    )
    _log.info("sync_requested", job_id=str(job.id), is_new=is_new)
    if not is_new:
        await edit_answer(interaction, f"{name} is under way already. /tasks shows how far it is, and can stop it.")


def checked_year(year: int | None, this_year: int) -> int:
    """The year to sync; None is this year.

    Raises:
        InvalidInput: it has not come yet.
    """
    if year is not None and not FIRST_YEAR <= year <= this_year:
        raise InvalidInput(f"{year} is no year to fetch matches of. Pick one from {FIRST_YEAR} to {this_year}.")
    return year or this_year


@app_commands.command(extras={TOPIC: Topic.MATCHES, EXAMPLES: ("/tasks",)})
async def tasks(interaction: discord.Interaction) -> None:
    """Show what is under way for you, and stop it."""
    await acknowledge(interaction, ephemeral=True)
    await show_tasks(interaction)


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the commands of this topic."""
    tree.add_command(sync)
    tree.add_command(tasks)
