"""When to try again: the one retry policy."""

from dataclasses import dataclass

from src.core.errors import Transient

_MOST_DOUBLINGS = 64  # far above any cap, far below what a float holds


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with jitter, seconds: `base * 2^attempt`, at most `cap`, and never before `retry_after`.

    Without `backoff` every wait is `base`; without `jitter` it is exact.
    """

    base: float = 1.0
    cap: float = 600.0
    backoff: bool = True
    jitter: bool = True

    def delay(self, attempt: int, error: Exception, *, fraction: float) -> float:
        """Seconds until attempt `attempt + 1` (0 is the first). `fraction` in [0, 1) spreads the retries by half.

        >>> RetryPolicy().delay(2, ValueError(), fraction=0.0)
        4.0
        """
        doublings = min(attempt, _MOST_DOUBLINGS) if self.backoff else 0
        wait = min(self.cap, self.base * 2.0**doublings) * (1 + fraction / 2 if self.jitter else 1)
        told = error.retry_after if isinstance(error, Transient) else None
        return max(wait, told or 0.0)
