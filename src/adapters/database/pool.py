"""Connections to Postgres: a pool that opens itself, survives restarts and speaks Chimera's errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar
from urllib.parse import urlsplit

import asyncpg
import orjson
import structlog

from src.adapters.database.errors import is_connection_lost, is_worth_repeating, translate
from src.adapters.database.json_codec import encode_json
from src.adapters.database.settings import DatabaseSettings
from src.core.errors import ChimeraError, ConfigurationError, StorageUnavailable

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
T = TypeVar("T")

CONNECT_TIMEOUT = 10.0  # seconds to reach the server
_ACQUIRE_TIMEOUT = 15.0  # seconds to wait for a free connection, connecting included
_CLOSE_TIMEOUT = 5.0  # seconds that open statements get when the pool closes
_IDLE_IN_TRANSACTION = 60_000  # ms after which the server drops a client that stopped in mid-transaction

_log = structlog.get_logger(__name__)


class PostgresPool:
    """A lazily opened asyncpg pool that belongs to the event loop it is first used in.

    Nothing here takes a second connection while it holds one, so a pool of one connection works.
    """

    def __init__(self, *, url: str | None = None, pool_size: int | None = None) -> None:
        """Keep where to connect; `url` and `pool_size` (connections) default to the settings."""
        settings = DatabaseSettings()
        self._url = url or settings.database_url.get_secret_value()
        self._size = pool_size or settings.database_pool_size
        self._command_timeout = settings.database_command_timeout
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        self._closed = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; statements under way get 5 s. Safe to call twice."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is None or self._loop is not asyncio.get_running_loop():
            return
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await pool.close()
        except TimeoutError:
            _log.warning("database_pool_terminated", after_s=_CLOSE_TIMEOUT)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection to run statements on, each its own transaction.

        Raises:
            Unavailable: the database cannot be reached, or no connection became free in 15 s.
        """
        try:
            async with self._acquired() as connection:
                yield connection
        except ChimeraError:
            raise
        except Exception as error:
            raise translate(error) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection within a transaction: committed at the end, undone by an exception. Raises as `connection`."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def run(self, work: Callable[[Connection], Awaitable[T]], *, repeatable: bool = True) -> T:
        """Do `work` in a transaction; once more on a fresh connection if the first was lost or undone.

        A restarted Postgres leaves dead sockets in the pool: the second try finds live ones. With
        `repeatable=False` the work is not repeated once its commit was sent, for the server may have done it.
        Raises as `connection`.
        """
        return await self._run(work, begin=True, repeatable=repeatable)

    async def ping(self) -> None:
        """Answer if the database does. Raises as `connection`."""
        await self.execute("SELECT 1")

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of one statement that may be repeated (see `run`)."""
        return await self._run(lambda connection: connection.fetch(sql, *arguments))

    async def fetchrow(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        """The first row of one statement that may be repeated (see `run`), or None."""
        return await self._run(lambda connection: connection.fetchrow(sql, *arguments))

    async def execute(self, sql: str, *arguments: Any) -> None:
        """One statement that may be repeated (see `run`)."""
        await self._run(lambda connection: connection.execute(sql, *arguments))

    async def _run(
        self, work: Callable[[Connection], Awaitable[T]], *, begin: bool = False, repeatable: bool = True
    ) -> T:
        is_second = False
        while True:
            is_committing = not begin
            try:
                async with self._acquired() as connection, AsyncExitStack() as stack:
                    if begin:
                        await stack.enter_async_context(connection.transaction())
                    result = await work(connection)
                    is_committing = True
            except ChimeraError:
                raise
            except Exception as error:
                may_repeat = is_worth_repeating(error) and (repeatable or not is_committing)
                if is_second or not may_repeat:
                    raise translate(error) from error
                _log.info("database_work_repeated", reason=type(error).__name__)
                is_second = True
            else:
                return result

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Connection]:
        pool = await self._open()
        connection = await pool.acquire(timeout=_ACQUIRE_TIMEOUT)
        try:
            yield connection
        except Exception as error:
            if is_connection_lost(error):
                # Its siblings are as dead, or lead to the same replica: open all of them anew.
                with suppress(asyncpg.InterfaceError):  # it has left the pool by itself
                    connection.terminate()
                await pool.expire_connections()
            raise
        finally:
            await self._release(pool, connection)

    @staticmethod
    async def _release(pool: "asyncpg.Pool[asyncpg.Record]", connection: Connection) -> None:
        """Give a connection back. What was committed stays so, even if the connection dies now."""
        try:
            await pool.release(connection)
        except Exception as error:  # noqa: BLE001 - the pool has dropped the connection already
            _log.info("database_connection_dropped", reason=type(error).__name__)

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # a forked worker, or the next asyncio.run: the old sockets are not ours
            self._loop, self._pool, self._opening = loop, None, asyncio.Lock()
        if self._closed:
            raise StorageUnavailable("The connection to the database has been closed.")
        async with self._opening:
            if self._pool is None:
                self._pool = await self._create()
            return self._pool

    async def _create(self) -> "asyncpg.Pool[asyncpg.Record]":
        statement_timeout = int(self._command_timeout * 1000)
        # No connection is made here, and none is kept: `min_size` 0 leaves nothing to repair after a restart.
        return await asyncpg.create_pool(
            asyncpg_url(self._url),
            min_size=0,
            max_size=self._size,
            timeout=CONNECT_TIMEOUT,
            command_timeout=self._command_timeout,
            init=_set_up_json,
            reset=_leave_as_it_is,
            server_settings={
                "application_name": "chimera",
                "statement_timeout": str(statement_timeout),
                "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION),
                "timezone": "UTC",
                "jit": "off",  # its planning costs more than these short statements
            },
        )


def asyncpg_url(url: str) -> str:
    """The URL without SQLAlchemy's driver suffix (`postgresql+asyncpg://`), which asyncpg does not know.

    Raises:
        ConfigurationError: it is empty or not a Postgres URL. The vendor would quote it, password and all.
    """
    if not url:
        raise ConfigurationError("DATABASE_URL is not set, and no embedded Postgres is running (`make run`).")
    scheme, separator, rest = url.partition("://")
    scheme = scheme.partition("+")[0]
    try:
        urlsplit(url).port  # noqa: B018 - reading it is what checks it
    except ValueError:
        separator = ""
    if scheme not in {"postgres", "postgresql"} or not separator:
        raise ConfigurationError("DATABASE_URL is not a Postgres URL (postgresql://user:password@host:5432/name).")
    return f"{scheme}{separator}{rest}"


async def _leave_as_it_is(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Spare the round trip with which asyncpg resets a connection that is given back (a rollback is not this).

    Nothing here outlives its transaction: the locks are a transaction's, and nobody listens or sets anything.
    """


async def _set_up_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=encode_json, decoder=orjson.loads)
