"""Steps of linking on the web, in memory."""

from datetime import datetime, timedelta

from src.core.errors import Unavailable
from src.core.ports.clock import Clock
from src.core.ports.link_steps import S, Step
from tests.fakes.clock import FakeClock


class FakeLinkSteps:
    """Implements `LinkSteps`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.steps: dict[str, tuple[Step, datetime]] = {}
        self.is_down = False

    async def open(self, key: str, step: Step, *, ttl: float) -> None:
        """See the port."""
        self._check()
        self.steps[key] = (step, self._clock.now() + timedelta(seconds=ttl))

    async def peek(self, kind: type[S], key: str) -> S | None:
        """See the port."""
        self._check()
        return self._there(kind, key)

    async def take(self, kind: type[S], key: str) -> S | None:
        """See the port."""
        self._check()
        step = self._there(kind, key)
        if isinstance(self.steps.get(key, (None,))[0], kind):
            del self.steps[key]
        return step

    def _there(self, kind: type[S], key: str) -> S | None:
        step, expires_at = self.steps.get(key, (None, self._clock.now()))
        return step if isinstance(step, kind) and expires_at > self._clock.now() else None

    def is_open(self, key: str) -> bool:
        """Whether there is a step of any kind."""
        return key in self.steps and self.steps[key][1] > self._clock.now()

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
