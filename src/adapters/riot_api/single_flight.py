"""Who wants what is on its way already waits for it, instead of asking a second time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Abandoned(Exception):
    """Who did the work was cancelled; those who wait choose anew."""


class SingleFlight(Generic[T]):
    """Does one piece of work per subject at a time, within this process; everybody gets its result or error."""

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Future[T]] = {}

    def __contains__(self, subject: str) -> bool:
        return subject in self._flights

    async def do(self, subject: str, work: Callable[[], Awaitable[T]]) -> T:
        """Wait for the work under way on `subject`, or do it.

        Raises:
            Abandoned: whoever did it was cancelled.
        """
        if (flight := self._flights.get(subject)) is not None:
            return await asyncio.shield(flight)
        flight = self._flights[subject] = asyncio.get_running_loop().create_future()
        try:
            result = await work()
        except BaseException as error:
            flight.set_exception(error if isinstance(error, Exception) else Abandoned())
            flight.exception()  # it is known, also where nobody else waits
            raise
        else:
            flight.set_result(result)
            return result
        finally:
            del self._flights[subject]
