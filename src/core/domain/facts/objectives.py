"""The teams: what they took, who was there, and who was first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from src.core.domain.facts.course import Course
from src.core.domain.facts.model import KillFact, ObjectiveFact, PlateFact, TeamFacts
from src.core.domain.facts.sides import sides
from src.core.domain.facts.takings import Taking
from src.core.domain.match import BLUE, RED, Match
from src.core.domain.objectives import OTHER_TEAM, TOWERS
from src.core.domain.timeline import BuildingKill
from src.core.domain.timeline_detail import PlateFall


def team_facts(match: Match, course: Course | None, kills: Sequence[KillFact]) -> dict[str, TeamFacts]:
    """The facts of blue and red by team id; of nobody where there are not these two teams (Arena, Swarm).

    Without a `course` objectives and plates are empty and nobody is known to have been first. `kills`: the match's.
    """
    if not match.has_two_teams:
        return {}
    if course is None:
        return {str(team): _result(match, team) for team in (BLUE, RED)}
    side = sides(match)
    facts = [(taking.team_id, _objective_fact(taking, side, course)) for taking in course.takings.all]
    blood = next((side[kill.killer_id] for kill in kills if kill.is_first_blood), None)
    tower = next((taking.team_id for taking in course.takings.all if taking.objective in TOWERS), None)
    plates = course.detail.plates
    return {
        str(team): _result(match, team).model_copy(
            update={
                "objectives": tuple(fact for by, fact in facts if by == team),
                "plates": tuple(_plate(fall) for fall in plates if OTHER_TEAM.get(fall.lost_by_team_id) == team),
                "first_blood": None if blood is None else blood == team,
                "first_tower": None if tower is None else tower == team,
            }
        )
        for team in (BLUE, RED)
    }


def _result(match: Match, team: int) -> TeamFacts:
    players = [p for p in match.participants if p.team_id == team]
    return TeamFacts(
        won=match.winner == team,
        kills=sum(p.kills for p in players),
        gold=sum(p.gold for p in players),
    )


def _objective_fact(taking: Taking, side: Mapping[int, int], course: Course) -> ObjectiveFact:
    event = taking.event
    near = course.nearby.at(event.time_s, taking.spot) - course.nearby.dead(event.time_s)
    return ObjectiveFact(
        objective=taking.objective,
        subtype=event.tower if isinstance(event, BuildingKill) else event.subtype,
        time_s=event.time_s,
        lane=event.lane if isinstance(event, BuildingKill) else None,
        killer_id=event.killer_id,
        assist_ids=tuple(who for who in event.assist_ids if side.get(who) == taking.team_id),
        there=tuple(sorted((near | {event.killer_id, *event.assist_ids}) & side.keys())),
        win_change=course.win_change(event.time_s, event.time_s),
    )


def _plate(fall: PlateFall) -> PlateFact:
    return PlateFact(time_s=fall.time_s, lane=fall.lane, killer_id=fall.killer_id)


@dataclass(frozen=True, slots=True)
class ObjectiveCounts:
    """How much one participant took, as `ParticipantFacts` defines it."""

    objectives_taken: int = 0
    plates: int = 0
    towers: int = 0


def objective_counts(match: Match, teams: Mapping[str, TeamFacts]) -> dict[int, ObjectiveCounts]:
    """Everybody's counts by participant id; nobody's where there are not two teams.

    They rest on a timeline: without one they are 0, and say nothing.
    """
    if not match.has_two_teams:
        return {}
    taken = [objective for team in teams.values() for objective in team.objectives]
    plates = [plate.killer_id for team in teams.values() for plate in team.plates]
    return {p.participant_id: _counts(p.participant_id, taken, plates) for p in match.participants}


def _counts(who: int, taken: Iterable[ObjectiveFact], plates: Sequence[int]) -> ObjectiveCounts:
    mine = [objective.objective for objective in taken if who == objective.killer_id or who in objective.assist_ids]
    return ObjectiveCounts(len(mine), plates.count(who), sum(objective in TOWERS for objective in mine))
