"""Where on Summoner's Rift, in English."""

from typing import Final

from src.core.domain.facts.model import Place
from src.core.domain.match import BLUE, RED

_PLACES: Final = {
    Place.BARON_PIT: "at the Baron pit", Place.DRAGON_PIT: "at the dragon pit", Place.TOP_LANE: "in the top lane",
    Place.MID_LANE: "in the mid lane", Place.BOT_LANE: "in the bot lane", Place.RIVER_TOP: "in the top river",
    Place.RIVER_BOT: "in the bot river",
}  # fmt: skip
_OF_A_SIDE: Final = {
    Place.BLUE_BASE: (BLUE, "base"), Place.RED_BASE: (RED, "base"),
    Place.BLUE_TOP_JUNGLE: (BLUE, "top-side jungle"), Place.BLUE_BOT_JUNGLE: (BLUE, "bot-side jungle"),
    Place.RED_TOP_JUNGLE: (RED, "top-side jungle"), Place.RED_BOT_JUNGLE: (RED, "bot-side jungle"),
}  # fmt: skip


def place_phrase(place: Place, team_id: int) -> str:
    """Where, as somebody of the team says it.

    >>> place_phrase(Place.RIVER_TOP, 100), place_phrase(Place.RED_BASE, 200)
    ('in the top river', 'in your base')
    """
    if place in _PLACES:
        return _PLACES[place]
    owner, ground = _OF_A_SIDE[place]
    return f"in {'your' if owner == team_id else 'the enemy'} {ground}"
