"""A Riot API in memory."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson

from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.documents import RawDocument
from src.core.domain.regions import Platform, RoutingValue, parse_match_id
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, ChimeraError, InvalidInput, MatchNotFound, NotFound, TimelineNotFound

_T = TypeVar("_T")


@dataclass(repr=False)
class FakeRiotApi:
    """`RiotApi` over dicts that a test fills.

    `histories` lists match ids per PUUID, newest first. `errors` are raised by the next calls, one each, before
    anything else; `error_for` by every call of a method, or of a method with a first argument
    (`("match", "NA1_1")`). `calls` tells what was asked: (method, first argument, host).
    `seconds_per_pair` is how long a match with its timeline takes at the key's budget.
    """

    accounts: list[Account] = field(default_factory=list)
    summoners: list[Summoner] = field(default_factory=list)
    entries: dict[tuple[str, Platform], tuple[LeagueEntry, ...]] = field(default_factory=dict)
    histories: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    matches: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    timelines: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: deque[ChimeraError] = field(default_factory=deque)
    error_for: dict[str | tuple[str, str], Exception] = field(default_factory=dict)
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    seconds_per_pair: float | None = None

    def add_match(
        self, match: Mapping[str, Any], timeline: Mapping[str, Any] | None = None, *, match_id: str | None = None
    ) -> None:
        """Serve a match document and its timeline, and list it in front of its participants' histories."""
        match_id = match_id or match["metadata"]["matchId"]
        self.matches[match_id] = match
        if timeline is not None:
            self.timelines[match_id] = timeline
        for puuid in match["metadata"].get("participants", []):
            self.histories.setdefault(puuid, []).insert(0, match_id)

    async def account_by_riot_id(self, riot_id: RiotId, routing: RoutingValue) -> Account:
        self._called("account_by_riot_id", str(riot_id), routing)
        return _only((a for a in self.accounts if a.riot_id and _key(a.riot_id) == _key(riot_id)), AccountNotFound)

    async def account_by_puuid(self, puuid: str, routing: RoutingValue) -> Account:
        self._called("account_by_puuid", puuid, routing)
        return _only((account for account in self.accounts if account.puuid == puuid), AccountNotFound)

    async def active_platform(self, puuid: str, routing: RoutingValue) -> Platform | None:
        self._called("active_platform", puuid, routing)
        return next((summoner.platform for summoner in self.summoners if summoner.puuid == puuid), None)

    async def summoner(self, puuid: str, platform: Platform, *, fresh: bool = False) -> Summoner:
        self._called("summoner", puuid, platform)
        return _only((s for s in self.summoners if (s.puuid, s.platform) == (puuid, platform)), AccountNotFound)

    async def league_entries(self, puuid: str, platform: Platform) -> tuple[LeagueEntry, ...]:
        self._called("league_entries", puuid, platform)
        return self.entries.get((puuid, platform), ())

    async def match_ids(
        self,
        puuid: str,
        routing: RoutingValue,
        *,
        start: int = 0,
        count: int = 20,
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        queue: int | None = None,
    ) -> tuple[str, ...]:
        if not 1 <= count <= 100 or start < 0:
            raise InvalidInput
        self._called("match_ids", puuid, routing)
        listed = [
            match_id
            for match_id in self.histories.get(puuid, [])
            if parse_match_id(match_id)[1].routing == routing
            and (queue is None or self._info(match_id).get("queueId") == queue)
            and (start_time is None or self._created(match_id) >= start_time)
            and (end_time is None or self._created(match_id) <= end_time)
        ]
        return tuple(listed[start : start + count])

    async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
        match_id, _ = parse_match_id(match_id)
        self._called("match", match_id, routing)
        return _document(self.matches, match_id, routing, MatchNotFound)

    async def timeline(self, match_id: str, routing: RoutingValue) -> RawDocument:
        match_id, _ = parse_match_id(match_id)
        self._called("timeline", match_id, routing)
        return _document(self.timelines, match_id, routing, TimelineNotFound)

    async def seconds_for_pairs(self, pairs: int, routing: RoutingValue) -> float | None:
        return None if self.seconds_per_pair is None else pairs * self.seconds_per_pair

    def _called(self, method: str, subject: str, host: str) -> None:
        self.calls.append((method, subject, str(host)))
        if self.errors:
            raise self.errors.popleft()
        error = self.error_for.get((method, subject)) or self.error_for.get(method)
        if error is not None:
            raise error

    def _info(self, match_id: str) -> Mapping[str, Any]:
        info: Mapping[str, Any] = self.matches.get(match_id, {}).get("info", {})
        return info

    def _created(self, match_id: str) -> datetime:
        return datetime.fromtimestamp(self._info(match_id).get("gameCreation", 0) / 1000, tz=UTC)


def _key(riot_id: RiotId) -> str:
    """Riot compares without regard to case and spaces."""
    return "".join(str(riot_id).split()).casefold()


def _only(found: Iterable[_T], error: type[NotFound]) -> _T:
    for one in found:
        return one
    raise error


def _document(
    documents: Mapping[str, Mapping[str, Any]], match_id: str, routing: RoutingValue, error: type[NotFound]
) -> RawDocument:
    if match_id not in documents or parse_match_id(match_id)[1].routing != routing:
        raise error
    body = orjson.dumps(documents[match_id])
    return RawDocument(body=body, document=orjson.loads(body))
