"""Whether the schema is up to date, for asynchronous code."""

import asyncio

from pydantic import SecretStr


async def pending_revisions(url: SecretStr) -> tuple[str, ...]:
    """Revisions the database lacks, oldest first.

    Raises:
        Unavailable: the database cannot be reached.
        ConfigurationError: the URL, user or database is wrong.
    """
    from src.adapters.database.migrate import pending  # noqa: PLC0415 - every process would load SQLAlchemy

    return await asyncio.to_thread(pending, url.get_secret_value())
