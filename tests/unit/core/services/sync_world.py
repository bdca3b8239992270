"""The sync services over fakes, with a player to sync."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from src.core.domain.account import Account, Summoner
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.services.account_refresh import AccountRefresh
from src.core.services.binding_check import BindingCheck
from src.core.services.history_recovery import DueRecoveries, HistoryRecovery
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import MatchIngest
from src.core.services.match_sync import MatchSync
from src.core.services.player_sync import PlayerSync
from src.core.services.timeline_sync import TimelineSync
from tests.fakes.absence_store import FakeAbsenceStore
from tests.fakes.clock import FakeClock
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.job_queue import FakeJobQueue
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.player_store import FakePlayerStore
from tests.fakes.riot_api import FakeRiotApi
from tests.fakes.tombstones import FakeTombstones
from tests.fakes.user_binding import FakeUserBindingRepository
from tests.fakes.yearly_statistics import FakeYearlyStatisticsStore
from tests.unit.core.services.games import ME

MY_NAME = RiotId(game_name="Player 3", tag_line="EUW")
MY_ACCOUNT = Account(puuid=ME, riot_id=MY_NAME)
YEAR = 2025  # of every game that `serve` serves


@dataclass
class SyncWorld:
    """Riot, the stores, the ledger, the services over them, and what was reported."""

    clock: FakeClock = field(default_factory=FakeClock)
    riot: FakeRiotApi = field(default_factory=FakeRiotApi)
    queue: FakeJobQueue = field(default_factory=FakeJobQueue)
    reports: list[tuple[str, int, int]] = field(default_factory=list)
    stops_after: int | None = None  # reports; then `report` raises `stop`
    stop: Exception = field(default_factory=InterruptedError)

    def __post_init__(self) -> None:
        self.ledger = FakeJobLedger(self.clock)
        self.store = FakeMatchStore(self.ledger)
        self.absences = FakeAbsenceStore(self.store)
        self.statistics = FakeYearlyStatisticsStore(self.store)
        self.bindings = FakeUserBindingRepository(self.clock)
        self.players = FakePlayerStore(self.clock, self.bindings)
        self.jobs = JobSubmission(self.ledger, self.queue)
        self.riot.accounts.append(MY_ACCOUNT)
        self.riot.summoners.append(Summoner(puuid=ME, platform=Platform.EUW1, profile_icon_id=1, level=30))

    @property
    def ingest(self) -> MatchIngest:
        return MatchIngest(self.riot, self.store, self.absences, self.clock)

    @property
    def sync(self) -> PlayerSync:
        return PlayerSync(self.riot, self.players, self.ingest, self.statistics, self.clock, default_year=YEAR)

    @property
    def recovery(self) -> HistoryRecovery:
        return HistoryRecovery(self.ingest, self.store, self.statistics)

    @property
    def due_recoveries(self) -> DueRecoveries:
        return DueRecoveries(self.players, self.refresh, self.jobs, self.clock)

    @property
    def refresh(self) -> AccountRefresh:
        return AccountRefresh(self.riot, self.players, self.bindings, BindingCheck(self.bindings, self.riot))

    @property
    def match_sync(self) -> MatchSync:
        return MatchSync(self.ingest, self.store, self.statistics, self.jobs, FakeTombstones())

    @property
    def timeline_sync(self) -> TimelineSync:
        return TimelineSync(self.ingest, self.store)

    async def report(self, step: str, done: int, total: int) -> None:
        self.reports.append((step, done, total))
        if len(self.reports) == self.stops_after:
            raise self.stop

    async def games(self, puuid: str = ME, year: int = YEAR) -> int:
        """How many games the player's year counts; it is what a recount says."""
        counted = await self.statistics.of(puuid, year)
        assert counted == await self.statistics.recount(puuid, year)
        return counted.games if counted else 0

    def asked(self, *methods: str) -> list[str]:
        """What Riot was asked about by these methods."""
        return [subject for method, subject, _ in self.riot.calls if method in methods]

    def arguments(self) -> Sequence[dict[str, Any]]:
        """The arguments of every job in the ledger."""
        return [job.arguments for job in self.ledger.jobs]
