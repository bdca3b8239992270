"""Uploading the commands to Discord: a step of its own, because Discord limits it and every start need not do it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

import discord
import structlog

from src.bot.cogs import add_commands
from src.bot.endpoints import use_endpoints
from src.bot.run import DiscordSettings, bot_token
from src.bot.tree import ChimeraTree
from src.core.errors import ConfigurationError, Unavailable

_log = structlog.get_logger(__name__)

REMEMBERED: Final = Path("var/commands.sha256")


async def sync(settings: DiscordSettings, remembered: Path = REMEMBERED, *, force: bool = False) -> bool:
    """Upload the commands if they are not those uploaded last; True if they were.

    `remembered` is the file that keeps the hash of what was uploaded, for which bot and to which API.

    Raises:
        ConfigurationError: there is no token, or Discord refuses it.
        Unavailable: Discord does not answer properly.
    """
    token = bot_token(settings)
    if not force and is_uploaded(settings, remembered):
        return False
    use_endpoints(api_base_url=settings.discord_api_base_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = _tree(client)
        try:
            await client.login(token)
            synced = await tree.sync()
        except discord.LoginFailure as error:
            raise ConfigurationError("Discord refuses DISCORD_BOT_TOKEN. Reset the token and copy it again.") from error
        except (discord.HTTPException, OSError) as error:
            raise Unavailable("Discord did not take the commands.") from error
    _remember(remembered, _digest(settings, tree))
    _log.info("commands_synced", count=len(synced))
    return True


def is_uploaded(settings: DiscordSettings, remembered: Path = REMEMBERED) -> bool:
    """Whether the commands are those uploaded last, as far as `remembered` tells: nobody is asked.

    Raises:
        ConfigurationError: there is no token.
    """
    return _recall(remembered) == _digest(settings, _tree(discord.Client(intents=discord.Intents.none())))


def _tree(client: discord.Client) -> ChimeraTree:
    tree = ChimeraTree(client)
    add_commands(tree)
    return tree


def _digest(settings: DiscordSettings, tree: ChimeraTree) -> str:
    """What there is to upload, to which API and for which bot: a token begins with its id, and that stays."""
    payload = json.dumps([command.to_dict(tree) for command in tree.get_commands()], sort_keys=True)
    bot = bot_token(settings).partition(".")[0]
    return sha256(f"{settings.discord_api_base_url}\n{bot}\n{payload}".encode()).hexdigest()


def _recall(file: Path) -> str | None:
    return file.read_text().strip() if file.is_file() else None


def _remember(file: Path, digest: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{digest}\n")
