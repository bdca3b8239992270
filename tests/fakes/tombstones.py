"""Tombstones in memory."""

from src.core.errors import PlayerForgotten, Unavailable


class FakeTombstones:
    """Implements `Tombstones`; `is_down` makes it fail as a dead Postgres would.

    The other fakes of the database look here for whom they must not take in. `puuids` are those who are forgotten.
    """

    def __init__(self) -> None:
        self.puuids: set[str] = set()
        self.is_down = False

    async def check(self, puuid: str) -> None:
        """See `Tombstones.check`."""
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
        self.refuse(puuid)

    def refuse(self, puuid: str) -> None:
        """Raise for who is forgotten."""
        if puuid in self.puuids:
            raise PlayerForgotten
