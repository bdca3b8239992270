"""API keys in Postgres."""

import asyncpg

from src.adapters.database.json_codec import clean_text
from src.adapters.database.pool import PostgresPool
from src.adapters.database.queries import load_queries
from src.core.domain.api_key import ApiKey, Scope
from src.core.errors import BrokenInvariant

_SQL = load_queries("api_keys.sql")
_SCOPES = frozenset(Scope)


class PostgresApiKeyStore:
    """The ApiKeyStore port. Scopes that only a newer version knows are left out: they allow nothing here."""

    def __init__(self, database: PostgresPool) -> None:
        """Use the pool of `database`."""
        self._database = database

    async def add(self, key: ApiKey, digest: bytes) -> None:
        """Keep a key; adding the same one again changes nothing.

        Raises:
            BrokenInvariant: another key has this id.
        """
        row = await self._database.fetchrow(
            _SQL["add"],
            key.key_id,
            clean_text(key.name),
            sorted(key.scopes),
            key.per_minute,
            digest,
            key.created_at,
            key.revoked_at,
        )
        if row is None:
            raise BrokenInvariant("Two API keys have the same id.")

    async def find(self, key_id: str) -> tuple[ApiKey, bytes] | None:
        """A key that is not revoked, with its digest."""
        # Strangers send these ids, and Postgres refuses some characters.
        row = await self._database.fetchrow(_SQL["find"], clean_text(key_id))
        return None if row is None else (_to_key(row), row["digest"])

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key, oldest first."""
        return tuple(map(_to_key, await self._database.fetch(_SQL["all"])))

    async def any(self) -> bool:
        """True once there has been a key."""
        row = await self._database.fetchrow(_SQL["any"])
        return bool(row and row["is_any"])

    async def revoke(self, key_id: str) -> bool:
        """End a key. Not repeated after a commit: the second answer would be that there is none."""
        sql = _SQL["revoke"]
        row = await self._database.run(
            lambda connection: connection.fetchrow(sql, clean_text(key_id)), repeatable=False
        )
        return row is not None


def _to_key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"] if scope in _SCOPES),
        per_minute=row["per_minute"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
