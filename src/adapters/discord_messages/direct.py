"""Direct messages over Discord's HTTP API."""

from hashlib import sha256
from typing import Final

import aiohttp
import structlog

from src.adapters.discord_messages.patience import Patience
from src.adapters.discord_messages.settings import DiscordSettings
from src.adapters.discord_messages.webhook_http import (
    Message,
    Response,
    Verdict,
    channel_url,
    direct_channels_url,
    post_json,
    send,
)
from src.core.domain.plain_text import clipped, plain
from src.core.errors import BrokenInvariant, ChimeraError, ConfigurationError, Unavailable

_log = structlog.get_logger(__name__)

_CONTENT: Final = 2000
_UNAUTHORIZED: Final = 401
# Takes no messages (of this bot), shares no server with it, is no user (any more), cannot be written to.
_UNREACHABLE: Final = frozenset({50007, 50278, 10013, 50033})
_TOO_FAST: Final = 40003  # too many conversations opened in a short time; Discord does not say how long that lasts
_CALM_DOWN_S: Final = 600.0


class DiscordDirectMessages:
    """Implements `DirectMessages`. Bound to the event loop of its first call; `close` ends its HTTP session.

    The text is shown as it is: nothing in it becomes a link, a mention or formatting.
    """

    def __init__(self, settings: DiscordSettings | None = None, *, patience: Patience | None = None) -> None:
        """Use `settings`, or what the environment says."""
        self._settings = settings or DiscordSettings()
        self._patience = patience or Patience()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End the HTTP session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def tell(self, discord_id: str, text: str, *, key: str) -> bool:
        """See `DirectMessages.tell`."""
        token = self._settings.discord_bot_token
        if token is None:
            raise ConfigurationError("No direct message can be sent: DISCORD_BOT_TOKEN is missing.")
        bot_token = token.get_secret_value()
        opened = await self._patience.insist(lambda: self._open(discord_id, bot_token))
        if not _is_taken(opened):
            return False
        channel_id = opened.body.get("id")
        if not isinstance(channel_id, str):
            raise Unavailable("Discord does not answer properly.")
        nonce = sha256(f"{discord_id}\n{key}".encode()).hexdigest()[:24]
        message = Message(content=clipped(plain(text, _CONTENT), _CONTENT))
        return _is_taken(await self._patience.insist(lambda: self._send(channel_id, message, nonce, bot_token)))

    async def _open(self, discord_id: str, bot_token: str) -> Response:
        """Open the conversation; Discord answers with the one there is, if there is one."""
        url = direct_channels_url(self._settings.discord_api_base_url)
        body = {"recipient_id": discord_id}
        return await post_json(self._http(), url, body, bot_token=bot_token, timeout_s=self._patience.timeout)

    async def _send(self, channel_id: str, message: Message, nonce: str, bot_token: str) -> Response:
        url = channel_url(self._settings.discord_api_base_url, channel_id)
        extra = {"nonce": nonce, "enforce_nonce": True}
        timeout_s = self._patience.timeout
        return await send(self._http(), "POST", url, message, extra=extra, bot_token=bot_token, timeout_s=timeout_s)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession()
        return self._session


def _is_taken(response: Response) -> bool:
    """True if Discord did it, False if this person cannot be written to."""
    if response.verdict is Verdict.DONE:
        return True
    if response.code in _UNREACHABLE:
        return False
    _log.warning("direct_message_refused", status=response.status, code=response.code)
    raise _refusal(response)


def _refusal(response: Response) -> ChimeraError:
    if response.status == _UNAUTHORIZED:
        return ConfigurationError("Discord refuses DISCORD_BOT_TOKEN.")
    if response.code == _TOO_FAST:
        return Unavailable("Discord asks to wait before the next message.", retry_after=_CALM_DOWN_S)
    if response.verdict is Verdict.MALFORMED or (response.code and response.verdict in {Verdict.REFUSED, Verdict.GONE}):
        return BrokenInvariant(f"Discord rejected a direct message (status {response.status}, code {response.code}).")
    return Unavailable("Discord does not answer properly.", retry_after=response.wait_s or None)
