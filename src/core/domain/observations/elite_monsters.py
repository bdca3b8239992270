"""Elite monsters: whose they were, and the player's part in them."""

from src.core.domain.analysis import ObservationKind
from src.core.domain.facts.model import ObjectiveFact
from src.core.domain.objectives import BUILDINGS
from src.core.domain.observations.candidate import Candidate, candidate
from src.core.domain.observations.objectives import counted, taken, worth
from src.core.domain.observations.viewpoint import Viewpoint


def monsters_taken(view: Viewpoint) -> Candidate | None:
    """The team's elite monsters that the player killed or helped with.

    Values: `with_me`, `team_total`, `top` (the weightiest, by name) and `top_s`, `mine_<name>`: how many of each.
    """
    own = _monsters(view, by_enemy=False)
    mine = [monster for monster in own if view.took_part(monster)]
    if not mine:
        return None
    top = max(mine, key=lambda monster: worth([monster]))
    return candidate(
        ObservationKind.OBJECTIVE,
        top.time_s,
        worth(mine) * 0.5,
        {
            "with_me": len(mine),
            "team_total": len(own),
            "top": top.objective.value,
            "top_s": top.time_s,
            **counted(mine, "mine"),
        },
    )


def monster_count(view: Viewpoint) -> Candidate | None:
    """Both teams' elite monsters. Values: `own`, `enemy`, `top`, `top_s`, `top_is_own`, `own_<name>`, `enemy_<name>`.

    `top` is the weightiest of the team that took more in weight.
    """
    own, enemy = _monsters(view, by_enemy=False), _monsters(view, by_enemy=True)
    balance = worth(own) - worth(enemy)
    if balance == 0:
        return None
    top = max(own if balance > 0 else enemy, key=lambda monster: worth([monster]))
    return candidate(
        ObservationKind.MONSTER_COUNT,
        top.time_s,
        abs(balance) * 0.4,
        {
            "own": len(own),
            "enemy": len(enemy),
            "top": top.objective.value,
            "top_s": top.time_s,
            "top_is_own": int(balance > 0),
            **counted(own, "own"),
            **counted(enemy, "enemy"),
        },
        is_setback=balance < 0,
    )


def _monsters(view: Viewpoint, *, by_enemy: bool) -> list[ObjectiveFact]:
    objectives = taken(view, -1.0, float("inf"), by_enemy=by_enemy)
    return [objective for objective in objectives if objective.objective not in BUILDINGS]
