"""Which database, and bringing its schema up to date."""

from src.adapters.database import DatabaseSettings
from src.adapters.database.migrate import upgrade
from src.adapters.database.pool import asyncpg_url
from src.bootstrap.settings import read_settings


def upgrade_schema(url: str | None = None) -> None:
    """Apply missing migrations to `url`, or to the configured database; safe to call from several processes.

    Raises:
        Unavailable: the database cannot be reached.
    """
    upgrade(url or read_settings(DatabaseSettings).database_url.get_secret_value())


def check_database_is_named() -> None:
    """Make sure that the settings lead to a database, without asking it anything.

    Raises:
        ConfigurationError: there is no usable DATABASE_URL.
    """
    asyncpg_url(read_settings(DatabaseSettings).database_url.get_secret_value())
