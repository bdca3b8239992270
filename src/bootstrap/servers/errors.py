"""What can go wrong when the embedded servers start; every message is one line for people."""

from src.core.errors import Unavailable


class ServerStartError(Unavailable):
    """An embedded server did not start."""


class AlreadyRunning(ServerStartError):
    """Chimera already runs in this folder."""
