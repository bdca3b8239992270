"""The embedded Postgres."""

import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar

from src.bootstrap.processes import launch_command
from src.bootstrap.servers.errors import ServerStartError
from src.bootstrap.servers.home import Home
from src.bootstrap.servers.server import Server

NAME = "chimera"  # of the role and of the database

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path must not exceed 107 bytes; a checkout's may
    "max_connections": "100",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm may be tiny (containers), and a crash would leave files there
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
# Copying the template's files is faster here than writing them through the log, as is the default.
_CREATE_DATABASE = f"CREATE DATABASE {NAME} STRATEGY file_copy"
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_INITDB_SECONDS = 120


class PostgresServer(Server):
    """Data survive a crash of anything. Connections need the password (SCRAM)."""

    name = "postgres"
    death_signal = signal.SIGINT  # fast shutdown: ends the sessions, writes a checkpoint
    escalation: ClassVar[tuple[tuple[signal.Signals, float], ...]] = (
        (signal.SIGINT, 20.0),
        (signal.SIGQUIT, 5.0),  # immediate shutdown; the next start recovers from the log
    )

    def __init__(self, home: Home, var: Path, *, password: str, durable: bool, password_is_new: bool = False) -> None:
        """As every server; a new password is set before the first start on data that are there already."""
        super().__init__(home, var, password=password, durable=durable)
        self._password_is_new = password_is_new

    @property
    def url(self) -> str:
        """postgresql://chimera:PASSWORD@127.0.0.1:PORT/chimera."""
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    @property
    def _data(self) -> Path:
        return self.home.path / "postgres"

    def prepare(self, lock: int) -> None:
        """Create the cluster and the database, unless an earlier start has finished that.

        Raises:
            ServerStartError: initdb fails.
            ConfigurationError: The data belong to another user.
        """
        set_password = f"ALTER ROLE {NAME} PASSWORD '{self.password}'"
        if self._data.exists():
            self.home.check_owner(self._data)
            if self._password_is_new:
                self._run_single(self._data, [set_password], lock)
        else:
            shutil.rmtree(self.home.path / "postgres.new", ignore_errors=True)
            unfinished = self.home.data_folder("postgres.new")
            self._initdb(unfinished, lock)
            self._run_single(unfinished, [_CREATE_DATABASE, set_password], lock)
            unfinished.rename(self._data)
        self._password_is_new = False

    def _initdb(self, folder: Path, lock: int) -> None:
        options = ["--locale=C", "--encoding=UTF8", "--no-instructions", f"--username={NAME}"]
        # Its password follows in single-user mode: handing initdb one takes a file.
        options += ["--auth-local=reject", "--auth-host=scram-sha-256"]
        # 192 random bits: hashing them thousands of times would only make connecting slow.
        options += ["-c", "scram_iterations=64"]
        options += [] if self.durable else ["--no-sync"]
        self._run([str(self.home.binaries.postgres / "initdb"), *options, "-D", str(folder)], "", lock)

    def _run_single(self, folder: Path, statements: list[str], lock: int) -> None:
        """Run statements on a stopped cluster: no port, no password."""
        program = str(self.home.binaries.postgres / "postgres")
        options = [] if self.durable else ["-F"]
        text = "".join(f"{statement}\n" for statement in statements)
        self._run([program, "--single", *options, "-D", str(folder), "postgres"], text, lock)

    def _run(self, argv: list[str], text: str, lock: int) -> None:
        program = Path(argv[0]).name
        try:
            done = subprocess.run(  # noqa: S603 - the wheel's own programs, no shell
                launch_command(argv, death_signal=signal.SIGTERM, account=self.home.account),
                input=text,
                env=self.home.environment,
                cwd=self.home.path,
                pass_fds=(lock,),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_INITDB_SECONDS,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ServerStartError(f"{program} was not done after {_INITDB_SECONDS} s") from error
        complaints = [line for line in done.stderr.splitlines() if line.strip()]
        # Single-user mode ends with 0 whatever became of the statement.
        failed = [line for line in complaints if "ERROR:" in line or "FATAL:" in line]
        if done.returncode != 0 or failed:
            raise ServerStartError(f"{program} failed: {(failed or complaints or ['it wrote nothing'])[-1]}")

    def command(self, port: int) -> tuple[list[str], None]:
        """`postgres` with every setting on its command line: the data folder keeps initdb's file."""
        settings = {**_SETTINGS, "port": str(port), **({} if self.durable else _NOT_DURABLE)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.home.binaries.postgres / "postgres"), "-D", str(self._data), *options], None

    def is_ready(self) -> bool:
        """As pg_ctl does it: postmaster.pid has the process id in line 1, its state in line 8."""
        pid = str(self.process.pid) if self.process else ""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == pid and lines[7].strip() == "ready"  # noqa: PLR2004
