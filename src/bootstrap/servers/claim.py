"""One Chimera per folder, and one per `var` that has servers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from src.bootstrap.servers.addresses import withdraw
from src.bootstrap.servers.errors import AlreadyRunning
from src.bootstrap.servers.home import user_name
from src.bootstrap.servers.server import try_lock
from src.core.errors import ConfigurationError


def claim(var: Path, name: str) -> int:
    """Be the only one in `var` (made if missing): an open, locked file, free again when this process is gone.

    Raises:
        AlreadyRunning: Another process has claimed it.
        ConfigurationError: The folder belongs to another user.
    """
    var.mkdir(parents=True, exist_ok=True)
    owner = var.stat().st_uid
    if owner != os.geteuid():
        raise ConfigurationError(
            f"{var} belongs to user {user_name(owner)}, this is {user_name(os.geteuid())}: "
            "start Chimera as the other, or remove that folder (it holds the data)"
        )
    descriptor = os.open(var / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if not try_lock(descriptor):
        holder = os.read(descriptor, 20).decode() or "unknown"
        os.close(descriptor)
        raise AlreadyRunning(
            f"Chimera already runs in {var} (process {holder}): stop it first, or use another copy of the project"
        )
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


@contextmanager
def only_run(var: Path) -> Iterator[None]:
    """Be the folder's only `chimera run`, with nothing left of an earlier one that was killed.

    Its settings for other shells would otherwise be taken for ours: the sandbox's tokens for real ones.

    Raises:
        AlreadyRunning: Another one runs.
        ConfigurationError: The folder belongs to another user.
    """
    descriptor = claim(var.absolute(), "run.lock")
    try:
        withdraw(var)
        yield
    finally:
        os.close(descriptor)
