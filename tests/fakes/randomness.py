"""Chance that can be foretold."""

from itertools import count
from uuid import UUID


class FakeRandomness:
    """Implements `Randomness`: ids count up, the fraction is what the test sets."""

    def __init__(self, *, fraction: float = 0.0) -> None:
        self._numbers = count(1)
        self.next_fraction = fraction

    def job_id(self) -> UUID:
        """See `Randomness.job_id`."""
        return UUID(int=next(self._numbers))

    def error_id(self) -> str:
        """See `Randomness.error_id`."""
        return f"{next(self._numbers):08x}"

    def fraction(self) -> float:
        """See `Randomness.fraction`."""
        return self.next_fraction
