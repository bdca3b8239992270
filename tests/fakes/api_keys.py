"""API keys in memory."""

from src.core.domain.api_key import ApiKey
from src.core.errors import BrokenInvariant, Unavailable
from src.core.ports.clock import Clock
from tests.fakes.clock import FakeClock


class FakeApiKeyStore:
    """Implements `ApiKeyStore`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.keys: dict[str, tuple[ApiKey, bytes]] = {}
        self.is_down = False

    async def add(self, key: ApiKey, digest: bytes) -> None:
        """See `ApiKeyStore.add`."""
        self._check()
        if self.keys.setdefault(key.key_id, (key, digest))[1] != digest:
            raise BrokenInvariant("Two API keys have the same id.")

    async def find(self, key_id: str) -> tuple[ApiKey, bytes] | None:
        """See `ApiKeyStore.find`."""
        self._check()
        found = self.keys.get(key_id)
        return found if found and found[0].revoked_at is None else None

    async def all(self) -> tuple[ApiKey, ...]:
        """See `ApiKeyStore.all`."""
        self._check()
        return tuple(sorted((key for key, _ in self.keys.values()), key=lambda key: (key.created_at, key.key_id)))

    async def any(self) -> bool:
        """See `ApiKeyStore.any`."""
        self._check()
        return bool(self.keys)

    async def revoke(self, key_id: str) -> bool:
        """See `ApiKeyStore.revoke`."""
        found = await self.find(key_id)
        if found is None:
            return False
        key, digest = found
        self.keys[key_id] = key.model_copy(update={"revoked_at": self._clock.now()}), digest
        return True

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
