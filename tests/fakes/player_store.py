"""Accounts in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from src.core.domain.account import Account
from src.core.domain.regions import Platform
from src.core.errors import Unavailable
from src.core.ports.clock import Clock
from src.core.ports.player_store import KnownPlayer
from tests.fakes.clock import FakeClock
from tests.fakes.tombstones import FakeTombstones
from tests.fakes.user_binding import FakeUserBindingRepository

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Times:
    number: int
    refreshed_at: datetime
    checked_at: datetime = _NEVER


class FakePlayerStore:
    """Implements `PlayerStore`; `is_down` makes it fail as a dead Postgres would.

    `bindings` say who is linked; whoever is linked there is a known player here. `tombstones` say who must not be kept.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        bindings: FakeUserBindingRepository | None = None,
        tombstones: FakeTombstones | None = None,
    ) -> None:
        self.tombstones = tombstones or FakeTombstones()
        self._clock = clock or FakeClock()
        self.bindings = bindings or FakeUserBindingRepository(self._clock)
        self.players: dict[str, tuple[Account, Platform]] = {}
        self._times: dict[str, _Times] = {}
        self._last_number = 0
        self.is_down = False

    async def remember(self, account: Account, platform: Platform) -> int:
        """See `PlayerStore.remember`; a lost name does not erase the known one."""
        self._check()
        self.tombstones.refuse(account.puuid)
        return self._remember(account, platform)

    async def find(self, puuid: str) -> tuple[Account, Platform] | None:
        """See `PlayerStore.find`."""
        self._check()
        self.meet_linked()
        return self.players.get(puuid)

    async def stale(self, *, older_than: float, limit: int) -> tuple[KnownPlayer, ...]:
        """See `PlayerStore.stale`."""
        self._check()
        self.meet_linked()
        found = [puuid for puuid, times in self._times.items() if times.refreshed_at <= self._ago(older_than)]
        found.sort(key=lambda puuid: (self._times[puuid].refreshed_at, self._times[puuid].number))
        return tuple(map(self._known, found[:limit]))

    async def forget(self, puuids: Sequence[str]) -> None:
        """See `PlayerStore.forget`."""
        self._check()
        self.drop(set(puuids) - self.bindings.bindings.keys())

    async def linked(self, *, not_checked_for: float, limit: int) -> tuple[KnownPlayer, ...]:
        """See `PlayerStore.linked`."""
        self._check()
        self.meet_linked()
        found = [p for p in self.bindings.bindings if self._times[p].checked_at <= self._ago(not_checked_for)]
        found.sort(key=lambda puuid: (self._times[puuid].checked_at, self._times[puuid].number))
        return tuple(map(self._known, found[:limit]))

    async def mark_checked(self, puuid: str) -> None:
        """See `PlayerStore.mark_checked`."""
        self._check()
        self.meet_linked()
        if puuid in self._times:
            self._times[puuid].checked_at = self._clock.now()

    def drop(self, puuids: Iterable[str]) -> None:
        """Take accounts out, whoever has linked them."""
        for puuid in puuids:
            self.players.pop(puuid, None)
            self._times.pop(puuid, None)

    def _remember(self, account: Account, platform: Platform) -> int:
        known, _ = self.players.get(account.puuid, (account, platform))
        self.players[account.puuid] = (account if account.riot_id else known, platform)
        if account.puuid not in self._times:
            self._last_number += 1
            self._times[account.puuid] = _Times(self._last_number, self._clock.now())
        self._times[account.puuid].refreshed_at = self._clock.now()
        return self._times[account.puuid].number

    def meet_linked(self) -> None:
        """Whoever is linked by now is a known player."""
        for puuid, binding in self.bindings.bindings.items():
            if puuid not in self.players or binding.validated_at > self._times[puuid].refreshed_at:
                self._remember(Account(puuid=puuid, riot_id=binding.riot_id), binding.platform)
                self._times[puuid].refreshed_at = binding.validated_at

    def _known(self, puuid: str) -> KnownPlayer:
        account, platform = self.players[puuid]
        return KnownPlayer(self._times[puuid].number, account, platform)

    def _ago(self, seconds: float) -> datetime:
        return self._clock.now() - timedelta(seconds=seconds)

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)
