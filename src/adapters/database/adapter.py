"""The database as the rest of Chimera meets it."""

from src.adapters.database.bindings import PostgresUserBindings
from src.adapters.database.pool import PostgresPool
from src.core.domain.binding import Binding, LinkAttempt, PendingLink, ProvenAccount


class DatabaseAdapter(PostgresPool):
    """Postgres: the pool that the stores share, and the IUserBindingRepository port itself.

    It connects at the first statement, so that `DatabaseAdapter()` costs nothing and needs no event loop.
    """

    def __init__(self, *, url: str | None = None, pool_size: int | None = None) -> None:
        """Keep where to connect; `url` and `pool_size` (connections) default to the settings."""
        super().__init__(url=url, pool_size=pool_size)
        self._bindings = PostgresUserBindings(self)

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> None:
        """See IUserBindingRepository."""
        await self._bindings.open_attempt(state_hash, attempt, ttl=ttl)

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See IUserBindingRepository."""
        return await self._bindings.take_attempt(state_hash)

    async def open_pending(self, token_hash: str, pending: PendingLink, *, ttl: float) -> None:
        """See IUserBindingRepository."""
        await self._bindings.open_pending(token_hash, pending, ttl=ttl)

    async def peek_pending(self, token_hash: str) -> PendingLink | None:
        """See IUserBindingRepository."""
        return await self._bindings.peek_pending(token_hash)

    async def take_pending(self, token_hash: str) -> PendingLink | None:
        """See IUserBindingRepository."""
        return await self._bindings.take_pending(token_hash)

    async def save_binding(self, discord_id: str, account: ProvenAccount) -> Binding:
        """See IUserBindingRepository."""
        return await self._bindings.save_binding(discord_id, account)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """See IUserBindingRepository."""
        return await self._bindings.bindings_of(discord_id)

    async def mark_validated(self, discord_id: str, account: ProvenAccount) -> Binding | None:
        """See IUserBindingRepository."""
        return await self._bindings.mark_validated(discord_id, account)

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """See IUserBindingRepository."""
        return await self._bindings.remove_binding(discord_id, puuid)
