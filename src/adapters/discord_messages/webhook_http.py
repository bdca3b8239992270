"""One request to Discord: what it sends, and what became of it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

_USER_AGENT: Final = "DiscordBot (https://discord.com, 1.0) Chimera"
_CHART_TYPE: Final = "image/png"
_ACTION_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message: whatever it does not name is emptied when it replaces another.

    `chart` is a PNG that goes out as `chart_name`, described for those who cannot see it. `buttons` are Discord's
    JSON, at most five. With `keeps_rest` nothing is emptied and the text alone is replaced.
    """

    content: str = ""
    embeds: tuple[dict[str, Any], ...] = ()
    chart: bytes | None = None
    chart_name: str = "match.png"
    chart_description: str = ""
    buttons: tuple[dict[str, Any], ...] = ()
    keeps_rest: bool = False

    def payload(self) -> dict[str, Any]:
        """Discord's JSON. Nobody is ever pinged; `attachments` lists the files, or none is kept."""
        text = {"content": self.content, "allowed_mentions": {"parse": []}}
        if self.keeps_rest:
            return text
        attachments = [] if self.chart is None else [self._attachment()]
        return text | {
            "embeds": list(self.embeds),
            "attachments": attachments,
            "components": [{"type": _ACTION_ROW, "components": list(self.buttons)}] if self.buttons else [],
        }

    def _attachment(self) -> dict[str, Any]:
        return {"id": 0, "filename": self.chart_name, "description": self.chart_description}


class Verdict(Enum):
    """What became of a request."""

    DONE = auto()
    LIMITED = auto()  # 429
    GONE = auto()  # 404: unknown webhook, message, interaction or channel
    REFUSED = auto()  # 401, 403: the token is no good (any more)
    MALFORMED = auto()  # any other 4xx: ours to mend
    BROKEN = auto()  # 5xx, no answer, no sense


@dataclass(frozen=True, slots=True)
class Response:
    """A verdict and what goes with it.

    `code` is Discord's JSON error code or 0. `wait_s`: seconds until the next request of this route makes sense,
    from a 429 or from headers that say the route is used up. `is_global`: the wait concerns every route.
    """

    verdict: Verdict
    status: int = 0
    code: int = 0
    wait_s: float = 0.0
    is_global: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)


def webhook_url(base: str, application_id: str, token: str) -> URL:
    """Where an interaction's original answer is edited. Holds the token: never log it."""
    parts = (quote(part, safe="") for part in (application_id, token))
    return URL(f"{base.rstrip('/')}/webhooks/{'/'.join(parts)}/messages/@original", encoded=True)


def channel_url(base: str, channel_id: str) -> URL:
    """Where the bot posts a message of its own."""
    return URL(f"{base.rstrip('/')}/channels/{quote(channel_id, safe='')}/messages", encoded=True)


def direct_channels_url(base: str) -> URL:
    """Where the bot opens a conversation with one person."""
    return URL(f"{base.rstrip('/')}/users/@me/channels", encoded=True)


async def send(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    message: Message,
    *,
    extra: Mapping[str, Any] | None = None,
    bot_token: str | None = None,
    timeout_s: float,
) -> Response:
    """Send a message once; every way it can end is a Response.

    No exception carries the URL out of here: it holds the interaction's token.
    """
    content = _content(message.payload() | dict(extra or {}), message)
    return await _request(session, method, url, content, bot_token=bot_token, timeout_s=timeout_s)


async def post_json(
    session: aiohttp.ClientSession, url: URL, body: Mapping[str, Any], *, bot_token: str, timeout_s: float
) -> Response:
    """Post what is no message once; see `send`."""
    return await _request(session, "POST", url, {"json": dict(body)}, bot_token=bot_token, timeout_s=timeout_s)


async def _request(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    content: Mapping[str, Any],
    *,
    bot_token: str | None,
    timeout_s: float,
) -> Response:
    headers = {"User-Agent": _USER_AGENT} | ({"Authorization": f"Bot {bot_token}"} if bot_token else {})
    try:
        async with session.request(
            method,
            url,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            **content,
        ) as answer:
            return _read(answer.status, answer.headers, await answer.read())
    except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
        return Response(Verdict.BROKEN)


def _content(body: Mapping[str, Any], message: Message) -> dict[str, Any]:
    if message.chart is None:
        return {"json": body}
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    form.add_field("files[0]", message.chart, filename=message.chart_name, content_type=_CHART_TYPE)
    return {"data": form}


def _read(status: int, headers: Mapping[str, str], raw: bytes) -> Response:
    body = _json(raw)
    wait_s = _number(headers.get("X-RateLimit-Reset-After")) if headers.get("X-RateLimit-Remaining") == "0" else 0.0
    if status == 429:  # noqa: PLR2004
        told = [_number(body.get("retry_after")), _number(headers.get("Retry-After")), wait_s]
        is_global = body.get("global") is True or headers.get("X-RateLimit-Global", "").lower() == "true"
        return Response(Verdict.LIMITED, status, wait_s=max(told), is_global=is_global, body=body)
    return Response(_verdict(status), status, code=int(_number(body.get("code"))), wait_s=wait_s, body=body)


def _verdict(status: int) -> Verdict:
    if status < 300:  # noqa: PLR2004
        return Verdict.DONE
    if status in {401, 403}:
        return Verdict.REFUSED
    if status == 404:  # noqa: PLR2004
        return Verdict.GONE
    return Verdict.MALFORMED if 400 <= status < 500 else Verdict.BROKEN  # noqa: PLR2004


def _json(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _number(value: Any) -> float:
    """A non-negative finite number, else 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if 0 <= number < float("inf") else 0.0
