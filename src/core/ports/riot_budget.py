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
    """App and method limits of one API key, per routing value, shared by every process that uses the key."""

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """Wait for one call's turn, at most `patience` seconds. App and method buckets are taken together.

        Raises:
            RateLimited: no turn within `patience`; `retry_after` says when one is likely. Raised at once when
                the wait is known to be longer.
            Unavailable: the budget cannot be reached. Without it no call is made.
        """
        ...

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """Tell how the call ended: its status (None: no answer came) and Riot's headers (names in any case).

        Limits are learned from the headers. A 429 of type `application` blocks the routing value; every other
        429 blocks the method only. Never raises for a budget that cannot be reached.
        """
        ...
