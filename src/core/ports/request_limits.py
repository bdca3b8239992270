"""How often somebody may ask."""

from typing import Protocol


class RequestLimits(Protocol):
    """Counts requests by whoever makes them, across processes."""

    async def take(self, who: str, *, per_minute: int) -> float:
        """Count a request; answers 0.0 if it is within the limit, else the seconds until the next one is.

        Never raises: where the counter cannot be reached, nobody is turned away.
        """
        ...
