"""Who stands with whom, who has which lane, and where that is."""

from typing import Final

from src.core.domain.facts.model import Place
from src.core.domain.match import GameKind, Match

BASES: Final = frozenset({Place.BLUE_BASE, Place.RED_BASE})
LANES: Final = {
    "TOP": Place.TOP_LANE,
    "MIDDLE": Place.MID_LANE,
    "BOTTOM": Place.BOT_LANE,
    "UTILITY": Place.BOT_LANE,
}
"""The lanes of Riot's positions; a jungler has none."""

OWN_GROUND: Final = {
    Place.TOP_LANE: frozenset({Place.TOP_LANE, Place.RIVER_TOP, Place.BARON_PIT}),
    Place.MID_LANE: frozenset({Place.MID_LANE, Place.RIVER_TOP, Place.RIVER_BOT}),
    Place.BOT_LANE: frozenset({Place.BOT_LANE, Place.RIVER_BOT, Place.DRAGON_PIT}),
}
"""Where the laners of a lane are at home: the lane and the river beside it. Who dies there was ganked, not roaming."""


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
