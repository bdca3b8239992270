"""Where API keys are kept."""

from typing import Protocol

from src.core.domain.api_key import ApiKey


class ApiKeyStore(Protocol):
    """Keys by their public id. Raises Unavailable when the database cannot be reached."""

    async def add(self, key: ApiKey, digest: bytes) -> None:
        """Keep a key; `digest` is what its secret is checked against."""
        ...

    async def find(self, key_id: str) -> tuple[ApiKey, bytes] | None:
        """A key that is not revoked, with its digest; None if there is none."""
        ...

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key, revoked ones too, oldest first."""
        ...

    async def any(self) -> bool:
        """True once there has been a key, revoked or not: the API is never open again after that."""
        ...

    async def revoke(self, key_id: str) -> bool:
        """End a key; answers False if there is none (any more)."""
        ...
