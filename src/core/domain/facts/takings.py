"""What both teams took, in order of time."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from src.core.domain.facts.model import FOLLOWED_WITHIN_S, Followed
from src.core.domain.facts.nearby import milliseconds
from src.core.domain.match import Match
from src.core.domain.objectives import Objective, objective_of, taker_of
from src.core.domain.timeline import BuildingKill, MonsterKill, Timeline
from src.core.domain.timeline_detail import Spot, TimelineDetail


@dataclass(frozen=True, slots=True)
class Taking:
    """A team takes an objective; `spot`: where it fell."""

    team_id: int
    event: MonsterKill | BuildingKill
    spot: Spot | None

    @property
    def time_s(self) -> float:
        """Seconds from the game's start."""
        return self.event.time_s

    @property
    def objective(self) -> Objective:
        """What was taken."""
        return objective_of(self.event)

    @property
    def followed(self) -> Followed:
        """It, as something that followed."""
        return Followed(objective=self.objective, time_s=self.time_s, team_id=self.team_id)


class Takings:
    """What both teams took, in order of time; nothing where there are not two teams."""

    def __init__(self, match: Match, timeline: Timeline, detail: TimelineDetail) -> None:
        """Timeline and detail are read from the same document."""
        found = _taken(timeline, detail) if match.has_two_teams else ()
        self.all = tuple(sorted(found, key=attrgetter("time_s")))
        self._times_ms = [milliseconds(taking.time_s) for taking in self.all]

    def following(self, time_s: float) -> tuple[Followed, ...]:
        """What either team took up to 60 s after a moment: later than it, at the end of the minute included."""
        since = milliseconds(time_s)
        first = bisect_right(self._times_ms, since)
        last = bisect_right(self._times_ms, since + milliseconds(FOLLOWED_WITHIN_S))
        return tuple(taking.followed for taking in self.all[first:last])


def _taken(timeline: Timeline, detail: TimelineDetail) -> Iterator[Taking]:
    spots = (*detail.monster_spots, *detail.building_spots)
    for event, spot in zip(timeline.objectives, spots, strict=True):
        if (team := taker_of(event)) is not None:
            yield Taking(team, event, spot)
