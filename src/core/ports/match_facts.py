"""Where the facts of matches are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from src.core.domain.facts.model import MatchFacts


@dataclass(frozen=True, slots=True)
class StaleFacts:
    """A match whose facts are missing or of a lower version, and the edition of it that is stored."""

    match_id: str
    edition: str


@dataclass(frozen=True, slots=True)
class ComputedFacts:
    """What came of computing a match's facts from one edition of it (see `StoredMatch`).

    `facts` None: they cannot be computed from what is stored.
    """

    match_id: str
    edition: str
    facts: MatchFacts | None


class MatchFactsStore(Protocol):
    """Facts beside the stored matches that they are of. Raises Unavailable when the database cannot be reached.

    Whatever changes a match or adds its timeline leaves it without facts; an erasure, which changes names only, leaves
    them where they are.
    """

    async def load(self, match_id: str, *, edition: str, version: int) -> MatchFacts | None:
        """The facts of this version that were computed from this edition of the match.

        None as well where they could not be computed, or what was kept of them cannot be read back.
        """
        ...

    async def keep(self, computed: Sequence[ComputedFacts], *, version: int) -> None:
        """Keep facts of this version, each of them if the edition they are of is still the one that is stored.

        Idempotent. Facts of a higher version stay: a newer worker has kept them. Where facts are None the match counts
        as done at this version, unless it has facts of this version.
        """
        ...

    async def stale(self, version: int, *, limit: int) -> tuple[StaleFacts, ...]:
        """Matches that were not done at this version or a higher one: those without any facts first."""
        ...
