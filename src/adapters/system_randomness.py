"""The machine's randomness."""

import secrets
from uuid import UUID, uuid4

_SOURCE = secrets.SystemRandom()


class SystemRandomness:
    """Implements `Randomness`."""

    def job_id(self) -> UUID:
        """See `Randomness.job_id`."""
        return uuid4()

    def error_id(self) -> str:
        """See `Randomness.error_id`: eight hex digits."""
        return secrets.token_hex(4)

    def fraction(self) -> float:
        """See `Randomness.fraction`."""
        return _SOURCE.random()
