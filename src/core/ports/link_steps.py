"""What a browser on its way to a link has behind it."""

from typing import Protocol, TypeVar

from src.core.domain.binding import DiscordSignIn, LinkInvitation, PendingLink

Step = LinkInvitation | DiscordSignIn | PendingLink
S = TypeVar("S", LinkInvitation, DiscordSignIn, PendingLink)


class LinkSteps(Protocol):
    """One-time steps of linking on the web, each under the hash of a secret that only the right browser holds.

    A step is found only as what it is: an invitation's key opens no pending link. Raises Unavailable when the
    database cannot be reached.
    """

    async def open(self, key: str, step: Step, *, ttl: float) -> None:
        """Keep a step for `ttl` seconds."""
        ...

    async def peek(self, kind: type[S], key: str) -> S | None:
        """Look at a step without using it up: None if unknown, used or expired."""
        ...

    async def take(self, kind: type[S], key: str) -> S | None:
        """Use a step up: None if unknown, used or expired. Of two who take it at once one gets it."""
        ...
