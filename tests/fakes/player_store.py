"""Accounts in memory."""

from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.errors import Unavailable


class FakePlayerStore:
    """Implements `PlayerStore`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self) -> None:
        self.players: dict[str, tuple[Account, Platform]] = {}
        self.is_down = False

    async def remember(self, account: Account, platform: Platform) -> None:
        """See `PlayerStore.remember`; a lost name does not erase the known one."""
        self._check()
        known, _ = self.players.get(account.puuid, (account, platform))
        self.players[account.puuid] = (account if account.riot_id else known, platform)

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """See `PlayerStore.find`."""
        self._check()
        return self.players.get(puuid)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
