"""All facts of a match, put together from what its documents say."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from src.core.domain.facts.course import Course
from src.core.domain.facts.fights import fights
from src.core.domain.facts.items import items_of, purchases_of, recalls_of
from src.core.domain.facts.kills import kill_counts, kill_facts
from src.core.domain.facts.minutes import minute_marks
from src.core.domain.facts.model import (
    FACTS_VERSION,
    Basis,
    GameState,
    KillFact,
    MatchFacts,
    ParticipantFacts,
    TeamFacts,
)
from src.core.domain.facts.moments import moments
from src.core.domain.facts.objectives import objective_counts, team_facts
from src.core.domain.facts.roams import roams
from src.core.domain.facts.shares import shares_of
from src.core.domain.facts.skills import level_times_of, skill_orders_of
from src.core.domain.facts.teams import team_of
from src.core.domain.facts.wards import ward_phases_of
from src.core.domain.match import GameKind, Match, Participant
from src.core.domain.match_document import read_match
from src.core.domain.timeline_detail_document import read_detail
from src.core.domain.timeline_document import read_timeline
from src.core.domain.ward_totals import WardTotals, read_ward_totals
from src.core.domain.win_probability.curve import win_curve
from src.core.errors import MalformedDocument


def facts_of(match_document: Mapping[str, Any], timeline_document: Mapping[str, Any] | None) -> MatchFacts:
    """The facts of a match-v5 match and, if there is one, its timeline. A timeline without frames counts as none.

    Raises:
        MalformedDocument: a document cannot be read, the timeline is another match's, or it lacks a participant.
    """
    match = read_match(match_document)
    wards = read_ward_totals(match_document)
    return match_facts(match, wards, None if timeline_document is None else _course(match, timeline_document))


def _course(match: Match, document: Mapping[str, Any]) -> Course | None:
    timeline = read_timeline(document)
    if timeline.match_id != match.match_id:
        raise MalformedDocument("The timeline belongs to another match.")
    if not timeline.frame_times:
        return None
    if any(p.participant_id not in timeline.series for p in match.participants):
        raise MalformedDocument("The timeline lacks a participant of its match.")
    return Course(match, timeline, read_detail(document), win_curve(match, timeline))


def match_facts(match: Match, wards: Mapping[int, WardTotals], course: Course | None) -> MatchFacts:
    """The facts of a match; without a `course` those that its own document tells."""
    kills = kill_facts(course) if course else ()
    fought = fights(course, kills) if course else ()
    teams = team_facts(match, course, kills)
    curve = course.curve if course else None
    return MatchFacts(
        version=FACTS_VERSION,
        match_id=match.match_id,
        kind=match.kind,
        queue_id=match.queue_id,
        mode=match.mode,
        map_id=match.map_id,
        patch=match.patch,
        duration_s=match.duration_s,
        state=_state(match),
        winner=match.winner,
        basis=_basis(match, course, kills),
        participants=_participants(match, wards, course, kills, teams),
        teams=teams,
        kills=kills,
        fights=fought,
        win_probability=curve.points if curve else (),
        moments=moments(kills, fought, teams, curve),
    )


def _state(match: Match) -> GameState:
    if match.is_remake:
        return GameState.REMAKE
    return GameState.ABORTED if match.is_aborted else GameState.FINISHED


def _basis(match: Match, course: Course | None, kills: tuple[KillFact, ...]) -> Basis:
    return Basis(
        timeline=course is not None,
        frames=len(course.timeline.frame_times) if course else 0,
        events=course.detail.event_count if course else 0,
        last_frame_s=course.timeline.frame_times[-1] if course else None,
        kills=len(kills),
        kills_placed=sum(kill.place is not None for kill in kills),
        lanes=match.kind is GameKind.RIFT,
        unreadable=course.detail.unreadable_count if course else 0,
    )


def _participants(
    match: Match,
    wards: Mapping[int, WardTotals],
    course: Course | None,
    kills: tuple[KillFact, ...],
    teams: dict[str, TeamFacts],
) -> dict[str, ParticipantFacts]:
    marks, shares = minute_marks(match, course.timeline if course else None), shares_of(match)
    told = _told_by(match, course, kills, teams) if course else {}
    return {
        str(person.participant_id): ParticipantFacts(
            **_identity(match, person),
            minutes=marks[person.participant_id],
            **asdict(shares[person.participant_id]),
            **_ward_totals(wards.get(person.participant_id)),
            **told.get(person.participant_id, {}),
        )
        for person in match.participants
    }


def _identity(match: Match, person: Participant) -> dict[str, Any]:
    opponent = match.lane_opponent(person)
    is_arena = match.kind is GameKind.ARENA
    others = (p.participant_id for p in team_of(match, person) if p.participant_id != person.participant_id)
    return {
        "champion": person.champion,
        "team_id": person.team_id,
        "outcome": person.outcome,
        "position": person.position,
        "lane_opponent": opponent.participant_id if opponent else None,
        "subteam_id": person.subteam_id,
        "placement": person.placement,
        "partners": tuple(others) if is_arena else (),
        "kills": person.kills,
        "deaths": person.deaths,
        "assists": person.assists,
    }


def _ward_totals(totals: WardTotals | None) -> dict[str, int | None]:
    if totals is None:
        return {}
    return {"wards_placed": totals.placed, "wards_killed": totals.killed, "control_wards": totals.control}


def _told_by(
    match: Match, course: Course, kills: tuple[KillFact, ...], teams: dict[str, TeamFacts]
) -> dict[int, dict[str, Any]]:
    """What only a timeline tells of each participant, by the names of `ParticipantFacts`."""
    counts, objectives = kill_counts(match, kills), objective_counts(match, teams)
    phases, roamed = ward_phases_of(match, course.detail), roams(match, kills)
    bought = purchases_of(match, course.detail)
    items, recalls = items_of(bought), recalls_of(bought, course.timeline.kills)
    skills, levels = skill_orders_of(match, course.detail), level_times_of(match, course.detail)
    return {
        who: {
            **asdict(counts[who]),
            **(asdict(objectives[who]) if who in objectives else {}),
            "ward_phases": phases.get(who, ()),
            "roams": roamed.get(who, ()),
            "items": items[who],
            "recalls": recalls[who],
            "skill_order": skills[who],
            "level_times": levels[who],
        }
        for who in (person.participant_id for person in match.participants)
    }
