"""The embedded Redis."""

import signal
from typing import ClassVar

from src.bootstrap.servers.addresses import redis_answers
from src.bootstrap.servers.server import Server


class RedisServer(Server):
    """Appends every change to a file (fsync each second) and never evicts: a queue must not forget."""

    name = "redis"
    death_signal = signal.SIGTERM
    escalation: ClassVar[tuple[tuple[signal.Signals, float], ...]] = ((signal.SIGTERM, 10.0),)

    def url(self, database: int) -> str:
        """redis://:PASSWORD@127.0.0.1:PORT/DATABASE."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self, lock: int) -> None:
        """Make the data folder.

        Raises:
            ConfigurationError: It belongs to another user.
        """
        del lock  # nothing runs before the server itself
        self.home.data_folder("redis")

    def command(self, port: int) -> tuple[list[str], str]:
        """`redis-server -`: its redis.conf is its input, as a command line would show the password to all."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": self.password,
            "dir": "redis",  # below the home folder, where it runs: no quoting of any path
            "databases": "16",
            "appendonly": "yes",
            "appendfsync": "everysec" if self.durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        text = "".join(f"{name} {value}\n" for name, value in settings.items())
        return [str(self.home.binaries.redis_server), "-"], text

    def is_ready(self) -> bool:
        """It accepts our password and has loaded its data."""
        return self.port is not None and redis_answers(self.port, self.password)
