"""Time that passes when a test says so."""

from datetime import UTC, datetime, timedelta

_START = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class FakeClock:
    """Implements `Clock`; it stands still until `advance`."""

    def __init__(self, now: datetime = _START) -> None:
        self._now = now

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._now += timedelta(seconds=seconds)
