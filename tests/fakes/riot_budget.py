"""A budget whose time is the test's: waiting passes it at once."""

import asyncio
from collections.abc import Mapping

from src.adapters.riot_api.local_budget import LocalRiotBudget
from src.core.domain.job import Lane
from src.core.errors import ChimeraError
from src.core.ports.riot_budget import Permit


class FakeRiotBudget(LocalRiotBudget):
    """`RiotBudget` that notes `acquired` (routing, method, lane), `reported` (permit, status, headers), `abandoned`.

    `now` is its clock, in seconds. While `error` is set, `acquire` raises it.
    """

    def __init__(self, *, error: ChimeraError | None = None) -> None:
        super().__init__(clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 1.0)
        self.now = 1000.0
        self.error = error
        self.acquired: list[tuple[str, str, Lane]] = []
        self.reported: list[tuple[Permit, int | None, Mapping[str, str]]] = []
        self.abandoned: list[Permit] = []

    async def sleep(self, seconds: float) -> None:
        """Let others run, then time has passed; whoever sleeps meanwhile sleeps at the same time."""
        end = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, end)

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        if self.error is not None:
            raise self.error
        permit = await super().acquire(routing, method, lane, patience=patience)
        self.acquired.append((routing, method, lane))
        return permit

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        self.reported.append((permit, status, headers))
        await super().report(permit, status=status, headers=headers)

    async def abandon(self, permit: Permit) -> None:
        self.abandoned.append(permit)
        await super().abandon(permit)
