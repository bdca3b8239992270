"""What laners did away from their lane while the laning phase lasted."""

from collections.abc import Sequence

from src.core.domain.facts.kills import part_in
from src.core.domain.facts.model import LANING_UNTIL_S, KillFact, Place, Roam
from src.core.domain.facts.sides import BASES, LANES, OWN_GROUND, positions
from src.core.domain.match import Match

_PARTS = {"kill": "kill", "assist": "assist", "victim": "death"}


def roams(match: Match, kills: Sequence[KillFact]) -> dict[int, tuple[Roam, ...]]:
    """Roams by participant id, in the order of `kills`: of every laner, of nobody where there are no lanes."""
    early = [kill for kill in kills if kill.time_s < LANING_UNTIL_S and kill.killer_id]
    return {
        who: tuple(roam for kill in early if (roam := _roam(kill, who, BASES | OWN_GROUND[lane])))
        for who, position in positions(match).items()
        if (lane := LANES.get(position))
    }


def _roam(kill: KillFact, who: int, at_home: frozenset[Place]) -> Roam | None:
    part = part_in(kill, who)
    if part is None or kill.place is None or kill.place in at_home:
        return None
    return Roam(time_s=kill.time_s, place=kill.place, part=_PARTS[part])
