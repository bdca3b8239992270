"""Players' years, added up from the matches of a fake store."""

import math
from collections.abc import Collection
from datetime import UTC

from src.core.domain.match import Match, Outcome
from src.core.domain.yearly_statistics import YearlyStatistics
from tests.fakes.match_store import FakeMatchStore

_SUMS = ("kills", "deaths", "assists", "cs", "gold", "damage_to_champions", "vision_score")


class FakeYearlyStatisticsStore:
    """Implements `YearlyStatisticsStore` over what `matches` holds and counts; fails when that is down."""

    def __init__(self, matches: FakeMatchStore) -> None:
        self._matches = matches

    async def count(self, puuid: str, match_ids: Collection[str]) -> int:
        """See `YearlyStatisticsStore.count`."""
        self._matches.check()
        return sum(self._matches.count(puuid, match_id) for match_id in match_ids)

    async def of(self, puuid: str, year: int) -> YearlyStatistics | None:
        """See `YearlyStatisticsStore.of`."""
        return await self.recount(puuid, year)

    async def recount(self, puuid: str, year: int) -> YearlyStatistics | None:
        """See `YearlyStatisticsStore.recount`."""
        self._matches.check()
        counted = [self._matches.matches[match_id].match for match_id, of in self._matches.counted if of == puuid]
        return _added_up(puuid, year, [match for match in counted if match.started_at.astimezone(UTC).year == year])


def _added_up(puuid: str, year: int, matches: list[Match]) -> YearlyStatistics | None:
    if not matches:
        return None
    played = [
        (match, player) for match in matches
        if (player := match.by_puuid(puuid)) and player.outcome in {Outcome.WIN, Outcome.LOSS}
    ]  # fmt: skip
    wins = sum(player.outcome is Outcome.WIN for _, player in played)
    return YearlyStatistics(
        puuid=puuid,
        year=year,
        games=len(played),
        wins=wins,
        losses=len(played) - wins,
        remakes=len(matches) - len(played),
        seconds=round(math.fsum(match.duration_s for match, _ in played), 3),
        **{name: sum(getattr(player, name) for _, player in played) for name in _SUMS},
    )
