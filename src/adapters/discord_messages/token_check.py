"""Asking Discord whose token this is."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from src.adapters.discord_messages.settings import DiscordSettings
from src.core.errors import ConfigurationError, Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_OK, _UNAUTHORIZED = 200, 401


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Who a token belongs to: the bot's name, and the id of its application."""

    name: str
    application_id: str


async def bot_identity(settings: DiscordSettings | None = None) -> BotIdentity:
    """Who the token belongs to.

    Raises:
        ConfigurationError: there is no token, or Discord refuses it.
        Unavailable: Discord does not answer properly.
    """
    settings = settings or DiscordSettings()
    if settings.discord_bot_token is None:
        raise ConfigurationError("DISCORD_BOT_TOKEN is not set")
    headers = {"Authorization": f"Bot {settings.discord_bot_token.get_secret_value()}"}
    base = settings.discord_api_base_url.rstrip("/")
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT, headers=headers) as session:
            bot = await _answer(session, f"{base}/users/@me")
            application = await _answer(session, f"{base}/oauth2/applications/@me")
            return BotIdentity(str(bot["username"]), str(application["id"]))
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        raise Unavailable("Discord cannot be reached") from error


async def _answer(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as answer:
        if answer.status == _UNAUTHORIZED:
            raise ConfigurationError("Discord refuses DISCORD_BOT_TOKEN")
        if answer.status != _OK:
            raise Unavailable(f"Discord answers with status {answer.status}")
        return await answer.json()
