"""Bringing a player's year into the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from src.core.domain.account import Account
from src.core.domain.regions import Platform, RoutingValue, check_same_place, parse_platform
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, InvalidInput
from src.core.ports.clock import Clock
from src.core.ports.player_store import KnownPlayer, PlayerStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.match_ingest import IngestReport, MatchIngest, Reporter

_FIRST_YEAR = 2009  # the game came out


@dataclass(frozen=True, slots=True)
class PlayerYear:
    """Whose matches of which year (UTC)."""

    riot_id: RiotId
    platform: Platform
    year: int

    @classmethod
    def parse(
        cls, game_name: str, tag_line: str, *, platform: str, routing: str | None, year: int, now: datetime
    ) -> Self:
        """See `PlayerSync.asked`."""
        plays_on = parse_platform(platform)
        check_same_place(plays_on, said_routing=routing)
        last = now.year + 1  # somewhere it is next year already
        if isinstance(year, bool) or not isinstance(year, int) or not _FIRST_YEAR <= year <= last:
            raise InvalidInput(f"year must be a number between {_FIRST_YEAR} and {last}.")
        return cls(RiotId.parse(f"{game_name}#{tag_line}"), plays_on, year)

    @property
    def routing(self) -> RoutingValue:
        """Where the matches are asked for."""
        return self.platform.routing


class PlayerSync:
    """Finds a player and syncs matches for them; each match counts once in the player's year."""

    def __init__(
        self,
        riot: RiotApi,
        players: PlayerStore,
        ingest: MatchIngest,
        statistics: YearlyStatisticsStore,
        clock: Clock,
        *,
        default_year: int,
    ) -> None:
        self._riot = riot
        self._players = players
        self._ingest = ingest
        self._statistics = statistics
        self._clock = clock
        self._default_year = default_year

    def asked(
        self, game_name: str, tag_line: str, *, platform: str, routing: str | None, year: int | None
    ) -> PlayerYear:
        """Read what a person or a program asked for; without `year` it is the default one.

        Raises:
            InvalidInput: with what to write instead.
        """
        year = self._default_year if year is None else year
        return PlayerYear.parse(
            game_name, tag_line, platform=platform, routing=routing, year=year, now=self._clock.now()
        )

    async def find(self, asked: PlayerYear) -> KnownPlayer:
        """The player behind a Riot ID, remembered.

        Raises:
            AccountNotFound: there is no such account, or it does not play on that platform.
            PlayerForgotten: the player has asked to be forgotten.
        """
        account = await self._riot.account_by_riot_id(asked.riot_id, asked.platform.account_routing)
        try:
            # A wrong platform must not be remembered: everything else about this player would be asked there.
            await self._riot.summoner(account.puuid, asked.platform)
        except AccountNotFound as error:
            raise AccountNotFound(f"This Riot account does not play on {asked.platform}.") from error
        named = Account(puuid=account.puuid, riot_id=account.riot_id or asked.riot_id)
        number = await self._players.remember(named, asked.platform)
        return KnownPlayer(number, named, asked.platform)

    async def sync_batch(
        self,
        match_ids: Sequence[str],
        puuid: str,
        *,
        into: IngestReport,
        report: Reporter,
        last_attempt: bool = False,
    ) -> IngestReport:
        """Fetch and store what is not there yet, and count every match for the player, once.

        Matches in which a player who is back stands as a pseudonym are fetched anew: they get their place again.
        `into`, `report` and `last_attempt` as in `MatchIngest.ingest_many`.
        """
        known = await self._ingest.skip_stored(match_ids, into=into, of=puuid)
        # What another player's sync stored has not counted for this one yet.
        await self._statistics.count(puuid, into.skipped)
        return await self._ingest.fetch_rest(
            match_ids,
            into=into,
            known=known,
            counted_for=puuid,
            report=report,
            last_attempt=last_attempt,
        )
