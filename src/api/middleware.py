"""What surrounds every request: headers that keep browsers safe, a log line, and the last catch for defects."""

import time

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from src.api.errors import too_large, unexpected
from src.api.metrics import RequestFigures

_log = structlog.get_logger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # addresses here may carry one-time secrets
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "identity-credentials-get=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()"
    ),
    "Cache-Control": "no-store",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # this host's; its subdomains are others' business
_SECRET_PATHS = ("/link/",)


class SecurityHeaders:
    """Puts the headers on every answer, errors included; a route may set its own instead."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        """`https`: browsers reach this application by https, and shall never again try without."""
        self._app = app
        self._headers = _HEADERS | (_HTTPS_ONLY if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class DeclaredLength:
    """Refuses a body that says it is too large before a route acts.

    Starlette's limit counts what is read: a route that reads no body would do its work, and then be told of as 413.
    """

    def __init__(self, app: ASGIApp, largest: int) -> None:
        """`largest` in bytes."""
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        declared = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > self._largest:
            await too_large(Request(scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class RequestLog:
    """One line for each request, without its query (codes and states) and without values in its path.

    `figures` count what is logged.
    """

    def __init__(self, app: ASGIApp, figures: RequestFigures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for the application when it breaks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_and_remember(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_remember)
        except Exception as error:
            if status:  # half an answer is out: the server has to break the connection off
                raise
            await unexpected(Request(scope), error)(scope, receive, send_and_remember)
        finally:
            seconds, route = time.perf_counter() - started, _route(scope)
            key = {"key_id": key_id} if (key_id := scope.get("state", {}).get("key_id")) else {}
            _log.info(
                "request",
                method=scope["method"],
                path=route or _without_secret(scope["path"]),
                status=status,
                ms=round(seconds * 1000, 1),
                **key,
            )
            self._figures.observe(scope["method"], route, status, seconds)


def _route(scope: Scope) -> str | None:
    """The route's own path where there is one: `/tasks/{task_id}`."""
    path = getattr(scope.get("route"), "path", None)
    return None if path is None else str(path)


def _without_secret(path: str) -> str:
    """A path that no route has taken: a one-time address with a slash too many still holds its secret."""
    secret = next((prefix for prefix in _SECRET_PATHS if path.startswith(prefix)), None)
    return path[:200] if secret is None else f"{secret}..."
