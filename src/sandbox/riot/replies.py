"""Answers as Riot's edge writes them: error envelopes, content types, compression, and broken ones."""

import gzip
import itertools
import socket
import struct
from typing import Any

import orjson
from aiohttp import web

from src.sandbox.riot.directory import Document
from src.sandbox.riot.faults import FaultRule

# Riot sends both, without a visible pattern.
_CONTENT_TYPES = itertools.cycle(("application/json;charset=utf-8", "application/json", "application/json"))
_COMPRESS_FROM = 1_000
_MESSAGES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Data not found",
    405: "Method not allowed",
    415: "Unsupported media type",
    429: "Rate limit exceeded",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}
_HTML = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class RiotError(Exception):
    """An answer with Riot's error envelope."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(message or _MESSAGES.get(status, "Error"))
        self.status = status


def json_reply(request: web.Request, content: Any, *, status: int = 200) -> web.Response:
    """A JSON answer, compressed when it is big and the client accepts that."""
    return document_reply(request, (orjson.dumps(content), None), status=status)


def document_reply(
    request: web.Request, document: Document | tuple[bytes | None, bytes | None], *, status: int = 200
) -> web.Response:
    """Bytes as they are, in whichever encoding the client accepts and the source has."""
    plain, gzipped = document
    headers = {"Content-Type": next(_CONTENT_TYPES)}
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    if accepts and gzipped is None and plain is not None and len(plain) > _COMPRESS_FROM:
        gzipped = gzip.compress(plain, compresslevel=1)
    if accepts and gzipped is not None:
        return web.Response(status=status, body=gzipped, headers={**headers, "Content-Encoding": "gzip"})
    if plain is None:
        plain = gzip.decompress(gzipped or b"")
    return web.Response(status=status, body=plain, headers=headers)


def error_reply(request: web.Request, error: RiotError) -> web.Response:
    """`{"status": {"message": ..., "status_code": ...}}`."""
    envelope = {"status": {"message": str(error), "status_code": error.status}}
    return json_reply(request, envelope, status=error.status)


async def faulty_reply(request: web.Request, rule: FaultRule, usual: web.Response | None) -> web.StreamResponse:
    """The answer that `rule` asks for; `usual` is what would have been sent when the rule has no status."""
    if rule.body == "reset":
        _reset(request)
        raise ConnectionResetError
    status = rule.status or (usual.status if usual else 200)
    headers = _fault_headers(rule)
    if rule.body == "empty":
        return web.Response(status=status, headers={**headers, "Content-Type": "application/json"})
    if rule.body == "html":
        return web.Response(status=status, body=_HTML, headers={**headers, "Content-Type": "text/html"})
    if usual is None or rule.status is not None:
        usual = error_reply(request, RiotError(status, rule.message))
    usual.headers.update(headers)
    return await _truncated(request, usual) if rule.body == "truncated" else usual


def _fault_headers(rule: FaultRule) -> dict[str, str]:
    headers: dict[str, str] = {}
    if rule.rate_limit_type is not None:
        headers["X-Rate-Limit-Type"] = rule.rate_limit_type
    if rule.retry_after is not None:
        headers["Retry-After"] = str(rule.retry_after)
    return headers


async def _truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Promise the whole body, send half of it and hang up."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    headers = {name: value for name, value in whole.headers.items() if name != "Content-Length"}
    response = web.StreamResponse(status=whole.status, headers=headers)
    response.content_length = max(2, len(body))
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        # Lingering for zero seconds makes close() send RST instead of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
