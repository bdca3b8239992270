"""Where the servers' data and programs lie, and as whom they run.

Postgres refuses to run as root. So root runs the servers as `nobody`; where `nobody` cannot enter the
checkout (it lies in /root, or was installed for its owner only), data and a copy of the programs move to a
folder of their own outside. Nobody's permissions are changed, no user is added.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import structlog

from src.bootstrap.processes import Account, launch_command
from src.bootstrap.servers.binaries import Binaries
from src.bootstrap.servers.errors import ServerStartError
from src.core.errors import ConfigurationError

_log = structlog.get_logger(__name__)
_UNPRIVILEGED = "nobody"
_OUTSIDE = "/var/tmp"  # noqa: S108 - below it only what mkdtemp makes; unlike /tmp it survives a reboot
_CAN_USE = 'cd "$1" && shift && for path; do test -r "$path" || exit 1; done'


@dataclass(frozen=True)
class Home:
    """Data live in `path`; programs are `binaries`; `account` is who runs them, None for the caller."""

    path: Path
    binaries: Binaries
    account: Account | None

    @property
    def environment(self) -> dict[str, str]:
        """What a server sees of the environment: no secrets of ours, no locale, no PG... variable."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    def data_folder(self, name: str) -> Path:
        """The server's own folder, made with mode 0700 where it does not exist yet.

        Raises:
            ConfigurationError: It belongs to another user.
        """
        folder = self.path / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if self.account:
                os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)
        return self.check_owner(folder)

    def check_owner(self, folder: Path) -> Path:
        """`folder`, if it belongs to whom the servers run as.

        Raises:
            ConfigurationError: It does not.
        """
        owner, expected = folder.lstat().st_uid, self.account.uid if self.account else os.geteuid()
        if owner != expected:
            raise ConfigurationError(
                f"{folder} belongs to user {user_name(owner)}, but the servers would run as {user_name(expected)}: "
                "start Chimera as the user who started it first, or remove that folder (it holds the data)"
            )
        return folder


def find_home(var: Path, binaries: Binaries, remembered: Path | None) -> Home:
    """Decide where the servers of `var` live.

    Args:
        var: The checkout's own folder for what changes.
        binaries: The installed programs.
        remembered: The folder outside that an earlier start has made.

    Raises:
        ServerStartError: No place is left where the servers could run.
    """
    account = _account()
    if account is None:
        return Home(var, binaries, None)
    if remembered and remembered.is_dir():
        home = Home(remembered, binaries, account)
        home.check_owner(remembered)
        return Home(remembered, _copy(binaries, remembered, account), account)
    if _can_use(account, var, binaries):
        return Home(var, binaries, account)
    return _home_outside(binaries, account)


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError as error:
        raise ServerStartError(
            f"Postgres does not run as root and there is no user {_UNPRIVILEGED}: start Chimera as an ordinary user"
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _home_outside(binaries: Binaries, account: Account) -> Home:
    for parent in dict.fromkeys((Path(_OUTSIDE), Path(tempfile.gettempdir()))):
        if not parent.is_dir():
            continue
        folder = Path(tempfile.mkdtemp(prefix="chimera-", dir=parent))  # random name, mode 0700
        copy = _copy(binaries, folder, account)
        os.chown(folder, account.uid, account.gid)
        if _can_use(account, folder, copy) and _runs(account, folder, copy):
            _log.info("servers_live_outside_the_checkout", folder=str(folder), user=account.name)
            return Home(folder, copy, account)
        shutil.rmtree(folder)
    raise ServerStartError(
        f"user {account.name}, as whom the servers run when root starts them, can use neither the checkout nor "
        f"{_OUTSIDE} nor the folder for temporary files: start Chimera as an ordinary user"
    )


def _copy(binaries: Binaries, folder: Path, account: Account) -> Binaries:
    copy = binaries.copy_to(folder, uid=account.uid, gid=account.gid)
    for older in folder.glob("binaries-*"):
        if older != copy.site:
            shutil.rmtree(older)
    return copy


def _can_use(account: Account, folder: Path, binaries: Binaries) -> bool:
    needed = [str(path) for path in binaries.needed]
    return _succeeds(account, ["/bin/sh", "-c", _CAN_USE, "sh", str(folder), *needed])


def _runs(account: Account, folder: Path, binaries: Binaries) -> bool:
    """False where the folder's file system forbids programs (noexec)."""
    return _succeeds(account, [str(binaries.postgres / "postgres"), "--version"], folder)


def _succeeds(account: Account, argv: list[str], cwd: Path = Path("/")) -> bool:
    command = launch_command(argv, death_signal=signal.SIGKILL, account=account)
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True).returncode == 0  # noqa: S603


def user_name(uid: int) -> str:
    """The user's name, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
