"""Who stands with whom, and who has which lane."""

from typing import Final

from src.core.domain.facts.model import Place
from src.core.domain.match import GameKind, Match
from src.core.domain.win_probability.game import BLUE, RED

BASES: Final = frozenset({Place.BLUE_BASE, Place.RED_BASE})
LANES: Final = {
    "TOP": Place.TOP_LANE,
    "MIDDLE": Place.MID_LANE,
    "BOTTOM": Place.BOT_LANE,
    "UTILITY": Place.BOT_LANE,
}
"""The lanes of Riot's positions; a jungler has none."""

_ON_THE_RIFT: Final = frozenset({GameKind.RIFT, GameKind.RIFT_NO_LANES})


def is_on_the_rift(match: Match) -> bool:
    """True on Summoner's Rift, the one map whose places are known."""
    return match.kind in _ON_THE_RIFT


def has_two_teams(match: Match) -> bool:
    """True if blue plays against red, and nobody else is there."""
    return match.kind is not GameKind.ARENA and {p.team_id for p in match.participants} == {BLUE, RED}


def sides(match: Match) -> dict[int, int]:
    """Everybody's team by participant id: Riot's team, in Arena the subteam. Who has none there stands alone."""
    if match.kind is not GameKind.ARENA:
        return {p.participant_id: p.team_id for p in match.participants}
    return {p.participant_id: -p.participant_id if p.subteam_id is None else p.subteam_id for p in match.participants}


def positions(match: Match) -> dict[int, str]:
    """The positions of those who have one, by participant id; of nobody where there are no lanes."""
    if match.kind is not GameKind.RIFT:
        return {}
    return {p.participant_id: p.position for p in match.participants if p.position is not None}
