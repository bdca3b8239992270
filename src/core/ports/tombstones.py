"""Who has asked to be forgotten."""

from typing import Protocol


class Tombstones(Protocol):
    """Stands where a player was who had their data erased. Raises Unavailable when the database cannot be reached.

    Stores look for themselves: they take such players in under pseudonyms only, whatever a service overlooks.
    """

    async def check(self, puuid: str) -> None:
        """Let everybody else pass.

        Raises:
            PlayerForgotten: the player has asked to be forgotten, and has not linked the account again since.
        """
        ...
