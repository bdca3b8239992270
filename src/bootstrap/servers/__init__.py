"""Postgres and Redis from their wheels, for whoever has no servers of their own."""

from src.bootstrap.servers.addresses import ServerAddresses, announced, find_running, forget_settings_of_the_dead
from src.bootstrap.servers.binaries import Binaries
from src.bootstrap.servers.claim import only_run
from src.bootstrap.servers.embedded import EmbeddedServers
from src.bootstrap.servers.errors import AlreadyRunning, ServerStartError

__all__ = [
    "AlreadyRunning",
    "Binaries",
    "EmbeddedServers",
    "ServerAddresses",
    "ServerStartError",
    "announced",
    "find_running",
    "forget_settings_of_the_dead",
    "only_run",
]
