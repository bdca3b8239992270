"""Discord's REST API over HTTP, answered by a SimCord world, and its sign-in: for other processes and for browsers.

Only what a worker, the API and `sync-commands` need is known to behave; SimCord answers 501 for what it lacks.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiohttp import web
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http.router import RouteNotImplemented, UnsupportedField, dispatch

from src.sandbox.discord.faults import Fault, fault_for, json_answer, limited_answer
from src.sandbox.discord.oauth import DiscordOAuth
from src.sandbox.discord.rate_limits import RateLimits, Ticket

_log = structlog.get_logger(__name__)

PREFIX: Final = "/api/v10"
_UPLOAD_BYTES: Final = 26 * 1024 * 1024


@dataclass(frozen=True)
class _Upload:
    """A file in the form SimCord's routes read."""

    filename: str
    fp: io.BytesIO
    description: str | None


@dataclass(frozen=True)
class _Body:
    payload: Any = None
    files: list[_Upload] = field(default_factory=list)


class Bridge:
    """Serves `http://host:port/api/v10/...` once a world is attached, 503 before, and the pages of `oauth`."""

    def __init__(self, bot_token: str) -> None:
        self._bot_token = bot_token
        self._limits = RateLimits()
        self._by_nonce: dict[tuple[str, str], Any] = {}
        self._runner: web.AppRunner | None = None
        self.backend: Backend | None = None
        self.faults: list[Fault] = []
        self.oauth = DiscordOAuth(faults=self.faults)
        self.url = ""

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. `url` is then the base to put before the API's paths."""
        app = web.Application(client_max_size=_UPLOAD_BYTES)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._handle)
        self.oauth.add_to(app, alone=False)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}{PREFIX}"

    @property
    def root_url(self) -> str:
        """Where the sign-in is: `url` without the API's prefix."""
        return self.url.removesuffix(PREFIX)

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        if path == "/users/@me" and request.headers.get("Authorization", "").startswith("Bearer "):
            return await self.oauth.identity(request)
        backend = self.backend
        if backend is None:
            return json_answer(503, {"code": 0, "message": "no world yet"})
        fault = fault_for(self.faults, request.method, path)
        if fault is not None and not fault.after_effect:
            return fault.answer()
        refused = self._refusal(backend, request, path)
        if refused is not None:
            return refused
        ticket = self._limits.take(request.method, path)
        if ticket.retry_after is not None:
            return limited_answer(ticket.retry_after, ticket.headers)
        answer = await self._dispatch(backend, request, path, ticket)
        return fault.answer() if fault is not None else answer

    def _refusal(self, backend: Backend, request: web.Request, path: str) -> web.Response | None:
        """What Discord says to a request that lacks, or has outlived, its credentials."""
        parts = path.split("/")
        if parts[1] == "webhooks" and len(parts) > 3:  # noqa: PLR2004 - /webhooks/{application}/{token}
            interaction = backend.interactions.get(backend.interaction_tokens.get(parts[3], 0))
            expired = interaction is not None and (interaction.expires_at or "") <= backend.now_iso()
            return json_answer(401, {"code": 50027, "message": "Invalid Webhook Token"}) if expired else None
        if parts[1] == "interactions" or request.headers.get("Authorization") == f"Bot {self._bot_token}":
            return None
        return json_answer(401, {"code": 0, "message": "401: Unauthorized"})

    async def _dispatch(self, backend: Backend, request: web.Request, path: str, ticket: Ticket) -> web.Response:
        try:
            body = await _read(request)
            nonce = _enforced_nonce(path, body.payload)
            if nonce is not None and nonce in self._by_nonce:
                return json_answer(200, self._by_nonce[nonce], ticket.headers)
            answer = dispatch(
                backend,
                request.method,
                path,
                json=body.payload,
                params=dict(request.query),
                files=body.files,
                reason=request.headers.get("X-Audit-Log-Reason"),
            )
        except (RouteNotImplemented, UnsupportedField) as error:
            lacking = ", ".join(getattr(error, "fields", ())) or "route"  # not its text: paths hold tokens
            _log.warning("discord_stand_in_lacks", method=request.method, path=path.split("/")[1], lacking=lacking)
            return json_answer(error.status, error.to_json())
        except BackendError as error:
            return json_answer(error.status, error.to_json(), ticket.headers)
        except (ValueError, KeyError, TypeError) as error:
            return json_answer(400, {"code": 50109, "message": f"The request body is invalid: {error}"}, ticket.headers)
        if nonce is not None:
            self._by_nonce[nonce] = answer
        return json_answer(200, answer, ticket.headers) if answer is not None else _nothing(ticket.headers)


async def _read(request: web.Request) -> _Body:
    """The JSON body, or the parts of a form: `payload_json` and `files[n]`, described by the payload's attachments."""
    if not request.can_read_body:
        return _Body()
    if not request.content_type.startswith("multipart/"):
        return _Body(await request.json())
    form = await request.post()
    text = form.get("payload_json")  # bytes where the part says application/json
    payload = json.loads(text) if isinstance(text, str | bytes | bytearray) else None
    described = {
        str(item.get("id")): item.get("description")
        for item in ((payload or {}).get("attachments") or [])
        if isinstance(item, dict)
    }
    files = []
    for name in sorted(key for key in form if key.startswith("file")):
        part = form[name]
        if isinstance(part, web.FileField):
            number = name.removeprefix("files[").removesuffix("]")
            files.append(_Upload(part.filename, io.BytesIO(part.file.read()), described.get(number)))
    return _Body(payload, files)


def _enforced_nonce(path: str, payload: Any) -> tuple[str, str] | None:
    """What makes Discord take the same message only once, for the few minutes that matter."""
    is_enforced = isinstance(payload, dict) and payload.get("enforce_nonce") is True and "nonce" in payload
    return (path, str(payload["nonce"])) if is_enforced else None


def _nothing(headers: Mapping[str, str]) -> web.Response:
    return web.Response(status=204, headers=headers)
