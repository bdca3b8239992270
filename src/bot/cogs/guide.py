"""/help: every command with its options and examples, read off the tree."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import discord
import structlog
from discord import app_commands

from src.bot.help_topics import EXAMPLES, TOPIC, Topic
from src.bot.interactions import acknowledge, edit_controls

_log = structlog.get_logger(__name__)

AnyCommand = app_commands.Command[Any, ..., Any]
Tree = app_commands.CommandTree[discord.Client]
Mention = Callable[[AnyCommand], str]

MOST_EXAMPLES: Final = 2
_COLOUR: Final = 0x56B4E9
_SECONDS: Final = 2.0


class CommandLinks:
    """Names commands so that a tap puts them into the composer, once Discord has said which ids they have."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._ids: dict[str, int] = {}

    async def learn(self) -> None:
        """Ask Discord for ids that are not known yet; without an answer commands are named as people type them."""
        if all(command.name in self._ids for command in listed(self._tree)):
            return
        try:
            async with asyncio.timeout(_SECONDS):
                uploaded = await self._tree.fetch_commands()
        except (discord.DiscordException, OSError, TimeoutError) as error:
            _log.info("command_ids_unknown", reason=type(error).__name__)
            return
        self._ids = {command.name: command.id for command in uploaded}

    def __call__(self, command: AnyCommand) -> str:
        """The command in Discord's Markdown."""
        number = self._ids.get(command.name)
        return f"`/{command.name}`" if number is None else f"</{command.name}:{number}>"


def listed(tree: Tree) -> list[AnyCommand]:
    """The commands that people type."""
    found = tree.get_commands(type=discord.AppCommandType.chat_input)
    return [command for command in found if isinstance(command, app_commands.Command)]


def help_page(tree: Tree, mention: Mention) -> discord.ui.LayoutView:
    """All commands of the tree by topic: what they do, their options, what to type."""
    commands = listed(tree)
    by_topic = [(topic, [one for one in commands if one.extras.get(TOPIC) is topic]) for topic in Topic]
    first = ", then ".join(mention(command) for command in by_topic[0][1])
    card: discord.ui.Container[Any] = discord.ui.Container(accent_colour=_COLOUR)
    card.add_item(discord.ui.TextDisplay(f"## What Chimera can do\nNew here? {first}."))
    for topic, entries in by_topic:
        card.add_item(discord.ui.Separator())
        for number, command in enumerate(entries):
            heading = "" if number else f"### {topic}\n"
            card.add_item(discord.ui.TextDisplay(heading + _entry(command, mention)))
    return discord.ui.LayoutView(timeout=None).add_item(card)


def _entry(command: AnyCommand, mention: Mention) -> str:
    options = [f"-# `{option.display_name}` {option.description}" for option in command.parameters]
    # A tap on the command types it without options: these are what is left to show.
    examples = [example for example in command.extras.get(EXAMPLES, ()) if " " in example][:MOST_EXAMPLES]
    lines = [f"-# e.g. `{example}`" for example in examples]
    return "\n".join([f"{mention(command)} {command.description}", *options, *lines])


def setup(tree: Tree) -> None:
    """Register /help for this tree."""
    links = CommandLinks(tree)

    @tree.command(name="help", extras={TOPIC: Topic.CHIMERA, EXAMPLES: ("/help",)})
    async def show_help(interaction: discord.Interaction) -> None:
        """Show what Chimera can do."""
        await acknowledge(interaction, ephemeral=True)
        await links.learn()
        await edit_controls(interaction, help_page(tree, links))
