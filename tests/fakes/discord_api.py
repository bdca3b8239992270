"""Discord's message endpoints over HTTP, as far as answers need them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

_LIMITS = {"title": 256, "description": 4096}


@dataclass(frozen=True)
class Sent:
    """A request as it arrived. `files` are the parts beside the JSON, by file name."""

    method: str
    path: str
    payload: dict[str, Any]
    files: dict[str, bytes]
    authorization: str | None
    user_agent: str

    @property
    def text(self) -> str:
        """All that a person reads of it."""
        return text_of(self.payload)


@dataclass
class Scripted:
    """An answer to give instead of the ordinary one. `held`: it is given only once that is set."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    held: asyncio.Event | None = None
    is_cut: bool = False


def code(status: int, number: int) -> Scripted:
    """Discord's error with this JSON code."""
    return Scripted(status, {"code": number, "message": "as scripted"})


class FakeDiscordApi:
    """Keeps originals by interaction token and channel messages by channel, and checks what it is sent.

    `script` answers the next requests; `always` all of them. `expired_tokens` are refused. The channel of direct
    messages with a user is `direct-<user id>`; those of `closed_to_bots` take none.
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.script: list[Scripted] = []
        self.always: Scripted | None = None
        self.expired_tokens: set[str] = set()
        self.closed_to_bots: set[str] = set()
        self.originals: dict[str, Sent] = {}
        self.channels: dict[str, list[Sent]] = defaultdict(list)
        self.arrived = asyncio.Event()
        self._nonces: set[str] = set()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Serve on the loopback; yields the base URL."""
        app = web.Application(client_max_size=2**24)
        app.router.add_patch("/api/webhooks/{application}/{token}/messages/@original", self._edit)
        app.router.add_post("/api/channels/{channel}/messages", self._post)
        app.router.add_post("/api/users/@me/channels", self._open)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            yield f"http://127.0.0.1:{port}/api"
        finally:
            await runner.cleanup()

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        sent = await self._read(request)
        scripted = await self._scripted(request)
        if scripted is not None:
            return scripted
        token = request.match_info["token"]
        if token in self.expired_tokens:
            return web.json_response({"code": 50027, "message": "Invalid Webhook Token"}, status=401)
        self.originals[token] = sent
        return _refusal(sent) or web.json_response({"id": "1"})

    async def _post(self, request: web.Request) -> web.StreamResponse:
        sent = await self._read(request)
        scripted = await self._scripted(request)
        if scripted is not None:
            return scripted
        if request.match_info["channel"].removeprefix("direct-") in self.closed_to_bots:
            return web.json_response({"code": 50007, "message": "Cannot send messages to this user"}, status=403)
        nonce = sent.payload.get("nonce")
        is_repeat = sent.payload.get("enforce_nonce") is True and nonce in self._nonces
        if not is_repeat:
            self._nonces.add(str(nonce))
            self.channels[request.match_info["channel"]].append(sent)
        return _refusal(sent) or web.json_response({"id": "2"})

    async def _open(self, request: web.Request) -> web.StreamResponse:
        sent = await self._read(request)
        scripted = await self._scripted(request)
        return scripted or web.json_response({"id": f"direct-{sent.payload['recipient_id']}", "type": 1})

    async def _read(self, request: web.Request) -> Sent:
        files: dict[str, bytes] = {}
        if request.content_type == "multipart/form-data":
            form = await request.post()
            raw = form["payload_json"]
            payload = json.loads(raw if isinstance(raw, str | bytes | bytearray) else raw.file.read())
            for part in form.values():
                if isinstance(part, web.FileField):
                    files[part.filename] = part.file.read()
        else:
            payload = await request.json()
        sent = Sent(
            request.method,
            request.raw_path,
            payload,
            files,
            request.headers.get("Authorization"),
            request.headers.get("User-Agent", ""),
        )
        self.sent.append(sent)
        self.arrived.set()
        return sent

    async def _scripted(self, request: web.Request) -> web.StreamResponse | None:
        answer = self.script.pop(0) if self.script else self.always
        if answer is None:
            return None
        if answer.held is not None:
            await answer.held.wait()
        if answer.is_cut and request.transport is not None:
            request.transport.close()
        if answer.status == 200 and answer.body is None:
            return None
        if isinstance(answer.body, str):
            return web.Response(text=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


def text_of(payload: dict[str, Any]) -> str:
    """All text of a message."""
    parts = [payload.get("content") or ""]
    for embed in payload.get("embeds", ()):
        parts += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        parts += [f"{one['name']}\n{one['value']}" for one in embed.get("fields", ())]
    return "\n".join(filter(None, parts))


def _refusal(sent: Sent) -> web.Response | None:
    """400 for what Discord does not take."""
    problems = [_problem_of(embed) for embed in sent.payload.get("embeds", ())]
    if len(sent.payload.get("content") or "") > 2000 or any(problems):
        return web.json_response({"code": 50035, "message": f"Invalid Form Body {problems}"}, status=400)
    listed = {attachment["filename"] for attachment in sent.payload.get("attachments", ())}
    if listed != set(sent.files):
        return web.json_response({"code": 50035, "message": "attachments and files differ"}, status=400)
    return None


def _problem_of(embed: dict[str, Any]) -> str | None:
    fields = embed.get("fields", [])
    texts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    total = sum(map(len, texts)) + sum(len(one["name"]) + len(one["value"]) for one in fields)
    if total > 6000 or len(fields) > 25 or any(len(embed.get(key, "")) > limit for key, limit in _LIMITS.items()):
        return "too long"
    if any(not one["name"] or not one["value"] or len(one["value"]) > 1024 or len(one["name"]) > 256 for one in fields):
        return "bad field"
    return None
