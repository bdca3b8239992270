"""Postgres's and asyncpg's errors in Chimera's words. The only place that knows them."""

import asyncpg

from src.core.errors import BrokenInvariant, ChimeraError, ConfigurationError, StorageUnavailable

_RETRY_AFTER = 2.0  # seconds: a restart of Postgres takes about that long

# The server or the way to it is gone; the statement may be tried once more on a fresh connection.
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # the other end became a replica after a failover
)
# The server's farewell has arrived, the end of the stream has not: asyncpg cannot tell what to do with it.
_CONFUSED = (asyncpg.InternalClientError, asyncpg.ProtocolError)
# The server undid the transaction for reasons of its own, or a plan went stale: the same again works.
_UNDONE = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)
# A connection that dies leaves its pool at once, and what it is asked next gets the answer of a misuse.
_CLOSED = ("closed", "closing", "released back to the pool")
_MISCONFIGURED = {
    asyncpg.InvalidAuthorizationSpecificationError: "The database refuses the user or password of DATABASE_URL.",
    asyncpg.InvalidCatalogNameError: "The database named in DATABASE_URL does not exist.",
    asyncpg.UndefinedTableError: "The database lacks tables of this version. Run `chimera migrate`.",
    asyncpg.UndefinedColumnError: "The database lacks columns of this version. Run `chimera migrate`.",
    asyncpg.InsufficientPrivilegeError: "The user of DATABASE_URL may not do this in the database.",
}


def is_connection_lost(error: BaseException) -> bool:
    """True if the connection is of no more use."""
    if isinstance(error, TimeoutError):  # an OSError in Python, but the connection lives
        return False
    return isinstance(error, (*_LOST, OSError)) or type(error) in _CONFUSED or _says_closed(error)


def is_worth_repeating(error: BaseException) -> bool:
    """True if the same statements may succeed at once on another connection."""
    return is_connection_lost(error) or isinstance(error, _UNDONE)


def translate(error: Exception) -> ChimeraError:
    """The error Chimera raises for a vendor's. Its message names no host, user, password or value."""
    if isinstance(error, ChimeraError):
        return error
    for vendor, advice in _MISCONFIGURED.items():
        if isinstance(error, vendor):
            return ConfigurationError(advice)
    if is_connection_lost(error):
        return StorageUnavailable("The database cannot be reached.", retry_after=_RETRY_AFTER)
    if isinstance(error, (TimeoutError, asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)):
        return StorageUnavailable("The database takes too long to answer.", retry_after=_RETRY_AFTER)
    if isinstance(error, (*_UNDONE, asyncpg.InsufficientResourcesError)):
        return StorageUnavailable("The database is overloaded.", retry_after=_RETRY_AFTER)
    return BrokenInvariant(f"The database refused a statement ({_name(error)}).")


def _says_closed(error: BaseException) -> bool:
    """Asyncpg has one class for misuse and for a connection or pool that was closed under our feet."""
    return type(error) is asyncpg.InterfaceError and any(sign in str(error) for sign in _CLOSED)


def _name(error: Exception) -> str:
    return str(getattr(error, "sqlstate", None) or type(error).__name__)
