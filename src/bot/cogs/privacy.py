"""/privacy: what is kept of a person, for them to take with them or to have deleted."""

import discord
from discord import app_commands

from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.interactions import acknowledge
from src.bot.privacy_notice import show_privacy


@app_commands.command(extras={TOPIC: Topic.CHIMERA, EXAMPLES: ("/privacy",)})
async def privacy(interaction: discord.Interaction) -> None:
    """See what Chimera keeps about you, export it, delete it."""
    await acknowledge(interaction, ephemeral=True)
    await show_privacy(interaction)


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register the command of this topic."""
    tree.add_command(privacy)
