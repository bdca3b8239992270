"""Where accounts are kept."""

from typing import Protocol

from src.core.domain.account import Account
from src.core.domain.regions import Platform


class PlayerStore(Protocol):
    """Riot accounts Chimera has met on purpose. Raises Unavailable when the database cannot be reached."""

    async def remember(self, account: Account, platform: Platform) -> None:
        """Keep or refresh an account; PUUIDs change with the API key, so the Riot ID is kept beside it."""
        ...

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """A kept account and where it plays, or None."""
        ...
