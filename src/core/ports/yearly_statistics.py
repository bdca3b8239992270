"""Where players' years are added up."""

from collections.abc import Collection
from typing import Protocol

from src.core.domain.yearly_statistics import YearlyStatistics


class YearlyStatisticsStore(Protocol):
    """One line per player and year, kept up to date match by match; each match counts once.

    The year is that of the match's start, UTC. Raises Unavailable when the database cannot be reached.
    """

    async def count(self, puuid: str, match_ids: Collection[str]) -> int:
        """Count those of the stored matches that are the player's and not counted yet; answers how many were new."""
        ...

    async def of(self, puuid: str, year: int) -> YearlyStatistics | None:
        """The player's year, or None if none of its matches has been counted."""
        ...

    async def recount(self, puuid: str, year: int) -> YearlyStatistics | None:
        """The same, added up anew from the stored matches that were counted; changes nothing."""
        ...
