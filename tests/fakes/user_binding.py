"""Bindings and sign-ins in memory."""

from datetime import datetime, timedelta
from typing import TypeVar

from src.core.domain.binding import Binding, LinkAttempt, PendingLink, ProvenAccount
from src.core.errors import AccountTaken, Unavailable
from src.core.ports.clock import Clock
from tests.fakes.clock import FakeClock

T = TypeVar("T")


class FakeUserBindingRepository:
    """Implements `IUserBindingRepository`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.bindings: dict[str, Binding] = {}
        self.attempts: dict[str, tuple[LinkAttempt, datetime]] = {}
        self.pending: dict[str, tuple[PendingLink, datetime]] = {}
        self.is_down = False

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> None:
        """See the port."""
        self._check()
        self.attempts[state_hash] = (attempt, self._clock.now() + timedelta(seconds=ttl))

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """See the port."""
        self._check()
        return self._valid(self.attempts.pop(state_hash, None))

    async def open_pending(self, token_hash: str, pending: PendingLink, *, ttl: float) -> None:
        """See the port."""
        self._check()
        self.pending[token_hash] = (pending, self._clock.now() + timedelta(seconds=ttl))

    async def peek_pending(self, token_hash: str) -> PendingLink | None:
        """See the port."""
        self._check()
        return self._valid(self.pending.get(token_hash))

    async def take_pending(self, token_hash: str) -> PendingLink | None:
        """See the port."""
        self._check()
        return self._valid(self.pending.pop(token_hash, None))

    async def save_binding(self, discord_id: str, account: ProvenAccount) -> Binding:
        """See the port."""
        self._check()
        known = self.bindings.get(account.puuid)
        if known is not None and known.discord_id != discord_id:
            raise AccountTaken
        now = self._clock.now()
        self.bindings[account.puuid] = Binding(
            discord_id=discord_id,
            puuid=account.puuid,
            riot_id=account.riot_id,
            platform=account.platform,
            is_main=known.is_main if known else not self._of(discord_id),
            bound_at=known.bound_at if known else now,
            validated_at=now,
        )
        return self.bindings[account.puuid]

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """See the port."""
        self._check()
        return tuple(self._of(discord_id))

    async def mark_validated(self, discord_id: str, account: ProvenAccount) -> Binding | None:
        """See the port."""
        self._check()
        known = self.bindings.get(account.puuid)
        if known is None or known.discord_id != discord_id:
            return None
        return await self.save_binding(discord_id, account)

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """See the port."""
        self._check()
        known = self.bindings.get(puuid)
        if known is None or known.discord_id != discord_id:
            return False
        del self.bindings[puuid]
        rest = self._of(discord_id)
        if known.is_main and rest:
            self.bindings[rest[0].puuid] = rest[0].model_copy(update={"is_main": True})
        return True

    def _of(self, discord_id: str) -> list[Binding]:
        own = [binding for binding in self.bindings.values() if binding.discord_id == discord_id]
        return sorted(own, key=lambda binding: (not binding.is_main, binding.bound_at, binding.puuid))

    def _valid(self, kept: tuple[T, datetime] | None) -> T | None:
        return kept[0] if kept is not None and kept[1] > self._clock.now() else None

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
