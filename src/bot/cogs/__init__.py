"""The commands, one module per topic."""

from discord import Client
from discord.app_commands import CommandTree

from src.bot.cogs import accounts, analysis, guide, privacy, profile, tasks


def add_commands(tree: CommandTree[Client]) -> None:
    """Register every command of the bot."""
    for topic in (accounts, analysis, profile, tasks, privacy, guide):
        topic.setup(tree)
