"""Comparing what Riot lists with what is stored, as rsync does, and fetching the difference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import structlog

from src.core.domain.job import NewJob
from src.core.domain.regions import parse_match_id
from src.core.domain.riot_id import RiotId
from src.core.errors import MalformedDocument, MatchNotFound
from src.core.ports.clock import Clock
from src.core.ports.match_store import MatchStore
from src.core.ports.player_store import KnownPlayer, PlayerStore
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import MatchIngest, Reporter

_log = structlog.get_logger(__name__)
_CHECK_EVERY = 7 * 86_400.0  # seconds
_AT_ONCE = 20

JobFor = Callable[[RiotId, KnownPlayer, int], NewJob]
"""Makes the job that recovers a player's year."""


@dataclass(slots=True)
class RecoveryReport:
    """What became of the matches: how many were intact, and the ids of the others by outcome.

    `repaired` were stored but damaged, `fetched` were not there (or without their timeline), `missing` Riot does
    not have (any more).
    """

    intact: int = 0
    repaired: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)

    @classmethod
    def resumed(cls, so_far: Mapping[str, Any]) -> Self:
        """What an earlier attempt had done, from its JSON form; what was intact then is looked at again."""
        kept = ("repaired", "fetched", "missing", "malformed")
        return cls(0, *(list(so_far.get(outcome, ())) for outcome in kept))

    @property
    def match_ids(self) -> frozenset[str]:
        """All that are done, but for the intact ones."""
        return frozenset((*self.repaired, *self.fetched, *self.missing, *self.malformed))

    def as_result(self) -> dict[str, Any]:
        """The JSON form: `{"intact": n, "repaired": [...], "fetched": [...], "missing": [...], "malformed": [...]}`."""
        return {
            "intact": self.intact, "repaired": self.repaired, "fetched": self.fetched,
            "missing": self.missing, "malformed": self.malformed,
        }  # fmt: skip


class HistoryRecovery:
    """Repairs stored histories."""

    def __init__(self, ingest: MatchIngest, store: MatchStore, statistics: YearlyStatisticsStore) -> None:
        self._ingest = ingest
        self._store = store
        self._statistics = statistics

    async def recover_batch(
        self, match_ids: Sequence[str], puuid: str, *, into: RecoveryReport, report: Reporter
    ) -> RecoveryReport:
        """Fetch those of the matches that are not stored, or not intact; each counts for the player, once.

        `report` is called after each match, and may raise to stop between two of them; what `into` holds at the
        start, from an earlier attempt, is not done again.
        """
        wanted = dict(map(parse_match_id, match_ids))
        left = [match_id for match_id in wanted if match_id not in into.match_ids]
        intact = await self._store.intact(left)
        into.intact = len(intact)
        await self._statistics.count(puuid, intact)
        left = [match_id for match_id in left if match_id not in intact]
        damaged = await self._store.complete(left)
        await report("comparing", len(wanted) - len(left), len(wanted))
        for done, match_id in enumerate(left, start=len(wanted) - len(left) + 1):
            await self._recover(match_id, puuid, into, is_damaged=match_id in damaged)
            await report("comparing", done, len(wanted))
        return into

    async def _recover(self, match_id: str, puuid: str, into: RecoveryReport, *, is_damaged: bool) -> None:
        try:
            fetched = await self._ingest.fetch(match_id)
            await self._ingest.keep(fetched, counted_for=puuid, replace=True)
        except MatchNotFound:
            into.missing.append(match_id)
        except MalformedDocument as error:
            _log.warning("match_malformed", match_id=match_id, reason=str(error))
            into.malformed.append(match_id)
        else:
            (into.repaired if is_damaged else into.fetched).append(match_id)
            return
        if is_damaged:
            _log.warning("match_stays_damaged", match_id=match_id)


class DueRecoveries:
    """Whose stored history has to be compared with Riot's again."""

    def __init__(self, players: PlayerStore, jobs: JobSubmission, clock: Clock) -> None:
        self._players = players
        self._jobs = jobs
        self._clock = clock

    async def submit_due(self, job_for: JobFor) -> dict[str, int]:
        """Submit a recovery of the current year for linked players not checked for a week, 20 at most.

        The idempotency keys of the jobs keep them from piling up. Answers `{"submitted": n, "unnamed": n}`: players
        without a known Riot ID cannot be asked for.
        """
        due = await self._players.linked(not_checked_for=_CHECK_EVERY, limit=_AT_ONCE)
        year = self._clock.now().year
        jobs = [job_for(player.account.riot_id, player, year) for player in due if player.account.riot_id is not None]
        if jobs:
            await self._jobs.submit(*jobs)
        for player in due:
            await self._players.mark_checked(player.account.puuid)
        return {"submitted": len(jobs), "unnamed": len(due) - len(jobs)}

    async def mark_checked(self, puuid: str) -> None:
        """Write down that the player's history was compared with Riot's just now."""
        await self._players.mark_checked(puuid)
