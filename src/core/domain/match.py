"""A finished match, as its match-v5 document tells it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId

BLUE: Final = 100
RED: Final = 200
POSITIONS: Final = ("TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY")
"""Riot's `teamPosition`, in the order in which people read them."""


class GameKind(StrEnum):
    """What one may say about a match: lanes only where there are lanes."""

    RIFT = "rift"  # Summoner's Rift with positions: lanes, lane opponents
    RIFT_NO_LANES = "rift_no_lanes"  # on the Rift, but nobody has a position (URF ...)
    ARAM = "aram"
    ARENA = "arena"
    OTHER = "other"  # a mode or map Chimera has not met: only what needs no map


class Outcome(StrEnum):
    """How a match ended for one player."""

    WIN = "win"
    LOSS = "loss"
    REMAKE = "remake"  # neither a win nor a loss
    ABORTED = "aborted"  # Riot ended it unexpectedly; the winner says nothing


class Participant(BaseModel):
    """One player's end-of-game numbers. Gold and damage in the game's units.

    `puuid` is None for bots. `position` is one of `POSITIONS` or None.
    `cs` = lane minions + jungle monsters. `placement` and `subteam_id` exist in Arena only.
    """

    model_config = ConfigDict(frozen=True)

    participant_id: int
    puuid: str | None
    name: str
    riot_id: RiotId | None
    champion: str
    champion_id: int
    champion_level: int
    team_id: int
    position: str | None
    outcome: Outcome
    kills: int
    deaths: int
    assists: int
    lane_minions: int
    jungle_monsters: int
    gold: int
    damage_to_champions: int
    vision_score: int
    placement: int | None = None
    subteam_id: int | None = None

    @property
    def cs(self) -> int:
        """Creep score: lane minions and jungle monsters."""
        return self.lane_minions + self.jungle_monsters


class Match(BaseModel):
    """A match. Times are seconds; `started_at` is UTC; `patch` is `major.minor`.

    `mode` and `queue_id` are Riot's and stay open: new ones appear every season.
    """

    model_config = ConfigDict(frozen=True)

    match_id: str
    platform: Platform | None
    queue_id: int
    map_id: int
    mode: str
    patch: str
    game_version: str
    started_at: datetime
    duration_s: float
    kind: GameKind
    is_remake: bool
    is_aborted: bool
    participants: tuple[Participant, ...]

    @property
    def is_on_the_rift(self) -> bool:
        """True on Summoner's Rift, whether or not there are lanes."""
        return self.kind in {GameKind.RIFT, GameKind.RIFT_NO_LANES}

    @property
    def has_two_teams(self) -> bool:
        """True if blue plays against red, and nobody else is there."""
        return self.kind is not GameKind.ARENA and {p.team_id for p in self.participants} == {BLUE, RED}

    @property
    def winner(self) -> int | None:
        """The team of two that won.

        None for a remake and an aborted game, where there are not two teams, and where both have won or neither has.
        """
        winners = {p.team_id for p in self.participants if p.outcome is Outcome.WIN}
        return winners.pop() if self.has_two_teams and len(winners) == 1 else None

    def by_puuid(self, puuid: str) -> Participant | None:
        """The participant with this PUUID, or None."""
        return next((p for p in self.participants if p.puuid == puuid), None)

    def lane_opponent(self, participant: Participant) -> Participant | None:
        """The one enemy in the same position; None where there are no lanes or it is not unique."""
        if self.kind is not GameKind.RIFT or participant.position is None:
            return None
        rivals = [
            p for p in self.participants
            if p.team_id != participant.team_id and p.position == participant.position
        ]  # fmt: skip
        return rivals[0] if len(rivals) == 1 else None
