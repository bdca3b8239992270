"""How the players of a match grew: skill points and levels."""

from src.core.domain.match import Match
from src.core.domain.timeline_detail import TimelineDetail

_FIRST_LEVEL = 2  # everybody starts with the one before


def skill_orders_of(match: Match, detail: TimelineDetail) -> dict[int, tuple[int, ...]]:
    """The slots (1 to 4) in the order in which every participant put points into them."""
    orders: dict[int, list[int]] = {p.participant_id: [] for p in match.participants}
    for point in detail.skills:
        if point.participant_id in orders:
            orders[point.participant_id].append(point.slot)
    return {who: tuple(slots) for who, slots in orders.items()}


def level_times_of(match: Match, detail: TimelineDetail) -> dict[int, tuple[float | None, ...]]:
    """Seconds at which every participant reached level 2, 3, ...; None for a level of which only a later one tells.

    That is so in Arena, whose first levels come with the game's start and are nobody's.
    """
    times: dict[int, dict[int, float]] = {p.participant_id: {} for p in match.participants}
    for up in detail.levels:
        if up.participant_id in times:
            times[up.participant_id].setdefault(up.level, up.time_s)
    return {
        who: tuple(reached.get(level) for level in range(_FIRST_LEVEL, max(reached, default=0) + 1))
        for who, reached in times.items()
    }
