"""One match of a player's history, in a line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from src.core.domain.match import GameKind, Outcome


@dataclass(frozen=True, slots=True)
class MatchSummary:
    """A line of a player's stored history.

    `duration_s` in seconds, `cs` = lane minions + jungle monsters. `mode`, `kind` and `queue_id` are the match's,
    `position` and `placement` the player's (see `Participant`).
    """

    match_id: str
    started_at: datetime
    duration_s: float
    queue_id: int
    mode: str
    kind: GameKind
    champion: str
    position: str | None
    placement: int | None
    outcome: Outcome
    kills: int
    deaths: int
    assists: int
    cs: int

    @property
    def ended_at(self) -> datetime:
        """When the game was over, UTC."""
        return self.started_at + timedelta(seconds=self.duration_s)
