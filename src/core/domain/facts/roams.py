"""What laners did away from their lane while the laning phase lasted."""

from collections.abc import Sequence

from src.core.domain.facts.kills import part_in
from src.core.domain.facts.model import LANING_UNTIL_S, KillFact, Place, Roam
from src.core.domain.facts.sides import BASES, LANES, positions
from src.core.domain.match import Match

_PARTS = {"kill": "kill", "assist": "assist", "victim": "death"}


def roams(match: Match, kills: Sequence[KillFact]) -> dict[int, tuple[Roam, ...]]:
    """Roams by participant id, in the order of `kills`: of every laner, of nobody where there are no lanes."""
    early = [kill for kill in kills if kill.time_s < LANING_UNTIL_S and kill.killer_id]
    return {
        who: tuple(roam for kill in early if (roam := _roam(kill, who, _own(lane))))
        for who, position in positions(match).items()
        if (lane := LANES.get(position))
    }


def _own(lane: Place) -> frozenset[Place]:
    """Where a laner is no roamer."""
    return BASES | {lane} | ({Place.DRAGON_PIT} if lane is Place.BOT_LANE else frozenset())


def _roam(kill: KillFact, who: int, own: frozenset[Place]) -> Roam | None:
    part = part_in(kill, who)
    if part is None or kill.place is None or kill.place in own:
        return None
    return Roam(time_s=kill.time_s, place=kill.place, part=_PARTS[part])
