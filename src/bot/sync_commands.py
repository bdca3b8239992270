"""Uploading the commands to Discord: a step of its own, because Discord limits it and every start need not do it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

import discord
import structlog
from discord import app_commands
from discord.http import Route

from src.bot.cogs import add_commands
from src.bot.endpoints import use_endpoints
from src.bot.run import DiscordSettings, bot_token
from src.bot.tree import ChimeraTree
from src.core.errors import ConfigurationError, Unavailable

_log = structlog.get_logger(__name__)

REMEMBERED: Final = Path("var/commands.sha256")


async def sync(settings: DiscordSettings, remembered: Path = REMEMBERED, *, force: bool = False) -> bool:
    """Upload the commands if they are not those uploaded last; True if they were.

    `remembered` is the file that keeps the hash of what was uploaded, for which application and to which API.

    Raises:
        ConfigurationError: there is no token, or Discord refuses it.
        Unavailable: Discord does not answer properly.
    """
    use_endpoints(api_base_url=settings.discord_api_base_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = ChimeraTree(client)
        add_commands(tree)
        try:
            await client.login(bot_token(settings))
            return await sync_tree(tree, remembered, force=force)
        except discord.LoginFailure as error:
            raise ConfigurationError("Discord refuses DISCORD_BOT_TOKEN. Reset the token and copy it again.") from error
        except (discord.HTTPException, OSError) as error:
            raise Unavailable("Discord did not take the commands.") from error


async def sync_tree(tree: app_commands.CommandTree[discord.Client], remembered: Path, *, force: bool = False) -> bool:
    """`sync` for a tree whose client is logged in."""
    payload = json.dumps([command.to_dict(tree) for command in tree.get_commands()], sort_keys=True)
    digest = sha256(f"{Route.BASE}\n{tree.client.application_id}\n{payload}".encode()).hexdigest()
    if not force and _recall(remembered) == digest:
        return False
    synced = await tree.sync()
    _remember(remembered, digest)
    _log.info("commands_synced", count=len(synced))
    return True


def _recall(file: Path) -> str | None:
    return file.read_text().strip() if file.is_file() else None


def _remember(file: Path, digest: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{digest}\n")
