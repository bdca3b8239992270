"""Where accounts are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from src.core.domain.account import Account
from src.core.domain.regions import Platform


@dataclass(frozen=True, slots=True)
class KnownPlayer:
    """An account and where it plays. `number` is our own, small and stable: what the API calls a summoner's id."""

    number: int
    account: Account
    platform: Platform


class PlayerStore(Protocol):
    """Riot accounts Chimera has met on purpose. Raises Unavailable when the database cannot be reached."""

    async def remember(self, account: Account, platform: Platform) -> int:
        """Keep or refresh an account; PUUIDs change with the API key, so the Riot ID is kept beside it.

        Answers its number.

        Raises:
            PlayerForgotten: the player has had their data erased, and has not linked the account again since.
        """
        ...

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """A kept account and where it plays, or None."""
        ...

    async def stale(self, *, older_than: float, limit: int) -> tuple[KnownPlayer, ...]:
        """Accounts not refreshed for `older_than` seconds, the stalest first."""
        ...

    async def forget(self, puuids: Sequence[str]) -> None:
        """Drop accounts that Riot no longer knows, unless somebody has linked them."""
        ...

    async def linked(self, *, not_checked_for: float, limit: int) -> tuple[KnownPlayer, ...]:
        """Linked accounts whose stored history nobody has compared with Riot's for that many seconds, longest first."""
        ...

    async def mark_checked(self, puuid: str) -> None:
        """Write down that the account's stored history was compared with Riot's just now."""
        ...
