"""Which matches a player has played."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput
from src.core.ports.riot_api import RiotApi
from src.core.ports.tombstones import Tombstones

_PAGE = 100
_MOST = 1000  # Riot lists about this many and no more.

_Page = Callable[[int, int], Awaitable[tuple[str, ...]]]  # from a start and a count


class MatchHistory:
    """Lists a player's match ids."""

    def __init__(self, riot: RiotApi, tombstones: Tombstones) -> None:
        self._riot = riot
        self._tombstones = tombstones

    async def recent_ids(self, puuid: str, routing: RoutingValue, *, count: int, queue: int | None = None) -> list[str]:
        """The newest `count` match ids (1-1000), newest first, each once; fewer when there are no more.

        Raises:
            InvalidInput: `count` out of range, or an empty PUUID.
            PlayerForgotten: the player has asked to be forgotten.
        """
        if not 1 <= count <= _MOST:
            raise InvalidInput(f"count must be between 1 and {_MOST}, not {count}.")
        await self._check(puuid)

        async def page(start: int, asked: int) -> tuple[str, ...]:
            return await self._riot.match_ids(puuid, routing, start=start, count=asked, queue=queue)

        return await _listed(page, count)

    async def ids_of_year(self, puuid: str, routing: RoutingValue, year: int) -> list[str]:
        """The ids of the matches of one year (UTC), newest first, each once; Riot's cap of about 1000 applies.

        Riot has times for matches from June 16th 2021 on only; older ones are in nobody's year.

        Raises:
            InvalidInput: an empty PUUID.
            PlayerForgotten: the player has asked to be forgotten.
        """
        await self._check(puuid)
        # Riot's bounds are whole seconds and inclusive: a match too many does no harm, one too few would be lost.
        since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)

        async def page(start: int, asked: int) -> tuple[str, ...]:
            return await self._riot.match_ids(
                puuid, routing, start=start, count=asked, start_time=since, end_time=until
            )

        return await _listed(page, _MOST)

    async def _check(self, puuid: str) -> None:
        if not puuid.strip():
            raise InvalidInput("A PUUID is needed.")
        await self._tombstones.check(puuid)


async def _listed(page: _Page, count: int) -> list[str]:
    """The first `count` ids of a list that may grow at its head while it is read.

    What a page shows once more the next one makes up for, so only a first page asks for less than there may be.
    """
    ids: dict[str, None] = {}
    start = 0
    while len(ids) < count and start < _MOST:
        asked = _PAGE if ids else min(_PAGE, count)
        found = await page(start, asked)
        ids.update(dict.fromkeys(found))
        start += len(found)
        if len(found) < asked:
            break
    return list(ids)[:count]
