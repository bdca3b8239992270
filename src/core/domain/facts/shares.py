"""What part of a team's numbers each of its players has."""

from dataclasses import dataclass

from src.core.domain.facts.teams import team_of
from src.core.domain.match import Match, Participant


@dataclass(frozen=True, slots=True)
class Shares:
    """One participant's, as `ParticipantFacts` defines them."""

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


def shares_of(match: Match) -> dict[int, Shares]:
    """The shares of every participant."""
    return {p.participant_id: _shares(p, team_of(match, p)) for p in match.participants}


def _shares(me: Participant, team: tuple[Participant, ...]) -> Shares:
    team_kills, team_deaths = sum(p.kills for p in team), sum(p.deaths for p in team)
    team_damage, team_gold = sum(p.damage_to_champions for p in team), sum(p.gold for p in team)
    return Shares(
        kill_participation=min(_part(me.kills + me.assists, team_kills), 1.0),
        team_kills=team_kills,
        team_deaths=team_deaths,
        team_damage=team_damage,
        team_gold=team_gold,
        damage_share=_part(me.damage_to_champions, team_damage),
        gold_share=_part(me.gold, team_gold),
        kill_share=_part(me.kills, team_kills),
        death_share=_part(me.deaths, team_deaths),
        damage_per_gold=_part(me.damage_to_champions, me.gold),
    )


def _part(part: int, whole: int) -> float:
    return part / whole if whole > 0 else 0.0
