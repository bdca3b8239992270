"""Request limits in memory."""

from collections import deque
from datetime import datetime, timedelta

from src.core.ports.clock import Clock
from tests.fakes.clock import FakeClock


class FakeRequestLimits:
    """Implements `RequestLimits` for one process, by a clock of the test's."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._taken: dict[str, deque[datetime]] = {}
        self.is_down = False

    async def take(self, who: str, *, per_minute: int) -> float:
        """See `RequestLimits.take`."""
        if self.is_down:
            return 0.0
        taken, now = self._taken.setdefault(who, deque()), self._clock.now()
        while taken and taken[0] <= now - timedelta(minutes=1):
            taken.popleft()
        if len(taken) < per_minute:
            taken.append(now)
            return 0.0
        return (taken[0] + timedelta(minutes=1) - now).total_seconds() if taken else 60.0
