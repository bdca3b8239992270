"""Documents that Riot does not have, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from src.core.domain.absence import Absence, DocumentKind
from src.core.domain.match import Match
from src.core.domain.regions import Platform
from tests.fakes.match_store import FakeMatchStore


class FakeAbsenceStore:
    """Implements `AbsenceStore` beside the stored `matches`; fails when they are down. `looked_up` counts look-ups."""

    def __init__(self, matches: FakeMatchStore | None = None) -> None:
        self._matches = matches or FakeMatchStore()
        self.absences: dict[tuple[str, DocumentKind], Absence] = {}
        self.looked_up = 0

    async def known(self, match_ids: Collection[str]) -> tuple[Absence, ...]:
        """See `AbsenceStore.known`."""
        self._matches.check()
        self.looked_up += 1
        return tuple(absence for absence in self.absences.values() if absence.match_id in set(match_ids))

    async def note(self, absences: Sequence[Absence]) -> None:
        """See `AbsenceStore.note`."""
        self._matches.check()
        for found in absences:
            before = self.absences.get((found.match_id, found.document), found)
            self.absences[found.match_id, found.document] = Absence(
                found.match_id,
                found.document,
                times=max(before.times, found.times),
                ask_again_at=max(before.ask_again_at, found.ask_again_at),
            )

    async def newest_settled(self, platforms: Collection[Platform], *, ended_before: datetime) -> tuple[str, ...]:
        """See `AbsenceStore.newest_settled`."""
        self._matches.check()
        stored = [one.match for one in self._matches.matches.values()]
        ended = [match for match in stored if _ended_at(match) < ended_before]
        newest = {match.platform: match.match_id for match in sorted(ended, key=lambda match: match.started_at)}
        return tuple(newest[platform] for platform in set(platforms) if platform in newest)

    async def forget(self, *, ask_again_before: datetime) -> int:
        """See `AbsenceStore.forget`."""
        self._matches.check()
        kept = {of: absence for of, absence in self.absences.items() if absence.ask_again_at >= ask_again_before}
        gone, self.absences = len(self.absences) - len(kept), kept
        return gone


def _ended_at(match: Match) -> datetime:
    return match.started_at + timedelta(seconds=match.duration_s)
