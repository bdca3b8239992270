"""The signs of what happens in a match: each a shape of its own, most with a letter, so that no colour is needed."""

from dataclasses import dataclass
from typing import Final

from src.core.domain.analysis import MatchAnalysis, Part, Taken
from src.core.domain.objectives import Objective

_DIGIT_PX: Final = 17.0
_GAP_PX: Final = 4.0
_AFTER_NUMBER_PX: Final = 9.0  # a number must not read as the next sign's


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape (see `src.adapters.charts.shapes`), `radius` pixels from its middle to its edge, and the letter in it.

    `name` is its word in the legend. `is_minor`: of several close together their number is enough, with one's place.
    """

    name: str
    shape: str
    radius: float
    letter: str = ""
    is_minor: bool = False

    def beside_px(self, count: int) -> float:
        """How much room the number of several needs, to the right of the shape."""
        return _DIGIT_PX * len(str(count)) if count > 1 else 0.0

    def width_px(self, count: int) -> float:
        """How much room so many of them need, the gap to the next mark included."""
        return 2 * self.radius + self.beside_px(count) + (_AFTER_NUMBER_PX if count > 1 else _GAP_PX)


KILL: Final = Sign("kill", "triangle", 13)
DEATH: Final = Sign("death", "cross", 11)
ASSIST: Final = Sign("assist", "circle", 5.5)
_OWN: Final = {Part.KILLED: KILL, Part.DIED: DEATH, Part.HELPED: ASSIST}

SOUL: Final = Sign("soul", "star", 23, "S")
TOWER: Final = Sign("tower", "rook", 11, is_minor=True)
INHIBITOR: Final = Sign("inhibitor", "diamond", 13, is_minor=True)
OTHER: Final = Sign("other", "square", 17, "?", is_minor=True)
BUILDINGS: Final = frozenset({TOWER, INHIBITOR})
_TAKEN: Final = {
    Objective.DRAGON: Sign("dragon", "circle", 18, "D"),
    Objective.ELDER: Sign("Elder", "octagon", 20, "E"),
    Objective.GRUBS: Sign("grubs", "square", 17, "G", is_minor=True),
    Objective.HERALD: Sign("Herald", "shield", 19, "H"),
    Objective.ATAKHAN: Sign("Atakhan", "pentagon", 21, "A"),
    Objective.BARON: Sign("Baron", "hexagon", 21, "B"),
    Objective.TOWER: TOWER,
    Objective.NEXUS_TOWER: TOWER,
    Objective.INHIBITOR: INHIBITOR,
}
_MONSTERS: Final = [sign for sign in _TAKEN.values() if sign not in BUILDINGS]
_IN_ORDER: Final = (_MONSTERS[0], SOUL, *_MONSTERS[1:], OTHER, TOWER, INHIBITOR, KILL, DEATH, ASSIST)


def own_sign(part: Part) -> Sign:
    """The sign of what the player did."""
    return _OWN[part]


def taken_sign(taken: Taken) -> Sign:
    """The sign of an objective."""
    return SOUL if taken.is_soul else _TAKEN.get(taken.objective, OTHER)


def signs_of(analysis: MatchAnalysis) -> list[Sign]:
    """Those that its chart has, each once, in the order of the legend."""
    found = {taken_sign(taking.taken) for taking in analysis.takings}
    found |= {own_sign(moment.part) for moment in analysis.own_moments}
    return [sign for sign in _IN_ORDER if sign in found]
