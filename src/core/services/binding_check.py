"""Asking Riot whether a linked account is still there, and what has become of it."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog

from src.core.domain.account import Account
from src.core.domain.binding import Binding, Proof, ProvenAccount
from src.core.domain.match_summary import MatchSummary
from src.core.domain.regions import Platform
from src.core.domain.reply import user_hash
from src.core.errors import AccountNotFound, RiotRequestRejected
from src.core.ports.match_store import MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.ports.user_binding import IUserBindingRepository
from src.core.services.link_notices import LinkNotices, Notice

_log = structlog.get_logger(__name__)

_DROP_AFTER: Final = 86_400.0
"""Seconds for which Riot must say that there is no such account before a link ends: one 404 may be a mistake."""

_COMPARED: Final = 100  # matches
_MARGIN: Final = timedelta(hours=1)


class Checked(StrEnum):
    """What a check found."""

    VALID = "valid"
    MISSING = "missing"  # Riot says there is no such account; the link stays for now
    DROPPED = "dropped"  # Riot has said so for long, or somebody else has proven the account: the link has ended
    UNKNOWN = "unknown"  # Riot cannot read the PUUID, and nothing shows whose Riot ID it is now

    @property
    def is_good(self) -> bool:
        """True if the account is there."""
        return self is Checked.VALID


class BindingCheck:
    """Renews what is known of a linked account: Riot ID, platform, and its PUUID after a change of the API key.

    With `matches`, an account found again by its Riot ID must share a match with the stored ones of the old PUUID.
    With `notices`, the owner of a link that ends is told.
    """

    def __init__(
        self,
        database: IUserBindingRepository,
        riot: RiotApi,
        *,
        matches: MatchStore | None = None,
        notices: LinkNotices | None = None,
    ) -> None:
        self._database = database
        self._riot = riot
        self._matches = matches
        self._notices = notices

    async def check(self, binding: Binding) -> Checked:
        """Ask Riot about a link and write down what is new.

        Raises:
            RateLimited: Riot is not asked now.
            Unavailable: Riot or the database does not answer.
            RiotKeyRejected: Riot refuses the API key.
            PlayerForgotten: a tombstone stands for the account, under the PUUID that Riot gives it now.
        """
        routing = binding.platform.account_routing
        try:
            account, is_same = await self._riot.account_by_puuid(binding.puuid, routing), True
        except AccountNotFound:
            return await self._missing(binding)
        except RiotRequestRejected:
            found = await self._under_this_key(binding)
            if found is None:
                _log.info("binding_unknown", user=user_hash(binding.discord_id), account=user_hash(binding.puuid))
                return Checked.UNKNOWN
            account, is_same = found
        present = ProvenAccount(
            puuid=account.puuid,
            riot_id=account.riot_id or binding.riot_id,
            platform=await self._platform(account, binding.platform),
            proof=binding.proof if is_same else Proof.ICON,  # what rests on a name gives way to any proof
        )
        return await self._write(binding, present, is_same=is_same)

    async def _write(self, binding: Binding, present: ProvenAccount, *, is_same: bool) -> Checked:
        # Whoever has linked the account under its new PUUID has proven it anew; what rests on a name ends nothing.
        lost = self._notices.job(Notice.TAKEN_OVER, binding) if self._notices and is_same else None
        kept = await self._database.mark_validated(binding.discord_id, present, was=binding.puuid, lost=lost)
        if kept is not None:
            return Checked.VALID
        if await self._database.owner_of(binding.puuid) is not None:
            return Checked.UNKNOWN
        now = await self._database.owner_of(present.puuid)
        if now is not None and now.discord_id == binding.discord_id:  # another check was quicker
            return Checked.VALID
        if self._notices and lost:
            await self._notices.announce(lost)
        return Checked.DROPPED

    async def _missing(self, binding: Binding) -> Checked:
        notice = self._notices.job(Notice.DROPPED, binding) if self._notices else None
        is_over = await self._database.mark_missing(
            binding.discord_id, binding.puuid, drop_after=_DROP_AFTER, notice=notice
        )
        _log.info(
            "binding_missing", user=user_hash(binding.discord_id), account=user_hash(binding.puuid), dropped=is_over
        )
        if not is_over:
            return Checked.MISSING
        if self._notices and notice:
            await self._notices.announce(notice)
        return Checked.DROPPED

    async def _platform(self, account: Account, before: Platform) -> Platform:
        try:
            return await self._riot.active_platform(account.puuid, before.account_routing) or before
        except (AccountNotFound, RiotRequestRejected):
            return before

    async def _under_this_key(self, binding: Binding) -> tuple[Account, bool] | None:
        """The account whose PUUID Riot encrypts anew, and whether it is certain to be the same.

        PUUIDs belong to one API key, Riot IDs to all of them; but names that are given up can be anybody's. With a
        match in common the account is the same. Where there is nothing to compare, the name has to do.
        """
        try:
            account = await self._riot.account_by_riot_id(binding.riot_id, binding.platform.account_routing)
            stored = await self._matches.history(binding.puuid, limit=_COMPARED) if self._matches else ()
            if not stored:
                return account, False
            is_same = await self._played_one_of(stored, account, binding.platform)
        except (AccountNotFound, RiotRequestRejected):
            return None
        return (account, True) if is_same else None

    async def _played_one_of(self, stored: Sequence[MatchSummary], account: Account, platform: Platform) -> bool:
        times = [match.started_at for match in stored]
        listed = await self._riot.match_ids(
            account.puuid,
            platform.routing,
            count=_COMPARED,
            start_time=min(times) - _MARGIN,
            end_time=max(times) + _MARGIN,
        )
        return not {match.match_id for match in stored}.isdisjoint(listed)
