"""Waiting without sleeping."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], *, seconds: float = 5.0) -> None:
    """Let the event loop run until something holds.

    Raises:
        TimeoutError: it did not within `seconds`.
    """
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the code under test signals nothing
            await asyncio.sleep(0)
