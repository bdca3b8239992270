"""What kills and objectives pay a team at the moment they happen.

The documents say what a kill pays the killer, and nothing of the rest. The numbers here were measured by
`tools/payments.py`: least squares over what teams earned in 3,702 minutes of real games of patches 10.25 to 16.12.
They are about the mean of the seasons to 13 and since. These agree within a tenth or so on Barons, outer and inner
towers and help; less on nexus towers (215 and 271), elders (1,368 and 1,140, each to within 110) and heralds (61 and
93); least on base towers (302 and 517). A dragon pays nobody: those who take it lose 60 gold to the time that it takes.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from src.core.domain.objectives import TOWERS, Objective, objective_of, taker_of
from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, Timeline

_HELPERS: Final = 150.0  # all those who helped with a kill, together
_TIERS: Final = {"OUTER_TURRET": 540.0, "INNER_TURRET": 720.0, "BASE_TURRET": 410.0, "NEXUS_TURRET": 240.0}
_OBJECTIVES: Final = {
    Objective.INHIBITOR: 50.0,
    Objective.BARON: 1500.0,
    Objective.ELDER: 1250.0,
    Objective.ATAKHAN: 240.0,
    Objective.HERALD: 80.0,
    Objective.GRUBS: 20.0,
}


def payments(timeline: Timeline, teams: Mapping[int, int]) -> Iterator[tuple[float, int, float]]:
    """When which team was paid how much. `teams`: by participant id; what is nobody's is left out."""
    for kill in timeline.kills:
        if (team := teams.get(kill.killer_id)) is not None:
            yield kill.time_s, team, _kill(kill)
    for event in timeline.objectives:
        if (team := taker_of(event)) is not None:
            yield event.time_s, team, _objective(event)


def _kill(kill: Kill) -> float:
    return kill.paid + (_HELPERS if kill.assist_ids else 0.0)


def _objective(event: MonsterKill | BuildingKill) -> float:
    objective = objective_of(event)
    if isinstance(event, BuildingKill) and objective in TOWERS:
        return _TIERS.get(event.tower or "", 0.0)
    return _OBJECTIVES.get(objective, 0.0)
