"""Bring a database's schema up to date. Alembic without an ini file, from wherever the package is installed."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from src.adapters.database.errors import translate
from src.adapters.database.pool import CONNECT_TIMEOUT, asyncpg_url

T = TypeVar("T")

# Every process that migrates takes this lock first: any number that nobody else uses.
_LOCK = text("SELECT pg_advisory_xact_lock(4770061)")


def upgrade(url: str) -> None:
    """Run what is missing, in one transaction. Several processes may call it at once; the rest find nothing to do.

    Raises:
        Unavailable: the database cannot be reached.
        ConfigurationError: the URL, user or database is wrong.
    """

    def work(connection: Connection) -> None:
        connection.execute(_LOCK)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    _with_connection(url, work)


def current_revision(url: str) -> str | None:
    """The revision the database is at; None for an empty one. Raises as `upgrade`."""
    return _with_connection(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def pending(url: str) -> tuple[str, ...]:
    """Revisions that `upgrade` would run, oldest first. Raises as `upgrade`."""
    base = current_revision(url) or "base"
    missing = ScriptDirectory.from_config(_config()).iterate_revisions("head", base)
    return tuple(reversed([script.revision for script in missing]))


def _config() -> Config:
    config = Config()
    location = str(files("src.adapters.database").joinpath("migrations"))
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _with_connection(url: str, work: Callable[[Connection], T]) -> T:
    """Run `work` in a transaction, on a loop of its own: the caller's, if any, is not disturbed."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migrate") as thread:
        return thread.submit(lambda: asyncio.run(_in_transaction(url, work))).result()


async def _in_transaction(url: str, work: Callable[[Connection], T]) -> T:
    dsn = asyncpg_url(url)

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        # asyncpg reads the URL itself, so that both ways into the database understand the same ones.
        try:
            return await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT)
        except Exception as error:
            raise translate(error) from error

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()
