"""A match's timeline: one frame a minute, and events in between."""

from typing import Final

from pydantic import BaseModel, ConfigDict

FRAME_SLACK_S: Final = 2.0
"""A minute's frame is due at the full minute, and comes up to so much later."""


class ParticipantSeries(BaseModel):
    """One participant's numbers at every frame, each tuple as long as `Timeline.frame_times`."""

    model_config = ConfigDict(frozen=True)

    total_gold: tuple[int, ...]
    xp: tuple[int, ...]
    level: tuple[int, ...]
    lane_minions: tuple[int, ...]
    jungle_monsters: tuple[int, ...]

    def cs(self, frame: int) -> int:
        """Creep score at a frame."""
        return self.lane_minions[frame] + self.jungle_monsters[frame]


class Kill(BaseModel):
    """A champion's death at `time_s`. `killer_id` 0 is an execution; positions are map units or None."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    killer_id: int
    victim_id: int
    assist_ids: tuple[int, ...]
    x: int | None
    y: int | None
    bounty: int
    shutdown_bounty: int

    @property
    def paid(self) -> int:
        """Gold that the kill paid the killer. A negative shutdown (Swiftplay) is taken off the bounty already."""
        return max(self.bounty, 0) + max(self.shutdown_bounty, 0)


class MonsterKill(BaseModel):
    """An elite monster taken: `monster` is DRAGON, BARON_NASHOR, RIFTHERALD, HORDE, ATAKHAN or a newer one.

    `subtype` is the dragon's kind. `team_id` is the taker's (300: nobody's). `assist_ids` helped the killer.
    """

    model_config = ConfigDict(frozen=True)

    time_s: float
    monster: str
    subtype: str | None
    killer_id: int
    team_id: int
    assist_ids: tuple[int, ...] = ()


class BuildingKill(BaseModel):
    """A building destroyed. `lost_by_team_id` is the team that lost it (Riot's `teamId`); killer 0 is a minion."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    building: str
    tower: str | None
    lane: str | None
    killer_id: int
    lost_by_team_id: int
    assist_ids: tuple[int, ...] = ()


class Timeline(BaseModel):
    """What is read from a timeline.

    `frame_times` are seconds from the game's start; the last frame is its end, unless the document stops before that.
    `series` is keyed by participant id.
    """

    model_config = ConfigDict(frozen=True)

    match_id: str
    frame_times: tuple[float, ...]
    series: dict[int, ParticipantSeries]
    kills: tuple[Kill, ...]
    monsters: tuple[MonsterKill, ...]
    buildings: tuple[BuildingKill, ...]

    @property
    def objectives(self) -> tuple[MonsterKill | BuildingKill, ...]:
        """What fell: the monsters, then the buildings."""
        return (*self.monsters, *self.buildings)

    def frame_at(self, minute: int) -> int | None:
        """The index of that minute's frame, or None if the timeline ends before it.

        The rule: the frame whose time is within `60 * minute` .. + 2 s, else the last one before; the
        last frame must lie at or after the mark.
        """
        mark = 60.0 * minute
        if not self.frame_times or self.frame_times[-1] < mark:
            return None
        within = [i for i, t in enumerate(self.frame_times) if mark <= t <= mark + FRAME_SLACK_S]
        if within:
            return within[0]
        before = [i for i, t in enumerate(self.frame_times) if t < mark]
        return before[-1] if before else None
