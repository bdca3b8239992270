"""The shared allowance of Riot API calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from src.core.domain.job import Lane


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call. `id` is opaque; `routing` is the host (platform or routing value)."""

    id: str
    routing: str
    method: str


class RiotBudget(Protocol):
    """App and method limits of one API key, per routing value, shared by every process that uses the key.

    Interactive calls may use all that is left of a window. Background calls spread over it and leave room for
    interactive ones; what is still free late in a window is lent to them.
    """

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """Wait for one call's turn, at most `patience` seconds. App and method buckets are taken together.

        Cancelling it gives the turn back, should it have come.

        Raises:
            RateLimited: no turn within `patience`; `retry_after` says when one is likely. Raised at once when
                the wait is known to be longer.
            CircuitOpen: the method keeps failing on this routing value; nobody calls it for `retry_after` seconds.
            Unavailable: the budget cannot be reached. Without it no call is made.
        """
        ...

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """Tell how the call ended: its status (None: no answer came) and Riot's headers (names in any case).

        Limits are learned from the headers. A 429 of type `application` blocks the routing value; every other
        429 blocks the method only. Several calls of a method in a row without an answer below 500 open its circuit;
        after a while one call tries again, and its answer closes the circuit. Never raises for a budget that cannot
        be reached.
        """
        ...

    async def abandon(self, permit: Permit) -> None:
        """Tell that nobody waits for the call's answer any more. It may count at Riot; it says nothing of Riot."""
        ...

    async def seconds_for(self, routing: str, calls: Mapping[str, int], lane: Lane) -> float | None:
        """Seconds until that many calls by method have been let go, if nobody else makes any.

        None while the limits are not known. Takes nothing.

        Raises:
            Unavailable: the budget cannot be reached.
        """
        ...
