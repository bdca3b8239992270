"""Who plays with whom."""

from src.core.domain.match import GameKind, Match, Participant


def team_of(match: Match, participant: Participant) -> tuple[Participant, ...]:
    """A participant's team, the participant included; an Arena player without a subteam stands alone.

    Arena's teams are its subteams; Riot's `teamId` says nothing there.
    """
    if match.kind is not GameKind.ARENA:
        return tuple(p for p in match.participants if p.team_id == participant.team_id)
    if participant.subteam_id is None:
        return (participant,)
    return tuple(p for p in match.participants if p.subteam_id == participant.subteam_id)
