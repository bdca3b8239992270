"""What Chimera knows about a match: every fact, its unit and its definition. This is the one place where they stand.

Times (`..._s`) are seconds from the game's start, positions map units, gold and damage the game's units. Participants
are named by Riot's participant id, never by a name or PUUID: whoever has the match's document knows who they are. Team
100 is blue, 200 red; in Arena a team is a subteam. What cannot be known is None, never a guess: without a timeline all
that comes from it, without lanes all that is about lanes.

`MatchFacts` as JSON is what `chimera analyze-file` prints; `docs/facts.schema.json` is its schema.
"""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from src.core.domain.match import GameKind, Outcome
from src.core.domain.objectives import Objective
from src.core.domain.win_probability.curve import WinPoint

FACTS_VERSION: Final = 1
"""Counted up whenever a definition, or what computes it, changes: stored facts of another version are computed anew."""

MINUTES: Final = (5, 10, 14, 15, 20, 25, 30)
"""The minute marks. A mark's frame: that with a timestamp within 60 s x m .. + 2 s, else the last one before."""

LANING_UNTIL_S: Final = 14 * 60.0
"""Until 14:00 there is the laning phase: Chimera's convention, for no rule of the game ends it."""

FOLLOWED_WITHIN_S: Final = 60.0
"""What happens up to so long after a death, fight or objective followed it. It need not have been caused by it."""


TOLD_FROM: Final = 0.02
"""A change of the win probability below this is no moment."""


class Fact(BaseModel):
    """Facts do not change."""

    model_config = ConfigDict(frozen=True)


class Place(StrEnum):
    """Where on Summoner's Rift, by the first of these that holds (see `core.domain.facts.places`)."""

    BLUE_BASE = "blue_base"
    RED_BASE = "red_base"
    BARON_PIT = "baron_pit"  # also the herald's and the grubs'
    DRAGON_PIT = "dragon_pit"
    TOP_LANE = "top_lane"
    MID_LANE = "mid_lane"
    BOT_LANE = "bot_lane"
    RIVER_TOP = "river_top"  # between mid and top lane
    RIVER_BOT = "river_bot"
    BLUE_TOP_JUNGLE = "blue_top_jungle"  # blue's quadrant between mid and top lane (blue's buff)
    BLUE_BOT_JUNGLE = "blue_bot_jungle"  # red buff's
    RED_TOP_JUNGLE = "red_top_jungle"  # red's quadrant between mid and top lane (red buff's)
    RED_BOT_JUNGLE = "red_bot_jungle"


class GameState(StrEnum):
    """Whether the result counts."""

    FINISHED = "finished"
    REMAKE = "remake"  # the players voted to end it in the first minutes: neither won nor lost
    ABORTED = "aborted"  # Riot ended it unexpectedly: there is a winner in the document, and it says nothing


class Basis(Fact):
    """How much data the match's facts rest on.

    `frames` and `events` of the timeline (0 without one); `last_frame_s`: as far as it reaches; `kills`: champion
    deaths in it, `kills_placed` those whose place is known. `lanes`: whether participants have positions. `unreadable`:
    how many positions and events of the timeline could not be read; facts go without them.
    """

    timeline: bool
    frames: int
    events: int
    last_frame_s: float | None
    kills: int
    kills_placed: int
    lanes: bool
    unreadable: int = 0


class MinuteMark(Fact):
    """One participant at a minute mark. All None if game or timeline end before it, or without a timeline.

    `frame_s`: the time of the frame it was read from, which may lie well before the mark where frames are missing.
    `gold`: earned since the start. `xp`: experience. `cs`: lane minions + jungle monsters, `jungle_cs`: the latter.
    `..._diff`: minus the lane opponent's; None without one.
    """

    frame_s: float | None = None
    gold: int | None = None
    xp: int | None = None
    cs: int | None = None
    jungle_cs: int | None = None
    level: int | None = None
    gold_diff: int | None = None
    xp_diff: int | None = None
    cs_diff: int | None = None


class WardPhase(Fact):
    """Wards of one participant from `from_s` (included) until `until_s` (excluded; None: the end).

    `placed` counts WARD_PLACED events but for the types UNDEFINED and TEEMO_MUSHROOM, which are no wards; `control`
    those of type CONTROL_WARD; `cleared` counts WARD_KILL events, of any type but these two.
    """

    from_s: float
    until_s: float | None
    placed: int
    control: int
    cleared: int


class ItemCompleted(Fact):
    """An item put together at `time_s`; no component, potion, elixir or trinket, but boots, better ones a second time.

    Its purchase, or another one of that item in this match, consumed components: what the same participant had
    destroyed (ITEM_DESTROYED) at the same timestamp, just before the purchase, the item itself and trinkets aside. It
    was not undone. And the item is none to be built on: neither did a purchase in this match consume one of it (boots
    aside), nor is it among the `COMPONENTS` or `POTIONS` of `core.domain.facts.item_kinds`.

    A limit: an item bought whole is missed if nobody in the match put one together (18 of 2,535 in real games of the
    Rift). In Arena items are bought whole, and so there are none.
    """

    time_s: float
    item_id: int


class Recall(Fact):
    """A visit to the shop by one who came back to it: purchases of one participant, each at most 30 s after the last.

    A visit that began in the first 90 s is none, nor one that began up to 75 s (included) after a death of the
    participant: the dead shop too. In real games of the Rift such visits become ever fewer until 65 to 75 s after a
    death, and other ones begin then. Ornn, who can buy anywhere, may have a visit that is none.

    `time_s`: the first purchase, undone or not. `gold_spent` is not known (documents hold no prices); `items` are the
    ids bought and not undone, in order: none, if all of it was. An undone purchase is the last of that item before it;
    ITEM_UNDO names it as `beforeId`, an exchange of trinkets as `afterId`.
    """

    time_s: float
    items: tuple[int, ...]


class Roam(Fact):
    """A laner's part in a kill away from the own lane before 14:00.

    Top, middle, bottom and utility only: they killed, helped or died, and the place is neither a base nor their own
    ground: the own lane and the river beside it (`RIVER_TOP`, `BARON_PIT` for top; `RIVER_BOT`, `DRAGON_PIT` for bottom
    and utility, whose lane is the bottom one; both rivers for middle). An execution is no kill. `part` is `kill`,
    `assist` or `death`.
    """

    time_s: float
    place: Place
    part: str


class ParticipantFacts(Fact):
    """One participant's match.

    Shares are fractions of the team's total, 0 where the team has none: `kill_participation` = (kills + assists) / the
    kills of the team's players, at most 1 (in Arena one may help with another team's kill); `damage_share` of damage to
    champions, `gold_share` of gold earned, `kill_share`, `death_share`. `damage_per_gold` = damage to champions / gold
    earned (0 without gold). These rest on the match document. What they are parts of: `team_kills`, `team_damage`,
    `team_gold`, `team_deaths`.

    `wards_placed`, `wards_killed`, `control_wards` (placed): the end-of-game numbers `wardsPlaced`, `wardsKilled`,
    `detectorWardsPlaced`; None where the document has none. `ward_phases`: until 14:00, until 25:00, and the rest, as
    far as the game got (one of 25:00 sharp has all three); only on Summoner's Rift, empty elsewhere.

    `..._before_14` and `..._before_15`: events strictly before that minute.

    `solo_kills`: without assists; `solo_deaths`: to one enemy without assists. `gank_deaths`: deaths in the laning
    phase (before 14:00) of a laner on their own ground (see `Roam`) with an enemy among killer and helpers whose
    position is known and not of that lane (bottom and utility are one); those whose place is not known do not count.
    0 for junglers; None without a position or timeline, and for a laner who died before 14:00, but nobody knows where.
    `first_blood`: `kill`, `assist`, `victim` or None.

    `objectives_taken`: those of the own team with the participant as killer or helper. `plates`: turret plates credited
    to the participant as the killer; `towers` (nexus towers too) destroyed as killer or helper. None where there are
    not two teams.

    `skill_order`: the slots (1 to 4) in the order points were put into them, those beyond the level too (an Elixir of
    Skill gives one, some champions have more); to evolve a skill is no point. `level_times`: seconds at which levels 2,
    3, ... were reached, None for one of which the timeline does not tell (the first ones of Arena).

    `team_id`: Riot's, which means nothing in Arena: `subteam_id` is the team there. `lane_opponent`: a participant id.
    `partners`: the others of an Arena team.
    """

    champion: str
    team_id: int
    outcome: Outcome
    position: str | None
    lane_opponent: int | None
    subteam_id: int | None = None
    placement: int | None = None
    partners: tuple[int, ...] = ()
    kills: int
    deaths: int
    assists: int
    minutes: dict[str, MinuteMark]
    deaths_before_14: int | None = None
    deaths_before_15: int | None = None
    kills_before_14: int | None = None
    assists_before_14: int | None = None
    kill_participation: float
    team_kills: int
    team_deaths: int
    team_damage: int
    team_gold: int
    damage_share: float
    gold_share: float
    kill_share: float
    death_share: float
    damage_per_gold: float
    wards_placed: int | None = None
    wards_killed: int | None = None
    control_wards: int | None = None
    ward_phases: tuple[WardPhase, ...] = ()
    solo_kills: int | None = None
    solo_deaths: int | None = None
    gank_deaths: int | None = None
    first_blood: str | None = None
    objectives_taken: int | None = None
    plates: int | None = None
    towers: int | None = None
    recalls: tuple[Recall, ...] = ()
    items: tuple[ItemCompleted, ...] = ()
    skill_order: tuple[int, ...] = ()
    level_times: tuple[float | None, ...] = ()
    roams: tuple[Roam, ...] = ()


class Followed(Fact):
    """An objective that fell up to 60 s after something; `team_id` took it."""

    objective: Objective
    time_s: float
    team_id: int


class KillFact(Fact):
    """A champion's death.

    `killer_id` 0: an execution, nobody's kill. `assist_ids` leaves out Riot's 0, nobody either. `place` is None off
    Summoner's Rift or without a position. `allies_near` counts the victim's side, the victim not included,
    `enemies_near` the others: participants that the event names, and those known to have been within 2,500 units of
    it who did not die at the same time or in the 10 s before it (the start included). They are known by either of:
    - an event up to 10 s before or after (bounds included) places them there: as killer or victim of a champion kill,
      or as the killer of an elite monster, a building or a plate, with a position;
    - a frame up to 5 s before or after places them there, and they are not dead in it. The dead lie in frames exactly
      where they last died: whom a frame has there does not count.
    `gold`: what the kill paid the killer (bounty + shutdown, neither below 0), `shutdown`: the shutdown's part; both 0
    for an execution. `gold_swing`: how the gold difference, the killer's team minus the victim's, changed from the last
    frame before the death to the first frame 60 s or more after it; None for an execution, and unless the one frame
    is at most 62 s before the death and the other at most 122 s after it.
    `followed`: objectives that either team took within 60 s after it (start excluded, end included); empty where there
    are not two teams. `is_solo`: one enemy, no helper, not even one that Riot calls 0. `is_gank`: it is one of the
    victim's `gank_deaths`; None where the victim has no position (as where there are no lanes) or the place is not
    known. `is_first_blood`: it is the first death that has a participant as its killer. `win_change`: how blue's win
    probability changed at the event; None where there is no model.
    """

    time_s: float
    killer_id: int
    victim_id: int
    assist_ids: tuple[int, ...]
    place: Place | None
    x: int | None
    y: int | None
    allies_near: int
    enemies_near: int
    gold: int
    shutdown: int
    gold_swing: int | None
    followed: tuple[Followed, ...]
    is_solo: bool
    is_gank: bool | None
    is_first_blood: bool
    win_change: float | None


class ObjectiveFact(Fact):
    """An objective that a team took.

    `subtype`: the dragon's kind as Riot writes it, the tower's tier. `lane`: of a building. `killer_id` 0: minions or
    nobody. `assist_ids`: helpers of the team that took it (Riot also lists enemies who struck a monster). `there`:
    participants of either team who were there, in order of their ids: all whom the event names, and those near the
    objective as `KillFact` has it, so none who died just before. `win_change`: as for kills.
    """

    objective: Objective
    subtype: str | None
    time_s: float
    lane: str | None
    killer_id: int
    assist_ids: tuple[int, ...]
    there: tuple[int, ...]
    win_change: float | None


class PlateFact(Fact):
    """A turret plate that a team destroyed, at any time of the game; `killer_id` 0: minions."""

    time_s: float
    lane: str | None
    killer_id: int


class TeamFacts(Fact):
    """One team of two. `objectives` and `plates` in order of time; empty without a timeline.

    `won`: it is the match's `winner`; so nobody won a remake or an aborted game. `kills`, `gold`: its players'.
    `first_blood`: the kill that `is_first_blood` was this team's; `first_tower`: this team destroyed the first tower.
    None without a timeline, or if nobody had it.
    """

    won: bool
    kills: int
    gold: int
    objectives: tuple[ObjectiveFact, ...] = ()
    plates: tuple[PlateFact, ...] = ()
    first_blood: bool | None = None
    first_tower: bool | None = None


class Fight(Fact):
    """A teamfight: three or more deaths, or two with six or more participants, near each other in time and space.

    Deaths belong together when the next is at most 15 s after one of them and at most 4,000 units from it (a death
    without a position joins by time alone), directly or through others. Only between two teams. `kills`: which of the
    match's `kills` they are. `x`, `y`: the mean of their positions, rounded down; `place`: that of most of them, the
    earliest of equals. `blue`, `red`: ids, in order, of those who killed, helped, died, or were near one of the deaths
    (as for kills, but those who had died just before it count: they had a part). `blue_deaths`, `red_deaths`: ids in
    order of time (who died twice stands twice). `winner`: the team with fewer deaths, None if equal. `followed`:
    objectives up to 60 s after the last death, by either team, as for kills. `gold`: what blue's kills paid minus what
    red's paid. `win_change`: blue's win probability after the last death minus before the first.
    """

    start_s: float
    end_s: float
    place: Place | None
    x: int | None
    y: int | None
    kills: tuple[int, ...]
    blue: tuple[int, ...]
    red: tuple[int, ...]
    blue_deaths: tuple[int, ...]
    red_deaths: tuple[int, ...]
    winner: int | None
    gold: int
    followed: tuple[Followed, ...]
    win_change: float | None


class MomentKind(StrEnum):
    """What turned the game."""

    FIGHT = "fight"
    KILL = "kill"
    OBJECTIVE = "objective"


class Moment(Fact):
    """One of the up to ten events that changed the win probability most, by 2 points or more; in order of time.

    A kill that is part of a fight is told by the fight alone; an objective taken meanwhile is told beside it. `time_s`:
    of a fight its first death. `team_id`: whose probability rose; of an objective, the team that took it. `before`,
    `after`: blue's probability before and after the event (a fight: before its first death, after its last); `change` =
    after - before. `objective`: for objectives; `place`: of kills and fights. `participants`: who had a part (killer
    and helpers; in a fight everyone in it), in order of their ids. `index`: which of the match's `fights` or `kills`,
    or of that team's `objectives`, it is.
    """

    time_s: float
    minute: int
    kind: MomentKind
    team_id: int
    place: Place | None
    objective: Objective | None
    participants: tuple[int, ...]
    before: float
    after: float
    change: float
    index: int


class MatchFacts(Fact):
    """All facts of a match.

    `participants` by participant id and `teams` by team id, both as strings. `winner`: the team that won, None for a
    remake, an aborted game, where there are not two teams, and where the document says that both won or neither did.
    `win_probability` is empty where there is no model (see `core.domain.win_probability.scope.has_model`); its last
    point is the result, which a game without a `winner` lacks, and one whose last frame is more than 10 s from
    `duration_s`.
    """

    version: int
    match_id: str
    kind: GameKind
    queue_id: int
    mode: str
    map_id: int
    patch: str
    duration_s: float
    state: GameState
    winner: int | None
    basis: Basis
    participants: dict[str, ParticipantFacts]
    teams: dict[str, TeamFacts]
    kills: tuple[KillFact, ...] = ()
    fights: tuple[Fight, ...] = ()
    win_probability: tuple[WinPoint, ...] = ()
    moments: tuple[Moment, ...] = ()

    def of(self, participant_id: int) -> ParticipantFacts:
        """One participant's facts.

        Raises:
            KeyError: nobody has that id.
        """
        return self.participants[str(participant_id)]
