"""What Chimera says about one player's match."""

from enum import StrEnum
from operator import itemgetter
from typing import Final

from pydantic import BaseModel, ConfigDict

from src.core.domain.facts.model import ParticipantFacts, Place
from src.core.domain.match import GameKind, Outcome
from src.core.domain.objectives import Objective

LANE_MARKS: Final = (10, 15)
"""The minutes at which every answer compares the lane, as players do."""
MATTERS_FROM: Final = 0.05
"""A change of the win chance below this decides nothing."""


class LaneMark(BaseModel):
    """Own minus lane opponent's, at a minute. Gold, experience and creep score."""

    model_config = ConfigDict(frozen=True)

    minute: int
    gold_diff: int
    xp_diff: int
    cs_diff: int


class ObservationKind(StrEnum):
    """What an observation is about; each kind has one wording per language."""

    # From the timeline.
    GOLD_SWING = "gold_swing"  # the biggest change of the team gold difference within three minutes, if it mattered
    TEAM_LEAD = "team_lead"  # the biggest lead of a team that lost, the deepest deficit of one that won
    LANE_LEAD = "lane_lead"  # when the lane was furthest ahead or behind
    DEATHS_COST = "deaths_cost"  # a cluster of own deaths before 14:00 and what the enemy gained around it
    DEATH_AND_OBJECTIVE = "death_and_objective"  # an own death and what the enemy took within 60 s
    OBJECTIVE = "objective"  # the team's elite monsters and the player's part in them
    MONSTER_COUNT = "monster_count"  # elite monsters of both teams
    KILL_STREAK = "kill_streak"  # own kills and assists in a short time
    CS_PACE = "cs_pace"  # creep score per minute before and after a minute
    FIRST_DEATH = "first_death"
    NO_DEATH = "no_death"
    GOLD_PEAK = "gold_peak"  # the three minutes with the most own gold
    # From the end of the game.
    CS_TOTAL = "cs_total"  # creep score beside the lane opponent's


class Observation(BaseModel):
    """One true sentence in the making: its kind, the minute it names, and its numbers by name.

    `minute` is the minute of the game (floor of seconds / 60). `values` hold what the wording needs: keys ending in
    `_s` are seconds from game start, the rest is named and computed in `src.core.domain.observations`.
    """

    model_config = ConfigDict(frozen=True)

    kind: ObservationKind
    minute: int
    values: dict[str, int | float | str]


class GoldPoint(BaseModel):
    """The own team's gold minus the enemy's at `time_s`; `lane` is the player's minus the lane opponent's."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    team: int
    lane: int | None


class WinChance(BaseModel):
    """The own team's probability to win at `time_s`, 0 to 1, with the bounds that hold it nine times out of ten."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    own: float
    low: float
    high: float


class Taken(BaseModel):
    """An objective taken; `is_own`: by the own team. `is_soul`: the dragon that brings a team the soul (its fourth)."""

    model_config = ConfigDict(frozen=True)

    objective: Objective
    is_own: bool
    is_soul: bool


class Part(StrEnum):
    """What the player did in a champion's death."""

    KILLED = "killed"
    HELPED = "helped"
    DIED = "died"


class TimedTaking(BaseModel):
    """An objective of either team and when it was taken, in seconds from game start."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    taken: Taken


class OwnMoment(BaseModel):
    """A kill, an assist or a death of the player's, in seconds from game start."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    part: Part


class TimedKill(BaseModel):
    """A champion's kill of a champion, in seconds from game start; `is_own`: by the own team."""

    model_config = ConfigDict(frozen=True)

    time_s: float
    is_own: bool


class ScoreboardRow(BaseModel):
    """One participant's end of the game, for a comparison of all.

    `side` is the team's id (100 is blue, 200 red), in Arena the subteam's. `name` is the Riot ID as the match has it,
    or a pseudonym. `damage` is damage to champions.
    """

    model_config = ConfigDict(frozen=True)

    participant_id: int
    side: int
    is_me: bool
    name: str
    champion: str
    position: str | None
    placement: int | None
    kills: int
    deaths: int
    assists: int
    cs: int
    gold: int
    damage: int


class Turn(BaseModel):
    """What changed the own team's probability to win, from `before` at `time_s` to `after` at `until_s`.

    A fight, a kill, something taken: moments of the match's facts, as one turn where they follow each other within 20 s
    or come while a fight lasts. `place`: where all its fights and kills were, None if in several places. `is_fight`:
    there was a teamfight. `kills` of the own team in it, and its `deaths`; executions are deaths and no kills. `taken`:
    all objectives of that time, in order. `parts`: the player's in these deaths, in order. `for_good`: it decided the
    match, see `src.core.domain.turns`.
    """

    model_config = ConfigDict(frozen=True)

    time_s: float
    until_s: float
    place: Place | None
    is_fight: bool
    kills: int
    deaths: int
    taken: tuple[Taken, ...]
    parts: tuple[Part, ...] = ()
    before: float
    after: float
    for_good: bool = False

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """When it began and the probability before it, when it ended and the one after it."""
        return (self.time_s, self.before), (self.until_s, self.after)


class MatchAnalysis(BaseModel):
    """The answer to `/analyze`: facts only, no wording.

    `cs_per_minute` is 0 for a game without length. `gold` is empty without a timeline or without two teams. `marks`
    is empty without a timeline or without a lane opponent. `has_timeline` False: Riot has none for this match, or,
    with `timeline_may_come`, none yet. Champions are the document's names. `partners` are the champions of the Arena
    team, `team_count` says how many teams the placement is of. `suggestion` is the observation that what to try next
    is drawn from; it need not be one of `observations`. `mine` are the player's own facts. `win` is empty where there
    is no model of the win probability; `turns` are the up to three that changed it most, in order of time, the one that
    changed it for good among them.
    `own_moments` and `takings` come from the timeline, in order of time; objectives are empty without two teams.
    `scoreboard` has every participant, side by side: the own one first, in Arena the best placed one.
    """

    model_config = ConfigDict(frozen=True)

    match_id: str
    puuid: str
    player_name: str
    champion: str
    kind: GameKind
    queue_id: int
    mode: str
    patch: str
    started_at_ms: int
    duration_s: float
    outcome: Outcome
    placement: int | None
    position: str | None
    kills: int
    deaths: int
    assists: int
    cs: int
    cs_per_minute: float
    opponent_champion: str | None
    marks: tuple[LaneMark, ...]
    observations: tuple[Observation, ...]
    gold: tuple[GoldPoint, ...]
    has_timeline: bool
    timeline_may_come: bool = False
    timeline_stops_s: float | None = None
    partners: tuple[str, ...] = ()
    team_count: int | None = None
    suggestion: Observation | None = None
    mine: ParticipantFacts
    win: tuple[WinChance, ...] = ()
    turns: tuple[Turn, ...] = ()
    own_moments: tuple[OwnMoment, ...] = ()
    takings: tuple[TimedTaking, ...] = ()
    all_kills: tuple[TimedKill, ...] = ()
    scoreboard: tuple[ScoreboardRow, ...] = ()

    @property
    def chances(self) -> tuple[tuple[float, float], ...]:
        """When the own team had which probability to win, in order of time: at every minute and around every turn."""
        minutes = ((point.time_s, point.own) for point in self.win)
        turns = (end for turn in self.turns for end in turn.ends)
        return tuple(sorted((*minutes, *turns), key=itemgetter(0)))
