"""Time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day. The only source of it in core."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...
