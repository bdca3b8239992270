"""What the teams took: by which team, who was there, and what it followed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from src.core.domain.facts.model import FOLLOWED_WITHIN_S, Followed, Objective, ObjectiveFact, PlateFact, TeamFacts
from src.core.domain.facts.nearby import Nearby, milliseconds
from src.core.domain.facts.sides import has_two_teams, sides
from src.core.domain.match import Match, Outcome
from src.core.domain.timeline import BuildingKill, MonsterKill, Timeline
from src.core.domain.timeline_detail import PlateFall, Spot, TimelineDetail
from src.core.domain.win_probability.curve import WinCurve
from src.core.domain.win_probability.game import BLUE, RED

_MONSTERS: Final = {
    "DRAGON": Objective.DRAGON,
    "BARON_NASHOR": Objective.BARON,
    "RIFTHERALD": Objective.HERALD,
    "HORDE": Objective.GRUBS,
    "ATAKHAN": Objective.ATAKHAN,
}
_BUILDINGS: Final = {"TOWER_BUILDING": Objective.TOWER, "INHIBITOR_BUILDING": Objective.INHIBITOR}
_TOWERS: Final = frozenset({Objective.TOWER, Objective.NEXUS_TOWER})
_OTHER: Final = {BLUE: RED, RED: BLUE}


def objective_of(event: MonsterKill | BuildingKill) -> Objective:
    """Which objective fell; `MONSTER` or `BUILDING` for one that Chimera has not met."""
    if isinstance(event, BuildingKill):
        is_nexus_tower = event.tower == "NEXUS_TURRET"
        return Objective.NEXUS_TOWER if is_nexus_tower else _BUILDINGS.get(event.building, Objective.BUILDING)
    if event.subtype == "ELDER_DRAGON":
        return Objective.ELDER
    return _MONSTERS.get(event.monster, Objective.MONSTER)


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
    def followed(self) -> Followed:
        """It, as something that followed."""
        return Followed(objective=objective_of(self.event), time_s=self.time_s, team_id=self.team_id)


class Takings:
    """What both teams took, in order of time; nothing where there are not two teams."""

    def __init__(self, match: Match, timeline: Timeline, detail: TimelineDetail) -> None:
        """Timeline and detail are read from the same document."""
        found = _taken(timeline, detail) if has_two_teams(match) else ()
        self.all = tuple(sorted(found, key=attrgetter("time_s")))
        self._times_ms = [milliseconds(taking.time_s) for taking in self.all]

    def following(self, time_s: float) -> tuple[Followed, ...]:
        """What either team took up to 60 s after a moment: later than it, at the end of the minute included."""
        since = milliseconds(time_s)
        first = bisect_right(self._times_ms, since)
        last = bisect_right(self._times_ms, since + milliseconds(FOLLOWED_WITHIN_S))
        return tuple(taking.followed for taking in self.all[first:last])


def _taken(timeline: Timeline, detail: TimelineDetail) -> Iterator[Taking]:
    """Monsters and buildings that fell to a team: some monsters fall to nobody."""
    for monster, spot in zip(timeline.monsters, detail.monster_spots, strict=True):
        if monster.team_id in _OTHER:
            yield Taking(monster.team_id, monster, spot)
    for building, spot in zip(timeline.buildings, detail.building_spots, strict=True):
        if building.lost_by_team_id in _OTHER:
            yield Taking(_OTHER[building.lost_by_team_id], building, spot)


def team_facts(
    match: Match, timeline: Timeline | None, detail: TimelineDetail | None, curve: WinCurve | None
) -> dict[str, TeamFacts]:
    """The facts of blue and red by team id; of nobody where there are not these two teams (Arena, Swarm).

    Without a timeline (and its detail) objectives and plates are empty and nobody is known to have been first.
    """
    if not has_two_teams(match):
        return {}
    if timeline is None or detail is None:
        return {str(team): _result(match, team) for team in (BLUE, RED)}
    takings = Takings(match, timeline, detail).all
    facts = _objective_facts(match, takings, Nearby(timeline, detail), curve)
    blood, tower = _first_blood(match, timeline), _first_tower(takings)
    return {
        str(team): _result(match, team).model_copy(
            update={
                "objectives": tuple(fact for by, fact in facts if by == team),
                "plates": tuple(_plate(fall) for fall in detail.plates if _OTHER.get(fall.lost_by_team_id) == team),
                "first_blood": None if blood is None else blood == team,
                "first_tower": None if tower is None else tower == team,
            }
        )
        for team in (BLUE, RED)
    }


def _result(match: Match, team: int) -> TeamFacts:
    players = [p for p in match.participants if p.team_id == team]
    return TeamFacts(
        won=any(p.outcome is Outcome.WIN for p in players),
        kills=sum(p.kills for p in players),
        gold=sum(p.gold for p in players),
    )


def _objective_facts(
    match: Match, takings: Sequence[Taking], nearby: Nearby, curve: WinCurve | None
) -> list[tuple[int, ObjectiveFact]]:
    """Each objective with the team that took it."""
    side = sides(match)
    return [(taking.team_id, _objective_fact(taking, side, nearby, curve)) for taking in takings]


def _objective_fact(taking: Taking, side: Mapping[int, int], nearby: Nearby, curve: WinCurve | None) -> ObjectiveFact:
    event = taking.event
    there = nearby.at(event.time_s, taking.spot) | {event.killer_id, *event.assist_ids}
    return ObjectiveFact(
        objective=objective_of(event),
        subtype=event.tower if isinstance(event, BuildingKill) else event.subtype,
        time_s=event.time_s,
        lane=event.lane if isinstance(event, BuildingKill) else None,
        killer_id=event.killer_id,
        assist_ids=tuple(who for who in event.assist_ids if side.get(who) == taking.team_id),
        there=tuple(sorted(there & side.keys())),
        win_change=curve.change(event.time_s, event.time_s) if curve else None,
    )


def _plate(fall: PlateFall) -> PlateFact:
    return PlateFact(time_s=fall.time_s, lane=fall.lane, killer_id=fall.killer_id)


def _first_blood(match: Match, timeline: Timeline) -> int | None:
    """The team of the first kill that is no execution."""
    side = sides(match)
    kills = sorted((kill for kill in timeline.kills if kill.killer_id in side), key=attrgetter("time_s"))
    return side[kills[0].killer_id] if kills else None


def _first_tower(takings: Sequence[Taking]) -> int | None:
    return next((taking.team_id for taking in takings if objective_of(taking.event) in _TOWERS), None)


@dataclass(frozen=True, slots=True)
class ObjectiveCounts:
    """How much one participant took: see `objectives_taken`, `plates` and `towers` of `ParticipantFacts`."""

    taken: int = 0
    plates: int = 0
    towers: int = 0


def objective_counts(match: Match, teams: dict[str, TeamFacts]) -> dict[int, ObjectiveCounts]:
    """Everybody's counts by participant id. They rest on a timeline: without one they are 0, and say nothing."""
    taken = [objective for team in teams.values() for objective in team.objectives]
    plates = [plate.killer_id for team in teams.values() for plate in team.plates]
    return {who: _counts(who, taken, plates.count(who)) for who in sides(match)}


def _counts(who: int, taken: Iterable[ObjectiveFact], plates: int) -> ObjectiveCounts:
    mine = [objective.objective for objective in taken if who == objective.killer_id or who in objective.assist_ids]
    return ObjectiveCounts(taken=len(mine), plates=plates, towers=sum(objective in _TOWERS for objective in mine))
