"""Until when the work at hand may take: said where the work begins, heeded where it waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def working_until(moment: float) -> Iterator[None]:
    """Within the block, and in what it starts, work has to be done by `moment` (seconds of the monotonic clock)."""
    token = _DEADLINE.set(moment)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def seconds_left(now: float) -> float | None:
    """Seconds until the deadline, 0 at the least; None where nobody has set one. `now` is of the monotonic clock."""
    moment = _DEADLINE.get()
    return None if moment is None else max(0.0, moment - now)
