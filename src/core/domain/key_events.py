"""What a player looks for in the course of a match: the own kills, assists and deaths, and what both teams did."""

from collections.abc import Iterator
from operator import attrgetter

from src.core.domain.analysis import OwnMoment, Part, Taken, TimedKill, TimedTaking
from src.core.domain.facts.model import KillFact, MatchFacts, TeamFacts
from src.core.domain.match import Participant
from src.core.domain.objectives import SOUL_AT, Objective


def own_moments_of(facts: MatchFacts, me: Participant) -> tuple[OwnMoment, ...]:
    """The deaths that the player had a part in, in order of time; none without a timeline."""
    parts = ((kill.time_s, part_in(kill, me.participant_id)) for kill in facts.kills)
    return tuple(OwnMoment(time_s=time_s, part=part) for time_s, part in parts if part)


def part_in(kill: KillFact, participant_id: int) -> Part | None:
    """A participant's part in a death; one's own, by whoever's hand, is nothing else."""
    if kill.victim_id == participant_id:
        return Part.DIED
    if kill.killer_id == participant_id:
        return Part.KILLED
    return Part.HELPED if participant_id in kill.assist_ids else None


def kills_of(facts: MatchFacts, me: Participant) -> tuple[TimedKill, ...]:
    """Both teams' kills, in order of time; an execution is nobody's. None where `takings_of` has nothing."""
    if not facts.teams:
        return ()
    own = {who for who, player in facts.participants.items() if player.team_id == me.team_id}
    kills = (kill for kill in facts.kills if kill.killer_id)
    return tuple(TimedKill(time_s=kill.time_s, is_own=str(kill.killer_id) in own) for kill in kills)


def takings_of(facts: MatchFacts, me: Participant) -> tuple[TimedTaking, ...]:
    """What both teams took, in order of time; nothing without a timeline, or where there are not two teams."""
    teams = facts.teams.items()
    found = [taking for team, taken in teams for taking in _takings(taken, is_own=team == str(me.team_id))]
    return tuple(sorted(found, key=attrgetter("time_s")))


def _takings(team: TeamFacts, *, is_own: bool) -> Iterator[TimedTaking]:
    dragons = 0
    for fact in team.objectives:
        is_dragon = fact.objective is Objective.DRAGON
        dragons += is_dragon
        taken = Taken(objective=fact.objective, is_own=is_own, is_soul=is_dragon and dragons == SOUL_AT)
        yield TimedTaking(time_s=fact.time_s, taken=taken)
