"""Serving the application over HTTP until told to stop."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import structlog
import uvicorn
from fastapi import FastAPI

from src.core.errors import ConfigurationError

_log = structlog.get_logger(__name__)

_GRACE = 10  # seconds that requests under way get when the server stops
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """uvicorn's own signal handling ends by raising the signal again, which kills what still has to close its pools."""

    def __init__(self, config: uvicorn.Config, served: FastAPI) -> None:
        super().__init__(config)
        self._served = served

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        self.should_exit = True
        # Streams of events would hold the server up for all of its grace.
        self._served.state.is_stopping = True


async def serve(
    app: FastAPI,
    *,
    host: str,
    port: int,
    proxies: str = "127.0.0.1",
    started: Callable[[int], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM (then return) or cancellation; requests under way get 10 s to finish.

    `proxies` are believed when they say (`X-Forwarded-For`) who asks: addresses or networks with commas between them,
    or `*`. `started` is told the port once connections are accepted; port 0 takes a free one. Signals reach only a loop
    that runs in the main thread.

    Raises:
        ConfigurationError: the address cannot be had.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        access_log=False,  # its lines would show codes and states; RequestLog writes ours
        log_config=None,
        server_header=False,
        forwarded_allow_ips=proxies,
        ws="none",
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, app)
    with closing(listener), _stopped_by_signals(server):
        bound: int = listener.getsockname()[1]
        _log.info("api_listening", host=host, port=bound)
        if started is not None:
            started(bound)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.stop()
            await serving
            raise


@contextmanager
def _stopped_by_signals(server: _Server) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, server.stop)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections from now on, before the server itself is up."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({error.strerror}). See API_HOST, API_PORT."
        ) from error
    return listener
