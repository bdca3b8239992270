"""Asking Riot again who the known accounts are: Riot IDs change, accounts go away."""

from dataclasses import asdict, dataclass
from typing import Any

import structlog

from src.core.domain.reply import user_hash
from src.core.errors import AccountNotFound, CircuitOpen, PlayerForgotten, RiotRequestRejected, Unavailable
from src.core.ports.player_store import KnownPlayer, PlayerStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.binding_check import BindingCheck, Checked
from src.core.services.match_ingest import Reporter

_log = structlog.get_logger(__name__)
_REFRESH_AFTER = 14 * 86_400.0  # seconds; Riot wants ids refreshed every 30 days
_AT_ONCE = 50


@dataclass(slots=True)
class Refreshed:
    """How many accounts Riot still knows, how many are forgotten, and about how many it says nothing for certain.

    Accounts of the last kind belong to another API key, or are linked and were not to be found for the first time.
    """

    refreshed: int = 0
    forgotten: int = 0
    refused: int = 0

    def as_result(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


class AccountRefresh:
    """Keeps names fresh and forgets who left. Linked accounts are checked as their owners would (`BindingCheck`)."""

    def __init__(
        self, riot: RiotApi, players: PlayerStore, bindings: IUserBindingRepository, check: BindingCheck
    ) -> None:
        self._riot = riot
        self._players = players
        self._bindings = bindings
        self._check = check

    async def refresh(self, *, into: Refreshed, report: Reporter) -> Refreshed:
        """Refresh the 50 stalest accounts that were not refreshed for two weeks.

        What is done is done: after an error the next attempt goes on with the rest, and adds to `into`. An account
        about which Riot fails to answer keeps nobody else from being asked about.

        Raises:
            RateLimited, CircuitOpen: Riot is not asked now.
            RiotKeyRejected: Riot refuses the API key.
            Unavailable: Riot does not answer about any of them, or the database does not.
        """
        stale = await self._players.stale(older_than=_REFRESH_AFTER, limit=_AT_ONCE)
        await report("refreshing_accounts", 0, len(stale))
        failure: Unavailable | None = None
        failures = 0
        for done, player in enumerate(stale, start=1):
            try:
                await self.ask(player, into)
            except CircuitOpen:
                raise
            except Unavailable as error:
                _log.warning("account_not_refreshed", account=user_hash(player.account.puuid), reason=str(error))
                failure, failures = error, failures + 1
            await report("refreshing_accounts", done, len(stale))
        if failure is not None and failures == len(stale):
            raise failure
        return into

    async def ask(self, player: KnownPlayer, into: Refreshed) -> None:
        """Ask Riot who a player is now, and write it down.

        Raises:
            RateLimited: Riot is not asked now.
            Unavailable: Riot or the database does not answer.
            RiotKeyRejected: Riot refuses the API key.
        """
        puuid = player.account.puuid
        binding = await self._bindings.owner_of(puuid)
        if binding is None:
            await self._refresh(player, into)
            return
        try:
            checked = await self._check.check(binding)
        except PlayerForgotten:  # under the PUUID that this API key gives
            into.forgotten += 1
            await self._put_off(puuid)
            return
        if checked.is_good:
            into.refreshed += 1
            return
        if checked is Checked.DROPPED:
            into.forgotten += 1
            await self._players.forget([puuid])
            return
        into.refused += 1
        if checked is Checked.UNKNOWN:  # who is missing is asked about hourly, until a day has shown that they are gone
            await self._put_off(puuid)

    async def _refresh(self, player: KnownPlayer, into: Refreshed) -> None:
        puuid = player.account.puuid
        try:
            account = await self._riot.account_by_puuid(puuid, player.platform.account_routing)
            await self._players.remember(account, player.platform)
        except AccountNotFound:
            await self._players.forget([puuid])
            await self._put_off(puuid)
            into.forgotten += 1
        except RiotRequestRejected as error:
            _log.warning("account_not_refreshed", reason=str(error))
            await self._put_off(puuid)
            into.refused += 1
        except PlayerForgotten:  # since we looked whom to ask about
            into.forgotten += 1
        else:
            into.refreshed += 1

    async def _put_off(self, puuid: str) -> None:
        """Whoever stays (somebody has linked the account) is asked about again in two weeks, after all others."""
        known = await self._players.find(puuid)
        if known is not None:
            await self._players.remember(*known)
