"""The database as the rest of Chimera meets it."""

from collections.abc import Sequence

from src.adapters.database.bindings import PostgresUserBindings
from src.adapters.database.pool import PostgresPool
from src.core.domain.binding import Binding, LinkAttempt, LinkAudit, Proof, ProvenAccount, SavedBinding
from src.core.domain.job import NewJob


class DatabaseAdapter(PostgresPool):
    """Postgres: the pool that the stores share, and the IUserBindingRepository port itself.

    It connects at the first statement, so that `DatabaseAdapter()` costs nothing and needs no event loop.
    """

    def __init__(self, *, url: str | None = None, pool_size: int | None = None) -> None:
        """Keep where to connect; `url` and `pool_size` (connections) default to the settings."""
        super().__init__(url=url, pool_size=pool_size)
        self._bindings = PostgresUserBindings(self)

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> bool:
        """See IUserBindingRepository."""
        return await self._bindings.open_attempt(state_hash, attempt, ttl=ttl)

    async def peek_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See IUserBindingRepository."""
        return await self._bindings.peek_attempt(state_hash)

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See IUserBindingRepository."""
        return await self._bindings.take_attempt(state_hash)

    async def save_binding(
        self,
        discord_id: str,
        account: ProvenAccount,
        *,
        former_owner: str | None = None,
        notice: NewJob | None = None,
        jobs: Sequence[NewJob] = (),
        uses: str | None = None,
    ) -> SavedBinding:
        """See IUserBindingRepository."""
        return await self._bindings.save_binding(
            discord_id, account, former_owner=former_owner, notice=notice, jobs=jobs, uses=uses
        )

    async def gives_way(self, puuid: str, proof: Proof) -> bool:
        """See IUserBindingRepository."""
        return await self._bindings.gives_way(puuid, proof)

    async def owner_of(self, puuid: str) -> Binding | None:
        """See IUserBindingRepository."""
        return await self._bindings.owner_of(puuid)

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """See IUserBindingRepository."""
        return await self._bindings.bindings_of(discord_id)

    async def make_main(self, discord_id: str, puuid: str) -> Binding | None:
        """See IUserBindingRepository."""
        return await self._bindings.make_main(discord_id, puuid)

    async def mark_validated(
        self, discord_id: str, account: ProvenAccount, *, was: str | None = None, lost: NewJob | None = None
    ) -> Binding | None:
        """See IUserBindingRepository."""
        return await self._bindings.mark_validated(discord_id, account, was=was, lost=lost)

    async def mark_missing(
        self, discord_id: str, puuid: str, *, drop_after: float, notice: NewJob | None = None
    ) -> bool:
        """See IUserBindingRepository."""
        return await self._bindings.mark_missing(discord_id, puuid, drop_after=drop_after, notice=notice)

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """See IUserBindingRepository."""
        return await self._bindings.remove_binding(discord_id, puuid)

    async def note(self, audit: LinkAudit) -> None:
        """See IUserBindingRepository."""
        await self._bindings.note(audit)

    async def audits_of(self, discord_id: str) -> tuple[LinkAudit, ...]:
        """See IUserBindingRepository."""
        return await self._bindings.audits_of(discord_id)
