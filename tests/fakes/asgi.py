"""Requests put straight to an application: from whatever address, under whatever name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message

HERE = ("127.0.0.1", 50000)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class AsgiClient:
    """Asks `app` as a server would for a client at `address` that calls the server `host`."""

    app: ASGIApp
    host: str = "127.0.0.1:8000"
    address: tuple[str, int] | None = HERE
    headers: Mapping[str, str] = field(default_factory=dict)

    async def get(self, url: str, **more: Any) -> Answer:
        return await self.ask("GET", url, **more)

    async def post(self, url: str, **more: Any) -> Answer:
        return await self.ask("POST", url, **more)

    async def delete(self, url: str, **more: Any) -> Answer:
        return await self.ask("DELETE", url, **more)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        json_body: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Put one request; the client stays until the answer is complete."""
        parts = urlsplit(url)
        sent = {"host": self.host, **self.headers, **(headers or {})}
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent |= {"content-type": "application/json"}
        sent |= {"content-length": str(len(body))} if body else {}
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": method, "scheme": "http", "path": parts.path, "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "root_path": "", "server": ("127.0.0.1", 8000),
            "client": self.address, "state": {},
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        }  # fmt: skip
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        start, *rest = messages
        return Answer(
            int(start["status"]),
            {name.decode(): value.decode("latin-1") for name, value in start["headers"]},
            b"".join(message.get("body", b"") for message in rest),
        )
