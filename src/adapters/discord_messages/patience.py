"""Trying again until Discord decides."""

import asyncio
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from src.adapters.discord_messages.webhook_http import Response, Verdict
from src.core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long something final is tried; seconds.

    `attempts` bounds every kind of retry. `longest_wait`: a 429 that asks for more is handed back to the caller.
    `backoff` doubles with each attempt.
    """

    attempts: int = 4
    timeout: float = 10.0
    backoff: float = 0.5
    longest_wait: float = 20.0

    async def insist(
        self, attempt: Callable[[], Awaitable[Response]], *, retried: AbstractSet[Verdict] = frozenset()
    ) -> Response:
        """Try until Discord decides, at most `attempts` times: 429 as told, 5xx and `retried` with backoff.

        Raises:
            Unavailable: Discord asks for a wait longer than `longest_wait`.
        """
        again = {Verdict.LIMITED, Verdict.BROKEN} | retried
        for tries in range(1, self.attempts + 1):
            response = await attempt()
            if response.verdict not in again or tries == self.attempts:
                return response
            backoff = self.backoff * 2 ** (tries - 1)
            await self.pause(max(response.wait_s, backoff if response.verdict is not Verdict.LIMITED else 0.0))
        raise AssertionError  # pragma: no cover - attempts is at least 1

    async def pause(self, seconds: float) -> None:
        """Wait, if it is not too long; see `insist`."""
        if seconds > self.longest_wait:
            raise Unavailable("Discord asks to wait before the next message.", retry_after=seconds)
        await asyncio.sleep(max(seconds, 0.0))
