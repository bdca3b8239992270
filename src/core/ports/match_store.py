"""Where matches and timelines are kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from src.core.domain.documents import RawDocument
from src.core.domain.job import NewJob
from src.core.domain.match import Match
from src.core.domain.match_summary import MatchSummary
from src.core.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A match and, if Riot had one, its timeline: Riot's documents and what was read from them.

    Of the timeline's document the store needs the bytes only (see `RawDocument.closed`), of the match's the object too.
    `edition`: a name that the store gives to what it has loaded. A replacement has another one, and so has the match
    with a timeline that comes later; names that an erasure changes make no difference.
    """

    match: Match
    match_document: RawDocument
    timeline: Timeline | None
    timeline_document: RawDocument | None
    edition: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class KnownMatches:
    """Ids of stored matches: `complete` are those with a timeline or known to have none, the others may get one.

    `hiding` are of neither: the player that was asked about has been forgotten in them and is back.
    """

    complete: frozenset[str]
    without_timeline: frozenset[str]
    hiding: frozenset[str] = frozenset()


class MatchStore(Protocol):
    """Matches, timelines and participants. Raises Unavailable when the database cannot be reached.

    Players who have asked to be forgotten are pseudonyms in whatever is stored and loaded, documents included (see
    `core.domain.pseudonyms`); nothing counts for them.
    """

    async def known(self, match_ids: Collection[str], *, of: str | None = None) -> KnownMatches:
        """Those of the ids that are stored, by what is to be done about them.

        `of`: a PUUID whose matches these are, as Riot says; if it is linked, those in which it stands nowhere, but
        somebody as a pseudonym, are `hiding` it: a replacement gives it its place back.
        """
        ...

    async def complete(self, match_ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are stored for good: with a timeline, or known to have none."""
        ...

    async def store(
        self,
        stored: StoredMatch,
        *,
        timeline_gone: bool = False,
        counted_for: str | None = None,
        jobs: Sequence[NewJob] = (),
        replace: bool = False,
    ) -> bool:
        """Keep a match, its participants and its timeline in one transaction.

        Idempotent: what is already there stays, a timeline that was missing is added. `timeline_gone`: Riot
        has none and will not have one. `counted_for`: a PUUID whose yearly statistics count this match, once,
        whoever stored it first (see `YearlyStatisticsStore`). `jobs` are submitted in the same transaction.
        `replace`: what is there is damaged and gives way to this, but for a timeline that can still be read where
        this brings none; statistics that counted the match are counted anew from what is stored. Places that are
        pseudonyms stay it, but for those of linked accounts. Answers True if anything of the match or its timeline was
        new.
        """
        ...

    async def store_many(
        self,
        matches: Sequence[StoredMatch],
        *,
        gone: Collection[str] = (),
        counted_for: str | None = None,
    ) -> frozenset[str]:
        """Keep several matches in one transaction: all of them or, if it fails, none.

        Each is kept as `store` keeps it; `gone` are the ids of those whose timeline Riot will not have any more,
        `counted_for` a PUUID whose yearly statistics count all of them, each once. Answers the ids of which anything
        was new.
        """
        ...

    async def intact(self, match_ids: Collection[str], *, of: str | None = None) -> frozenset[str]:
        """Those of the ids that are stored for good and can be read back whole.

        Checked: the bodies decompress to JSON of this match, every participant has its row, and the timeline that
        should be there is there and belongs to the match. `of`: as for `known`; a match
        that hides this player is not whole.
        """
        ...

    async def load(self, match_id: str) -> StoredMatch | None:
        """A stored match with its timeline, or None."""
        ...

    async def history(self, puuid: str, *, limit: int) -> tuple[MatchSummary, ...]:
        """A player's stored matches, newest first."""
        ...
