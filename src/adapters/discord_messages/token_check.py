"""Asking Discord whose token this is."""

import aiohttp

from src.adapters.discord_messages.settings import DiscordSettings
from src.core.errors import ConfigurationError, Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_OK, _UNAUTHORIZED = 200, 401


async def bot_name(settings: DiscordSettings | None = None) -> str:
    """The name of the bot that the token belongs to.

    Raises:
        ConfigurationError: there is no token, or Discord refuses it.
        Unavailable: Discord does not answer properly.
    """
    settings = settings or DiscordSettings()
    if settings.discord_bot_token is None:
        raise ConfigurationError("DISCORD_BOT_TOKEN is not set")
    headers = {"Authorization": f"Bot {settings.discord_bot_token.get_secret_value().strip()}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{settings.discord_api_base_url}/users/@me", headers=headers) as answer,
        ):
            if answer.status == _UNAUTHORIZED:
                raise ConfigurationError("Discord refuses DISCORD_BOT_TOKEN")
            if answer.status != _OK:
                raise Unavailable(f"Discord answers with status {answer.status}")
            return str((await answer.json())["username"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
        raise Unavailable("Discord cannot be reached") from error
