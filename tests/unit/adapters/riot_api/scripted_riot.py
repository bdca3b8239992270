"""An HTTP server that answers what a test tells it."""

import asyncio
import gzip
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

OK_MATCH = b'{"metadata":{"matchId":"NA1_1"},"info":{}}'


@dataclass(frozen=True)
class Reply:
    """One answer. `how`: whole, zipped, cut off in the middle, the connection reset, or `slow` (after 5 s)."""

    status: int = 200
    body: bytes = OK_MATCH
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    how: Literal["whole", "zipped", "cut", "reset", "slow"] = "whole"


@dataclass
class ScriptedRiot:
    """`replies` are used up in order; the last one stays. `requests` holds what came in."""

    base_url: str = ""
    replies: deque[Reply] = field(default_factory=lambda: deque([Reply()]))
    requests: list[web.BaseRequest] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def reply(self, *replies: Reply) -> None:
        self.replies = deque(replies)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        self.asked.set()
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        reply = self.replies.popleft() if len(self.replies) > 1 else self.replies[0]
        if reply.how == "reset":
            request.transport.abort()
        elif reply.how == "slow":
            await asyncio.sleep(5)
        elif reply.how == "cut":
            return await self._cut(request, reply)
        headers, body = dict(reply.headers), reply.body
        if reply.how == "zipped":
            headers, body = headers | {"Content-Encoding": "gzip"}, gzip.compress(body)
        return web.Response(status=reply.status, body=body, headers=headers)

    @staticmethod
    async def _cut(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers=reply.headers)
        response.content_length = len(reply.body)
        await response.prepare(request)
        await response.write(reply.body[: len(reply.body) // 2])
        assert request.transport is not None
        request.transport.close()
        return response


@asynccontextmanager
async def scripted_riot() -> AsyncIterator[ScriptedRiot]:
    """Serve on a free port of the loopback."""
    riot = ScriptedRiot()
    runner = web.ServerRunner(web.Server(riot.handle), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    riot.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/{{host}}"
    yield riot
    await runner.cleanup()
