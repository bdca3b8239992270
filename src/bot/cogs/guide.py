"""/help: every command with its examples, read off the tree."""

from typing import Any

import discord
from discord import app_commands

AnyCommand = app_commands.Command[Any, ..., Any]


def signature(command: AnyCommand) -> str:
    """A command with its options as people write them: `/analyze [match] [account]`."""
    options = (f"<{option.name}>" if option.required else f"[{option.name}]" for option in command.parameters)
    return " ".join((f"/{command.qualified_name}", *options))


def help_embed(tree: app_commands.CommandTree[discord.Client]) -> discord.Embed:
    """All commands of the tree: what they do and how to call them."""
    embed = discord.Embed(title="What Chimera can do", description="Start with `/bind`, then `/analyze`.")
    for command in tree.walk_commands(type=discord.AppCommandType.chat_input):
        if isinstance(command, app_commands.Command):
            examples = "  ".join(f"`{example}`" for example in command.extras.get("examples", ()))
            embed.add_field(name=signature(command), value=f"{command.description}\n{examples}", inline=False)
    return embed


def setup(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Register /help for this tree."""

    @tree.command(name="help", extras={"examples": ("/help",)})
    async def show_help(interaction: discord.Interaction) -> None:
        """Show what Chimera can do."""
        await interaction.response.send_message(embed=help_embed(tree), ephemeral=True)
