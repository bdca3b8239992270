"""Where links between Discord users and Riot accounts are kept."""

from typing import Protocol

from src.core.domain.binding import Binding, LinkAttempt, PendingLink, ProvenAccount


class IUserBindingRepository(Protocol):
    """Bindings, and the sign-ins on the way to one. Raises Unavailable when the database cannot be reached.

    One PUUID belongs to one Discord user. One-time secrets are stored as hashes; what is taken is gone.
    """

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> None:
        """Keep a sign-in that is under way for `ttl` seconds."""
        ...

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Consume a sign-in: None if unknown, used or expired."""
        ...

    async def open_pending(self, token_hash: str, pending: PendingLink, *, ttl: float) -> None:
        """Keep a proven account until its owner confirms, `ttl` seconds."""
        ...

    async def peek_pending(self, token_hash: str) -> PendingLink | None:
        """Look at a link that waits for confirmation, without using it up."""
        ...

    async def take_pending(self, token_hash: str) -> PendingLink | None:
        """Consume a link that waits for confirmation: None if unknown, used or expired."""
        ...

    async def save_binding(self, discord_id: str, account: ProvenAccount) -> Binding:
        """Link an account; linking it again to the same user refreshes it. The first account is the main one.

        Raises:
            AccountTaken: it belongs to another Discord user.
        """
        ...

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's linked accounts, the main one first."""
        ...

    async def mark_validated(self, discord_id: str, account: ProvenAccount) -> Binding | None:
        """Write down that the account still exists, with its present Riot ID and platform."""
        ...

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """Unlink; another account becomes the main one. False if there was no such link."""
        ...
