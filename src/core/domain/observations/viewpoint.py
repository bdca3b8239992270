"""A match seen from one player's seat."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from src.core.domain.match import GameKind, Match, Participant
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, Timeline

_MARKS: Final = (10, 15)  # the minutes at which players compare lanes


@dataclass(frozen=True)
class Viewpoint:
    """A match, its timeline if there is one, and whose eyes it is seen through."""

    match: Match
    timeline: Timeline | None
    me: Participant

    @cached_property
    def team(self) -> tuple[Participant, ...]:
        """The player's team, the player included. Arena's teams are its subteams; Riot's `teamId` says nothing there.

        An Arena player without a subteam stands alone.
        """
        if self.match.kind is not GameKind.ARENA:
            return tuple(p for p in self.match.participants if p.team_id == self.me.team_id)
        if self.me.subteam_id is None:
            return (self.me,)
        return tuple(p for p in self.match.participants if p.subteam_id == self.me.subteam_id)

    @cached_property
    def enemies(self) -> tuple[Participant, ...]:
        """The other team of a match between two teams, else nobody."""
        if self.match.kind is GameKind.ARENA:
            return ()
        others = tuple(p for p in self.match.participants if p.team_id != self.me.team_id)
        return others if len({p.team_id for p in others}) == 1 else ()

    @cached_property
    def opponent(self) -> Participant | None:
        """The lane opponent, where there is one."""
        return self.match.lane_opponent(self.me)

    @cached_property
    def team_gold_diff(self) -> tuple[int, ...]:
        """Own team's gold minus the enemy's at every frame; empty without a timeline or without two teams."""
        if self.timeline is None or not self.enemies:
            return ()
        series = self.timeline.series
        return tuple(
            sum(series[p.participant_id].total_gold[frame] for p in self.team)
            - sum(series[p.participant_id].total_gold[frame] for p in self.enemies)
            for frame in range(len(self.timeline.frame_times))
        )

    @cached_property
    def lane_gold_diff(self) -> tuple[int, ...]:
        """Own gold minus the lane opponent's at every frame; empty without either."""
        if self.timeline is None or self.opponent is None:
            return ()
        own = self.timeline.series[self.me.participant_id].total_gold
        theirs = self.timeline.series[self.opponent.participant_id].total_gold
        return tuple(a - b for a, b in zip(own, theirs, strict=True))

    @cached_property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The minutes at which every answer compares the lane, with their frames, as far as the game got."""
        if self.timeline is None or self.opponent is None:
            return ()
        frames = ((minute, self.timeline.frame_at(minute)) for minute in _MARKS)
        return tuple((minute, frame) for minute, frame in frames if frame is not None)

    @cached_property
    def own_deaths(self) -> tuple[Kill, ...]:
        """The player's deaths, in order."""
        kills = self.timeline.kills if self.timeline else ()
        return tuple(kill for kill in kills if kill.victim_id == self.me.participant_id)

    @cached_property
    def own_kills_and_assists(self) -> tuple[Kill, ...]:
        """The kills the player made or helped with, in order."""
        return tuple(kill for kill in (self.timeline.kills if self.timeline else ()) if self.took_part(kill))

    def took_part(self, event: Kill | MonsterKill | BuildingKill) -> bool:
        """True if the event credits the player with the kill or an assist."""
        return self.me.participant_id == event.killer_id or self.me.participant_id in event.assist_ids

    def is_enemy(self, participant_id: int) -> bool:
        """True for a member of the other team (never for 0, Riot's nobody)."""
        return any(p.participant_id == participant_id for p in self.enemies)

    def is_own(self, participant_id: int) -> bool:
        """True for a member of the player's team."""
        return any(p.participant_id == participant_id for p in self.team)
