"""Who plays with whom."""

from src.core.domain.facts.sides import sides
from src.core.domain.match import Match, Participant


def team_of(match: Match, participant: Participant) -> tuple[Participant, ...]:
    """A participant's team, the participant included: those of one side (see `sides`)."""
    side_of = sides(match)
    mine = side_of[participant.participant_id]
    return tuple(p for p in match.participants if side_of[p.participant_id] == mine)
