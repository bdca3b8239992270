"""Fixtures for every test: real servers, a fresh database each, and no way out to the network.

The servers of a session start when the first test asks for them and die with pytest, `kill -9` included.
A test that stops or kills a server makes its own with `EmbeddedServers(var, durable=False)`.
"""

import asyncio
import ipaddress
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import redis
from hypothesis import settings

from src.bootstrap.servers import EmbeddedServers
from src.bootstrap.servers.server import try_lock

# A busy machine is no defect: what must be quick is measured in benchmarks/.
settings.register_profile("chimera", deadline=None)
settings.load_profile("chimera")

_TEMPLATE = "chimera_template"
_PREFIX = "chimera-test-"
_PLENTY = 2 * 1024**3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, a file's tests stay together, and all that share the running system: it is started once."""
    for item in items:
        shares_system = "live" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("live" if shares_system else item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Connecting to any other machine is an error, whatever the test meant to do."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_strangers(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_strangers(self, address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def _refuse_strangers(connection: socket.socket, address: Any) -> None:
    if connection.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = address[0]
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        connection.close()
        raise RuntimeError(f"a test tried to connect to {host}; tests use the loopback only")


@contextmanager
def temporary_var() -> Iterator[Path]:
    # Not below tmp_path: only its owner may enter that, and as root the servers run as somebody else.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_fastest_folder()) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _open_folder(folder) as descriptor:
            try_lock(descriptor)
            yield folder / "var"
        EmbeddedServers(folder / "var").remove_data()


def _fastest_folder() -> Path:
    """In memory where there is plenty: a new database is 300 files, which takes a disk 0.3 s, memory 0.03 s."""
    memory = Path("/dev/shm")  # noqa: S108 - only for what mkdtemp makes
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _PLENTY:
        return Path(tempfile.gettempdir())
    return memory


@pytest.fixture(scope="session", autouse=True)
def _no_leftovers() -> None:
    """Remove what a pytest that was killed has left: nobody holds the lock on it any more."""
    for folder in _fastest_folder().glob(f"{_PREFIX}*"):
        with suppress(OSError), _open_folder(folder) as descriptor:
            if try_lock(descriptor):
                shutil.rmtree(folder)


@contextmanager
def _open_folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@pytest.fixture
def var() -> Iterator[Path]:
    """A `var` folder (not made yet) for a test that runs servers of its own; its data are removed after."""
    with temporary_var() as folder:
        yield folder


@pytest.fixture(scope="module")
def module_var() -> Iterator[Path]:
    """As `var`, one for all tests of a module: only the first start in it has to create the data."""
    with temporary_var() as folder:
        yield folder


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    """The session's Postgres and Redis. Never stop them."""
    with temporary_var() as folder, EmbeddedServers(folder, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_url(servers: EmbeddedServers) -> str:
    """The session's Postgres, its empty database `chimera`; tests want `database_url`."""
    return servers.addresses.database_url or ""


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> str:
    """Name of a migrated database without rows."""
    from src.adapters.database.migrate import upgrade  # noqa: PLC0415 - slow; most tests need no database

    _run(postgres_url, f"CREATE DATABASE {_TEMPLATE}")
    upgrade(_url_of(postgres_url, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """A migrated database of the test's own, dropped after it."""
    name = f"test_{uuid.uuid4().hex}"
    _run(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY file_copy")
    yield _url_of(postgres_url, name)
    _run(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(servers: EmbeddedServers) -> str:
    """The session's Redis, database 0; all its databases are empty when the test starts."""
    broker = servers.addresses.broker_url or ""
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    return urlsplit(broker)._replace(path="/0").geturl()


@pytest.fixture
def broker_url(redis_url: str) -> str:
    """Database 1 of the same Redis, as CELERY_BROKER_URL."""
    return urlsplit(redis_url)._replace(path="/1").geturl()


@pytest.fixture
def result_backend(redis_url: str) -> str:
    """Database 2 of the same Redis, as CELERY_RESULT_BACKEND."""
    return urlsplit(redis_url)._replace(path="/2").geturl()


def _url_of(postgres_url: str, database: str) -> str:
    return urlsplit(postgres_url)._replace(path=f"/{database}").geturl()


def _run(url: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # With a factory, the runner leaves alone the event loop that pytest-asyncio has set.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(run())
