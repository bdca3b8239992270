"""What the players of a match bought: items put together, and visits to the shop."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from src.core.domain.facts.item_kinds import BOOTS, COMPONENTS, POTIONS, TRINKETS
from src.core.domain.facts.model import ItemCompleted, Recall
from src.core.domain.match import Match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import ItemChange, ItemEvent, TimelineDetail

_FIRST_RECALL_S: Final = 90.0  # before it everybody is at the shop
_SAME_VISIT_S: Final = 30.0
_DEATH_BEFORE_S: Final = 60.0


class _Purchase(NamedTuple):
    time_s: float
    item_id: int
    components: frozenset[int]
    kept: bool


def items_of(match: Match, detail: TimelineDetail) -> dict[int, tuple[ItemCompleted, ...]]:
    """The items that every participant completed, in order of time (see `ItemCompleted`)."""
    bought = _bought(match, detail)
    of_all = [purchase for purchases in bought.values() for purchase in purchases]
    built = {purchase.item_id for purchase in of_all if purchase.components}
    consumed = {component for purchase in of_all for component in purchase.components}
    finished = built - (consumed - BOOTS) - COMPONENTS - POTIONS
    return {
        who: tuple(
            ItemCompleted(time_s=p.time_s, item_id=p.item_id) for p in purchases if p.kept and p.item_id in finished
        )
        for who, purchases in bought.items()
    }


def recalls_of(match: Match, timeline: Timeline, detail: TimelineDetail) -> dict[int, tuple[Recall, ...]]:
    """Every participant's visits to the shop, in order of time (see `Recall`)."""
    deaths: dict[int, list[float]] = {p.participant_id: [] for p in match.participants}
    for kill in timeline.kills:
        deaths.get(kill.victim_id, []).append(kill.time_s)
    return {
        who: tuple(_recall(visit, deaths[who]) for visit in _visits(purchases))
        for who, purchases in _bought(match, detail).items()
    }


def _bought(match: Match, detail: TimelineDetail) -> dict[int, list[_Purchase]]:
    events: dict[int, list[ItemEvent]] = {p.participant_id: [] for p in match.participants}
    for event in detail.items:
        if event.participant_id in events:  # else it is 0: Riot's gift
            events[event.participant_id].append(event)
    return {who: _purchases(mine) for who, mine in events.items()}


def _purchases(events: Iterable[ItemEvent]) -> list[_Purchase]:
    """One participant's purchases; those undone stay, not kept."""
    purchases: list[_Purchase] = []
    destroyed: list[ItemEvent] = []
    for event in events:
        if event.change is ItemChange.DESTROYED:
            destroyed.append(event)
        elif event.change is ItemChange.PURCHASED:
            purchases.append(_Purchase(event.time_s, event.item_id, _components(event, destroyed), kept=True))
            destroyed.clear()
        elif event.change is ItemChange.UNDONE:
            _undo(purchases, event.item_id)
    return purchases


def _components(bought: ItemEvent, destroyed: Iterable[ItemEvent]) -> frozenset[int]:
    """What a purchase consumed. An elixir drunk at once is no component of itself, a trinket none of another."""
    gone = {event.item_id for event in destroyed if event.time_s == bought.time_s}
    return frozenset(gone - TRINKETS - {bought.item_id})


def _undo(purchases: list[_Purchase], item_id: int) -> None:
    for index in range(len(purchases) - 1, -1, -1):
        if purchases[index].kept and purchases[index].item_id == item_id:
            purchases[index] = purchases[index]._replace(kept=False)
            return


def _visits(purchases: Iterable[_Purchase]) -> list[list[_Purchase]]:
    visits: list[list[_Purchase]] = []
    for purchase in purchases:
        if visits and purchase.time_s - visits[-1][-1].time_s <= _SAME_VISIT_S:
            visits[-1].append(purchase)
        else:
            visits.append([purchase])
    return [visit for visit in visits if visit[0].time_s > _FIRST_RECALL_S]


def _recall(visit: list[_Purchase], deaths: Iterable[float]) -> Recall:
    start_s = visit[0].time_s
    return Recall(
        time_s=start_s,
        after_death=any(start_s - _DEATH_BEFORE_S <= death <= start_s for death in deaths),
        items=tuple(purchase.item_id for purchase in visit if purchase.kept),
    )
