"""What Chimera asks Riot."""

from datetime import datetime
from typing import Protocol

from src.core.domain.account import Account, LeagueEntry, Summoner
from src.core.domain.documents import RawDocument
from src.core.domain.regions import Platform, RoutingValue
from src.core.domain.riot_id import RiotId


class RiotApi(Protocol):
    """The Riot API.

    Every call takes its turn in the shared budget and has a time limit, which the deadline of the work at hand
    shortens (see `core.domain.deadline`). Two who want the same at the same time cost one call.

    Every method raises:
        RiotKeyRejected: 401 or 403.
        RiotRequestRejected: 400, 405 or 415.
        RateLimited: the budget cannot be had within the time limit, or Riot answered 429.
        CircuitOpen: this method keeps failing on that host; nobody calls it for `retry_after` seconds.
        Unavailable: 5xx, timeout, broken connection, empty or non-JSON body.
    """

    async def account_by_riot_id(self, riot_id: RiotId, routing: RoutingValue) -> Account:
        """The account with this Riot ID.

        Raises:
            AccountNotFound: there is none.
        """
        ...

    async def account_by_puuid(self, puuid: str, routing: RoutingValue) -> Account:
        """The account with this PUUID.

        Raises:
            AccountNotFound: there is none.
        """
        ...

    async def active_platform(self, puuid: str, routing: RoutingValue) -> Platform | None:
        """Where an account plays League; None when it does nowhere, or on a platform that is not known here."""
        ...

    async def summoner(self, puuid: str, platform: Platform, *, fresh: bool = False) -> Summoner:
        """The summoner of an account on a platform.

        `fresh`: Riot is asked after this call has begun; nobody else's earlier question is shared.

        Raises:
            AccountNotFound: the account does not play there.
        """
        ...

    async def league_entries(self, puuid: str, platform: Platform) -> tuple[LeagueEntry, ...]:
        """The player's ranked entries, empty when unranked."""
        ...

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
        """Ids of the player's matches, newest first; `count` is 1-100.

        Listed ids may not exist, and may not be the player's (both are Riot's).
        """
        ...

    async def match(self, match_id: str, routing: RoutingValue) -> RawDocument:
        """The match document.

        Raises:
            MatchNotFound: 404; for ever, or for some minutes after a game.
        """
        ...

    async def timeline(self, match_id: str, routing: RoutingValue) -> RawDocument:
        """The timeline document.

        Raises:
            TimelineNotFound: 404; for ever, or for some minutes after a game.
        """
        ...

    async def seconds_for_pairs(self, pairs: int, routing: RoutingValue) -> float | None:
        """Seconds until that many matches with their timelines have been asked for, if nobody else calls.

        As this key's budget stands now; None while its limits are not known. Makes no call.

        Raises:
            Unavailable: the budget cannot be reached.
        """
        ...
