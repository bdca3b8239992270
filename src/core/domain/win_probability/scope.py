"""Which games there is a win probability for, and which part of them it was measured in."""

from collections import Counter
from typing import Final

from src.core.domain.match import BLUE, RED, Match

MEASURED_FROM_S: Final = 300.0
"""Before this second nobody has measured how far the model is right: nothing is decided by what it says of then."""

_MODES: Final = frozenset({"CLASSIC", "SWIFTPLAY"})
_SIDES: Final = {BLUE: 5, RED: 5}


def has_model(match: Match) -> bool:
    """Whether there is a win probability for such a match.

    The model knows Summoner's Rift, five people against five. Not a remake, which nobody wins; not a game with bots;
    and by its game mode only the ordinary rules: URF, One for All and the like have other gold. Swiftplay is let
    through, and is a limit of the model: gold comes faster there than in the games it was fitted on.
    """
    return (
        match.is_on_the_rift
        and match.mode in _MODES
        and not match.is_remake
        and Counter(person.team_id for person in match.participants) == _SIDES
        and all(person.puuid is not None for person in match.participants)
    )
