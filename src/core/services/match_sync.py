"""Syncing one match, all or nothing."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from src.core.domain.job import NewJob
from src.core.domain.match import Match
from src.core.domain.regions import parse_match_id
from src.core.errors import MatchNotFound
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.ports.tombstones import Tombstones
from src.core.ports.yearly_statistics import YearlyStatisticsStore
from src.core.services.job_submission import JobSubmission
from src.core.services.match_ingest import MatchIngest


class MatchStatus(StrEnum):
    """What became of the match."""

    CREATED = "created"
    EXISTS = "exists"  # it was stored already
    MISSING = "missing"  # Riot has no such match


@dataclass(frozen=True, slots=True)
class MatchSynced:
    """What was done.

    `stats_updated`: the match counts in the player's `year` (the match's own, UTC). `timeline_task_id`: the job
    that brings the timeline; None where there is nothing to bring.
    """

    match_id: str
    status: MatchStatus
    participants: int = 0
    stats_updated: bool = False
    year: int | None = None
    timeline_task_id: str | None = None

    def as_result(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self) | {"status": self.status.value}


class MatchSync:
    """Stores a match with its participants, statistics and the job for its timeline in one transaction."""

    def __init__(
        self,
        ingest: MatchIngest,
        store: MatchStore,
        statistics: YearlyStatisticsStore,
        jobs: JobSubmission,
        tombstones: Tombstones,
    ) -> None:
        self._tombstones = tombstones
        self._ingest = ingest
        self._store = store
        self._statistics = statistics
        self._jobs = jobs

    async def sync(self, match_id: str, *, puuid: str | None, timeline_job: NewJob) -> MatchSynced:
        """Store the match, unless it is there; count it for `puuid`, once; see that its timeline comes.

        Raises:
            InvalidInput: malformed match id.
            MalformedDocument: the document cannot be read; nothing is stored.
            PlayerForgotten: the player has asked to be forgotten.
        """
        if puuid is not None:
            await self._tombstones.check(puuid)
        match_id, _ = parse_match_id(match_id)
        known = await self._store.load(match_id)
        if known is not None:
            return await self._synced(known.match, puuid, timeline_job, is_new=False)
        try:
            match, document = await self._ingest.fetch_match(match_id)
        except MatchNotFound:
            return MatchSynced(match_id, MatchStatus.MISSING)
        stored = StoredMatch(match, document, None, None)
        is_new = await self._store.store(stored, counted_for=puuid, jobs=[timeline_job])
        return await self._synced(match, puuid, timeline_job, is_new=is_new)

    async def _synced(self, match: Match, puuid: str | None, timeline_job: NewJob, *, is_new: bool) -> MatchSynced:
        plays = puuid is not None and match.by_puuid(puuid) is not None
        if puuid is not None and plays and not is_new:
            await self._statistics.count(puuid, [match.match_id])
        task_id = None
        if is_new or match.match_id not in await self._store.complete([match.match_id]):
            # Written down with the match; again it answers the row, publishes it, or names who holds its key.
            task_id = str((await self._jobs.submit(timeline_job))[0].id)
        return MatchSynced(
            match_id=match.match_id,
            status=MatchStatus.CREATED if is_new else MatchStatus.EXISTS,
            participants=len(match.participants),
            stats_updated=plays,
            year=match.started_at.year,
            timeline_task_id=task_id,
        )
