"""Which matches a player has played."""

from src.core.domain.regions import RoutingValue
from src.core.errors import InvalidInput
from src.core.ports.riot_api import RiotApi

_PAGE = 100
_MOST = 1000  # Riot lists about this many and no more.


class MatchHistory:
    """Lists a player's match ids."""

    def __init__(self, riot: RiotApi) -> None:
        self._riot = riot

    async def recent_ids(self, puuid: str, routing: RoutingValue, *, count: int, queue: int | None = None) -> list[str]:
        """The newest `count` match ids (1-1000), newest first, each once; fewer when there are no more.

        Raises:
            InvalidInput: `count` out of range, or an empty PUUID.
        """
        if not 1 <= count <= _MOST:
            raise InvalidInput(f"count must be between 1 and {_MOST}, not {count}.")
        if not puuid.strip():
            raise InvalidInput("A PUUID is needed.")
        ids: dict[str, None] = {}
        start = 0
        while len(ids) < count and start < _MOST:
            asked = min(_PAGE, count - len(ids))
            page = await self._riot.match_ids(puuid, routing, start=start, count=asked, queue=queue)
            ids.update(dict.fromkeys(page))
            start += len(page)
            if len(page) < asked:
                break
        return list(ids)[:count]
