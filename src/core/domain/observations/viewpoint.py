"""A match seen from one player's seat."""

from dataclasses import dataclass
from functools import cached_property

from src.core.domain.facts.model import KillFact, MatchFacts, ObjectiveFact, ParticipantFacts
from src.core.domain.facts.teams import team_of
from src.core.domain.match import BLUE, Match, Participant
from src.core.domain.timeline import FRAME_SLACK_S, Timeline


@dataclass(frozen=True)
class Viewpoint:
    """A match, its timeline if there is one, the facts of both, and whose eyes it is seen through."""

    match: Match
    timeline: Timeline | None
    facts: MatchFacts
    me: Participant

    @property
    def mine(self) -> ParticipantFacts:
        """The player's own facts."""
        return self.facts.of(self.me.participant_id)

    @cached_property
    def team(self) -> tuple[Participant, ...]:
        """The player's team, the player included."""
        return team_of(self.match, self.me)

    @cached_property
    def enemies(self) -> tuple[Participant, ...]:
        """The other team of a match between blue and red, else nobody."""
        if not self.match.has_two_teams:
            return ()
        return tuple(p for p in self.match.participants if p.team_id != self.me.team_id)

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

    def on_the_clock(self, time_s: float) -> float:
        """A frame's time as the game's clock has it: the last frame comes up to a second or two after the end."""
        return min(time_s, self.match.duration_s or time_s)

    def win_chance(self, time_s: float) -> float | None:
        """The own team's probability to win at a frame; None where it is not known, and at the end, when it is none."""
        for point in self.facts.win_probability:
            if abs(time_s - 60 * point.minute) <= FRAME_SLACK_S and 0 < point.blue < 1:
                return point.blue if self.me.team_id == BLUE else 1 - point.blue
        return None

    @cached_property
    def own_deaths(self) -> tuple[KillFact, ...]:
        """The player's deaths, in order."""
        return tuple(kill for kill in self.facts.kills if kill.victim_id == self.me.participant_id)

    @cached_property
    def own_kills_and_assists(self) -> tuple[KillFact, ...]:
        """The kills the player made or helped with, in order."""
        return tuple(kill for kill in self.facts.kills if self.took_part(kill))

    def took_part(self, event: KillFact | ObjectiveFact) -> bool:
        """True if the event credits the player with the kill or an assist."""
        return self.me.participant_id == event.killer_id or self.me.participant_id in event.assist_ids

    def is_enemy(self, participant_id: int) -> bool:
        """True for a member of the other team (never for 0, Riot's nobody)."""
        return any(p.participant_id == participant_id for p in self.enemies)

    def is_own(self, participant_id: int) -> bool:
        """True for a member of the player's team."""
        return any(p.participant_id == participant_id for p in self.team)
