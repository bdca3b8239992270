"""What the players of a match bought: items put together, and visits to the shop."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from src.core.domain.facts.item_kinds import BOOTS, COMPONENTS, POTIONS, TRINKETS
from src.core.domain.facts.model import ItemCompleted, Recall
from src.core.domain.facts.nearby import milliseconds
from src.core.domain.match import Match
from src.core.domain.timeline import Kill
from src.core.domain.timeline_detail import ItemChange, ItemEvent, TimelineDetail

_FIRST_RECALL_S: Final = 90.0  # before it everybody is at the shop
_SAME_VISIT_MS: Final = 30_000
_DEAD_MS: Final = 75_000


class Purchase(NamedTuple):
    """One thing bought: when, what, which components it consumed, and whether it was not undone."""

    time_s: float
    item_id: int
    components: frozenset[int]
    kept: bool


Purchases = Mapping[int, Sequence[Purchase]]
"""Everybody's purchases by participant id, in order of time."""


def purchases_of(match: Match, detail: TimelineDetail) -> Purchases:
    """What every participant bought; what was undone too, as not kept."""
    events: dict[int, list[ItemEvent]] = {p.participant_id: [] for p in match.participants}
    for event in detail.items:
        if event.participant_id in events:  # else it is 0: Riot's gift
            events[event.participant_id].append(event)
    return {who: _purchases(mine) for who, mine in events.items()}


def items_of(bought: Purchases) -> dict[int, tuple[ItemCompleted, ...]]:
    """The items that every participant completed, in order of time (see `ItemCompleted`)."""
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


def recalls_of(bought: Purchases, kills: Iterable[Kill]) -> dict[int, tuple[Recall, ...]]:
    """Every participant's visits to the shop, in order of time (see `Recall`). `kills`: all deaths of the match."""
    deaths: dict[int, list[int]] = {who: [] for who in bought}
    for kill in kills:
        deaths.get(kill.victim_id, []).append(milliseconds(kill.time_s))
    return {
        who: tuple(_recall(visit) for visit in _visits(purchases) if _is_recall(visit, deaths[who]))
        for who, purchases in bought.items()
    }


def _purchases(events: Iterable[ItemEvent]) -> list[Purchase]:
    purchases: list[Purchase] = []
    destroyed: list[ItemEvent] = []
    for event in events:
        if event.change is ItemChange.DESTROYED:
            destroyed.append(event)
        elif event.change is ItemChange.PURCHASED:
            purchases.append(Purchase(event.time_s, event.item_id, _components(event, destroyed), kept=True))
            destroyed.clear()
        elif event.change is ItemChange.UNDONE:
            _undo(purchases, event.item_id)
    return purchases


def _components(bought: ItemEvent, destroyed: Iterable[ItemEvent]) -> frozenset[int]:
    """What a purchase consumed. An elixir drunk at once is no component of itself, a trinket none of another."""
    gone = {event.item_id for event in destroyed if event.time_s == bought.time_s}
    return frozenset(gone - TRINKETS - {bought.item_id})


def _undo(purchases: list[Purchase], item_id: int) -> None:
    for index in range(len(purchases) - 1, -1, -1):
        if purchases[index].kept and purchases[index].item_id == item_id:
            purchases[index] = purchases[index]._replace(kept=False)
            return


def _visits(purchases: Iterable[Purchase]) -> list[list[Purchase]]:
    visits: list[list[Purchase]] = []
    for purchase in purchases:
        if visits and milliseconds(purchase.time_s) - milliseconds(visits[-1][-1].time_s) <= _SAME_VISIT_MS:
            visits[-1].append(purchase)
        else:
            visits.append([purchase])
    return visits


def _is_recall(visit: Sequence[Purchase], deaths_ms: Iterable[int]) -> bool:
    start_ms = milliseconds(visit[0].time_s)
    was_dead = any(start_ms - _DEAD_MS <= death <= start_ms for death in deaths_ms)
    return visit[0].time_s > _FIRST_RECALL_S and not was_dead


def _recall(visit: Sequence[Purchase]) -> Recall:
    return Recall(time_s=visit[0].time_s, items=tuple(purchase.item_id for purchase in visit if purchase.kept))
