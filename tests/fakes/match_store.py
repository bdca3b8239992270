"""Matches in memory."""

from collections.abc import Collection
from dataclasses import replace

from src.core.domain.match import Match
from src.core.errors import Unavailable
from src.core.ports.match_store import MatchSummary, StoredMatch


class FakeMatchStore:
    """Implements `MatchStore`; `is_down` makes it fail as a dead Postgres would."""

    def __init__(self) -> None:
        self.matches: dict[str, StoredMatch] = {}
        self.gone: set[str] = set()
        self.is_down = False

    async def complete(self, match_ids: Collection[str]) -> frozenset[str]:
        """See `MatchStore.complete`."""
        self._check()
        there = (match_id for match_id in match_ids if match_id in self.matches)
        return frozenset(i for i in there if i in self.gone or self.matches[i].timeline is not None)

    async def store(self, stored: StoredMatch, *, timeline_gone: bool = False) -> bool:
        """See `MatchStore.store`."""
        self._check()
        match_id = stored.match.match_id
        known = self.matches.get(match_id)
        brings_timeline = stored.timeline is not None and stored.timeline_document is not None
        if known is not None and known.timeline is not None:
            return False
        if brings_timeline:
            self.matches[match_id] = stored if known is None else _with_timeline(known, stored)
            self.gone.discard(match_id)
            return True
        learns = timeline_gone and match_id not in self.gone
        if learns:
            self.gone.add(match_id)
        if known is None:
            self.matches[match_id] = replace(stored, timeline=None, timeline_document=None)
        return learns or known is None

    async def load(self, match_id: str) -> StoredMatch | None:
        """See `MatchStore.load`."""
        self._check()
        return self.matches.get(match_id)

    async def history(self, puuid: str, *, limit: int) -> tuple[MatchSummary, ...]:
        """See `MatchStore.history`."""
        self._check()
        lines = [line for stored in self.matches.values() if (line := _summary(stored.match, puuid))]
        return tuple(sorted(lines, key=lambda line: (line.started_at, line.match_id), reverse=True)[:limit])

    def _check(self) -> None:
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)


def _with_timeline(known: StoredMatch, stored: StoredMatch) -> StoredMatch:
    return replace(known, timeline=stored.timeline, timeline_document=stored.timeline_document)


def _summary(match: Match, puuid: str) -> MatchSummary | None:
    player = match.by_puuid(puuid)
    if player is None:
        return None
    return MatchSummary(
        match_id=match.match_id,
        started_at=match.started_at,
        champion=player.champion,
        queue_id=match.queue_id,
        outcome=player.outcome.value,
        kills=player.kills,
        deaths=player.deaths,
        assists=player.assists,
    )
