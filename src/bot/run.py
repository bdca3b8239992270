"""Running the bot until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Final, Protocol

import aiohttp
import discord
import structlog
from pydantic import SecretStr

from src.bot.client import ChimeraBot
from src.bot.endpoints import use_endpoints
from src.bot.services import BotServices
from src.core.errors import ConfigurationError, Unavailable

_log = structlog.get_logger(__name__)

DRAIN_SECONDS: Final = 20.0
FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0

_REFUSED: Final = "Discord refuses DISCORD_BOT_TOKEN. Reset the token and copy it again."
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_AUTHENTICATION_FAILED: Final = 4004  # the gateway's close code


class DiscordSettings(Protocol):
    """What the bot is configured by."""

    @property
    def discord_bot_token(self) -> SecretStr | None:
        """DISCORD_BOT_TOKEN."""
        ...

    @property
    def discord_api_base_url(self) -> str:
        """DISCORD_API_BASE_URL, such as `https://discord.com/api/v10`."""
        ...

    @property
    def discord_gateway_url(self) -> str | None:
        """DISCORD_GATEWAY_URL; None: the one Discord names."""
        ...


class RunningServices(BotServices, Protocol):
    """Services that hold connections."""

    async def close(self) -> None:
        """Close the connections."""
        ...


def bot_token(settings: DiscordSettings) -> str:
    """The bot's token in clear. Raises ConfigurationError when there is none."""
    token = settings.discord_bot_token
    if token is None or not token.get_secret_value().strip():
        raise ConfigurationError("DISCORD_BOT_TOKEN is not set. Copy it from your application's Bot page on Discord.")
    return token.get_secret_value().strip()


async def run_bot(
    settings: DiscordSettings,
    build: Callable[[], RunningServices],
    *,
    drain_seconds: float = DRAIN_SECONDS,
    first_wait: float = FIRST_WAIT,
) -> None:
    """Serve interactions until SIGTERM or SIGINT; then finish what is under way and close.

    A Discord that is down is tried again for ever, after `first_wait` seconds, then twice as many, up to a minute.
    `build` makes the services in this event loop; they are closed after the bot.

    Raises:
        ConfigurationError: there is no token, or Discord refuses it.
        Unavailable: what answers at Discord's address is not Discord.
    """
    token = bot_token(settings)
    use_endpoints(api_base_url=settings.discord_api_base_url, gateway_url=settings.discord_gateway_url)
    services = build()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(services.close)
        for number in signals:
            loop.add_signal_handler(number, stop.set)
            stack.callback(loop.remove_signal_handler, number)
        wait = first_wait
        while True:
            began = loop.time()
            async with ChimeraBot(services, gateway_url=settings.discord_gateway_url) as bot:
                reason = await _serve_while_up(bot, token, stop, drain_seconds)
            if reason is None or stop.is_set():
                return
            if loop.time() - began > _LONGEST_WAIT:  # it was up in between
                wait = first_wait
            _log.warning("discord_does_not_answer", reason=reason, delay=wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
                return
            wait = min(2 * wait, _LONGEST_WAIT)


async def _serve_while_up(bot: ChimeraBot, token: str, stop: asyncio.Event, drain_seconds: float) -> str | None:
    """Serve until the bot is stopped (None), or Discord is down (why).

    Raises:
        ConfigurationError: Discord refuses the token.
        Unavailable: what answers is not Discord.
    """
    try:
        await _serve(bot, token, stop, drain_seconds)
    except discord.LoginFailure as error:
        raise ConfigurationError(_REFUSED) from error
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise ConfigurationError(_REFUSED) from error
        raise
    except discord.HTTPException as error:
        if error.status < _SERVER_ERROR and error.status != _TOO_MANY_REQUESTS:
            raise Unavailable("Discord does not answer as it does. Is DISCORD_API_BASE_URL right?") from error
        return f"status {error.status}"
    except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        return type(error).__name__
    return None


async def _serve(bot: ChimeraBot, token: str, stop: asyncio.Event, drain_seconds: float) -> None:
    """Run the client until it ends by itself or `stop` is set."""
    serving = asyncio.create_task(bot.start(token), name="discord-client")
    stopping = asyncio.create_task(stop.wait(), name="stop-signal")
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            _log.info("bot_stopping")
            await bot.drain(drain_seconds)
            await bot.close()
            serving.cancel()
        await asyncio.gather(serving, return_exceptions=stop.is_set())
    finally:
        stopping.cancel()
        serving.cancel()
        await asyncio.gather(serving, stopping, return_exceptions=True)
    _log.info("bot_stopped")
