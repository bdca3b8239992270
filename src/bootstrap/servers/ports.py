"""Free TCP ports on 127.0.0.1."""

import random
import socket
from pathlib import Path

_LOWEST = 15000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        # As the servers do: connections of a server just killed do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port nobody uses now.

    Outside the range from which the kernel takes the near end of outgoing connections: a client that keeps
    knocking at a server just killed would otherwise sooner or later connect to itself and hold its port.
    """
    for _ in range(100):
        port = random.randrange(_LOWEST, _first_ephemeral())  # noqa: S311 - no secret
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _first_ephemeral() -> int:
    try:
        first = int(_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = 32768
    return first if first > _LOWEST else 65536
