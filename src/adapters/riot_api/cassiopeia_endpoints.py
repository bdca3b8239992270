"""Cassiopeia's endpoint services, used as the authority on paths and parameters.

Importing this module imports cassiopeia (0.6 s, 650 modules), so only `requests.py` does, at the first call.

Cassiopeia's seam is its `HTTPClient`: whatever stands there performs the requests. Ours performs nothing. It raises
the prepared request, which unwinds through the service before any of its post-processing (which drops `metadata`),
and the adapter sends it asynchronously. So none of cassiopeia's own limiters, retries or prints ever run.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Never
from urllib.parse import urlsplit


@contextmanager
def _without_side_effects() -> Iterator[None]:
    """Undo what importing cassiopeia 5.1.3 does to the process.

    It adds a handler to the root logger, and its sources hold invalid escapes, of which Python warns when it
    compiles them (that is, wherever the installer did not).
    """
    root = logging.getLogger()
    handlers = list(root.handlers)
    level = root.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    root.handlers[:] = handlers
    root.setLevel(level)


with _without_side_effects():
    from cassiopeia.data import Continent
    from cassiopeia.data import Platform as CassiopeiaPlatform
    from cassiopeia.datastores.common import HTTPClient
    from cassiopeia.datastores.riotapi.account import AccountAPI
    from cassiopeia.datastores.riotapi.common import RiotAPIRateLimiter
    from cassiopeia.datastores.riotapi.match import MatchAPI
    from cassiopeia.datastores.riotapi.summoner import SummonerAPI
    from cassiopeia.dto.account import AccountDto
    from cassiopeia.dto.match import MatchDto, MatchListDto, TimelineDto
    from cassiopeia.dto.summoner import SummonerDto

# Only hosts depend on these, and the host of a request is the adapter's business.
_ANY_PLATFORM = CassiopeiaPlatform.north_america
_ANY_CONTINENT = Continent.americas


class _Prepared(Exception):
    """The request that a service wanted performed."""

    def __init__(self, url: str, parameters: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.path = urlsplit(url).path
        self.parameters = dict(parameters or {})


class _PreparingClient(HTTPClient):  # type: ignore[misc]  # cassiopeia is untyped
    """The HTTP client given to cassiopeia's services."""

    def get(self, url: str, parameters: Mapping[str, Any] | None = None, *_: object, **__: object) -> Never:
        """Hand the request to whoever asked the service for it."""
        raise _Prepared(url, parameters)


class _NoLimiters(dict[Any, Any]):
    """Cassiopeia wants a limiter per platform and continent; ours is the shared budget."""

    def __missing__(self, key: object) -> Any:
        return self.setdefault(key, RiotAPIRateLimiter(1.0))


class CassiopeiaEndpoints:
    """Paths (encoded as given) and query parameters of the endpoints that cassiopeia 5.1.3 knows.

    It has no league-v4 by PUUID, no platform ME1, and a closed list of queues.
    """

    platforms = frozenset(platform.value for platform in CassiopeiaPlatform)

    def __init__(self) -> None:
        # No key: it travels in the session's headers and is nothing cassiopeia needs to know.
        wiring = {"api_key": "", "app_rate_limiter": _NoLimiters(), "http_client": _PreparingClient()}
        self._accounts = AccountAPI(**wiring)
        self._matches = MatchAPI(**wiring)
        self._summoners = SummonerAPI(**wiring)

    def account_by_riot_id(self, game_name: str, tag_line: str) -> str:
        """The path of account-v1 by Riot ID."""
        query = {"name": game_name, "tagline": tag_line, "platform": _ANY_PLATFORM}
        return self._prepare(self._accounts, AccountDto, query).path

    def account_by_puuid(self, puuid: str) -> str:
        """The path of account-v1 by PUUID."""
        return self._prepare(self._accounts, AccountDto, {"puuid": puuid, "platform": _ANY_PLATFORM}).path

    def summoner(self, puuid: str) -> str:
        """The path of summoner-v4 by PUUID."""
        return self._prepare(self._summoners, SummonerDto, {"puuid": puuid, "platform": _ANY_PLATFORM}).path

    def match_ids(
        self, puuid: str, *, start: int, count: int, start_time: int | None, end_time: int | None
    ) -> tuple[str, dict[str, Any]]:
        """Path and parameters of match-v5 ids by PUUID; times in epoch seconds."""
        query = {"continent": _ANY_CONTINENT, "puuid": puuid, "start": start, "count": float(count)}
        times = {"startTime": start_time, "endTime": end_time}
        query |= {name: time for name, time in times.items() if time is not None}
        prepared = self._prepare(self._matches, MatchListDto, query)
        return prepared.path, prepared.parameters

    def match(self, platform: str, number: int) -> str:
        """The path of a match."""
        return self._prepare(self._matches, MatchDto, {"platform": platform, "id": number}).path

    def timeline(self, platform: str, number: int) -> str:
        """The path of a match's timeline."""
        return self._prepare(self._matches, TimelineDto, {"platform": platform, "id": number}).path

    @staticmethod
    def _prepare(service: Any, dto: type, query: dict[str, Any]) -> _Prepared:
        try:
            service.get(dto, query=query)
        except _Prepared as prepared:
            return prepared
        raise NotImplementedError(f"cassiopeia answers {dto.__name__} without a request")
