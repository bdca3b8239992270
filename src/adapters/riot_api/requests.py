"""The requests Chimera makes of Riot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from src.core.domain.regions import Platform, RoutingValue, parse_match_id
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, InvalidInput, MatchNotFound, NotFound, TimelineNotFound

if TYPE_CHECKING:
    from src.adapters.riot_api.cassiopeia_endpoints import CassiopeiaEndpoints

MAX_MATCH_IDS = 100
MATCH, TIMELINE = "match-v5.match", "match-v5.timeline"
_LONGEST_PUUID = 128  # Riot's have 78 characters


@dataclass(frozen=True, slots=True)
class RiotRequest:
    """One GET.

    `method` is the name under which Riot counts the endpoint, `host` the platform or routing value, `path` is
    percent-encoded, `not_found` is what a 404 means here.
    """

    method: str
    host: str
    path: str = field(repr=False)
    not_found: type[NotFound]
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What it asks for: two requests with the same subject have the same answer."""
        return f"{self.host} {self.target}"

    @property
    def is_document(self) -> bool:
        """True of matches and timelines, which do not change."""
        return self.method in {MATCH, TIMELINE}

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.parameters)}" if self.parameters else self.path


@cache
def cassiopeia() -> "CassiopeiaEndpoints":
    """Cassiopeia's endpoints. The first call imports cassiopeia, which takes 0.6 s."""
    from src.adapters.riot_api.cassiopeia_endpoints import CassiopeiaEndpoints  # noqa: PLC0415

    return CassiopeiaEndpoints()


def account_by_riot_id(riot_id: RiotId, routing: RoutingValue) -> RiotRequest:
    """account-v1 by Riot ID."""
    path = cassiopeia().account_by_riot_id(_segment(riot_id.game_name), _segment(riot_id.tag_line))
    return RiotRequest("account-v1.by-riot-id", _account_host(routing), path, AccountNotFound)


def account_by_puuid(puuid: str, routing: RoutingValue) -> RiotRequest:
    """account-v1 by PUUID."""
    path = cassiopeia().account_by_puuid(_puuid(puuid))
    return RiotRequest("account-v1.by-puuid", _account_host(routing), path, AccountNotFound)


def active_region(puuid: str, routing: RoutingValue) -> RiotRequest:
    """account-v1 active region in League, which cassiopeia does not have."""
    path = f"/riot/account/v1/region/by-game/lol/by-puuid/{_puuid(puuid)}"
    return RiotRequest("account-v1.active-region", _account_host(routing), path, AccountNotFound)


def summoner(puuid: str, platform: Platform) -> RiotRequest:
    """summoner-v4 by PUUID."""
    return RiotRequest("summoner-v4.by-puuid", platform, cassiopeia().summoner(_puuid(puuid)), AccountNotFound)


def league_entries(puuid: str, platform: Platform) -> RiotRequest:
    """league-v4 entries by PUUID, which cassiopeia does not have."""
    path = f"/lol/league/v4/entries/by-puuid/{_puuid(puuid)}"
    return RiotRequest("league-v4.entries-by-puuid", platform, path, AccountNotFound)


def match_ids(
    puuid: str,
    routing: RoutingValue,
    *,
    start: int,
    count: int,
    start_time: datetime | None,
    end_time: datetime | None,
    queue: int | None,
) -> RiotRequest:
    """match-v5 ids by PUUID.

    Raises:
        InvalidInput: `start` or `count` is out of range, or the PUUID cannot be one.
    """
    if not 1 <= count <= MAX_MATCH_IDS:
        raise InvalidInput(f"Between 1 and {MAX_MATCH_IDS} matches can be listed at once, not {count}.")
    if start < 0:
        raise InvalidInput(f"The first match to list is number 0 or later, not {start}.")
    path, parameters = cassiopeia().match_ids(
        _puuid(puuid), start=start, count=count, start_time=_epoch(start_time), end_time=_epoch(end_time)
    )
    if queue is not None:  # cassiopeia refuses queues that are newer than itself
        parameters["queue"] = queue
    return RiotRequest("match-v5.ids-by-puuid", routing, path, AccountNotFound, parameters)


def match(match_id: str, routing: RoutingValue) -> RiotRequest:
    """match-v5 match."""
    platform, number = _match_number(match_id)
    if platform in cassiopeia().platforms:
        path = cassiopeia().match(platform, number)
    else:  # ME1
        path = f"/lol/match/v5/matches/{platform}_{number}"
    return RiotRequest(MATCH, routing, path, MatchNotFound)


def timeline(match_id: str, routing: RoutingValue) -> RiotRequest:
    """match-v5 timeline."""
    platform, number = _match_number(match_id)
    if platform in cassiopeia().platforms:
        path = cassiopeia().timeline(platform, number)
    else:  # ME1
        path = f"/lol/match/v5/matches/{platform}_{number}/timeline"
    return RiotRequest(TIMELINE, routing, path, TimelineNotFound)


def _match_number(match_id: str) -> tuple[str, int]:
    canonical, _ = parse_match_id(match_id)
    platform, _, number = canonical.partition("_")
    return platform, int(number)


def _account_host(routing: RoutingValue) -> str:
    """account-v1 does not exist on `sea`; any cluster answers for every account."""
    return RoutingValue.ASIA if routing is RoutingValue.SEA else routing


def _puuid(puuid: str) -> str:
    if not puuid.strip(". ") or len(puuid) > _LONGEST_PUUID:
        raise InvalidInput("That is not a PUUID.")
    return _segment(puuid)


def _segment(text: str) -> str:
    """One path segment: everything that means something in an address is encoded, `/` included."""
    return quote(text, safe="")


def _epoch(time: datetime | None) -> int | None:
    """Whole seconds since 1970; a time without a zone is UTC."""
    if time is None:
        return None
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
