"""Shared answers in memory."""

import asyncio


class FakeSharedAnswers:
    """Implements `SharedAnswers`; `led` lists what somebody led."""

    def __init__(self) -> None:
        self.led: list[str] = []
        self.cleared = 0
        self._calls: dict[str, asyncio.Future[bytes | None]] = {}

    async def lead(self, subject: str) -> bool:
        """See `SharedAnswers.lead`."""
        if subject in self._calls:
            return False
        self._calls[subject] = asyncio.get_running_loop().create_future()
        self.led.append(subject)
        return True

    async def tell(self, subject: str, body: bytes | None) -> None:
        """See `SharedAnswers.tell`."""
        self._calls.pop(subject).set_result(body)

    async def clear(self) -> None:
        """See `SharedAnswers.clear`. Answers are kept by nobody here; it is noted that somebody asked."""
        self.cleared += 1

    async def follow(self, subject: str, *, patience: float) -> bytes | None:
        """See `SharedAnswers.follow`."""
        call = self._calls.get(subject)
        if call is None:
            return None
        done, _ = await asyncio.wait([call], timeout=patience)
        return call.result() if done else None
