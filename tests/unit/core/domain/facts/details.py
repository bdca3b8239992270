"""Details of timelines, made by hand."""

from collections.abc import Iterable
from typing import Any

from src.core.domain.timeline_detail import ItemChange, ItemEvent, TimelineDetail


def detail(**fields: Any) -> TimelineDetail:
    """A detail of nothing but these fields."""
    nothing: dict[str, Any] = dict.fromkeys(
        (
            "placed", "monster_spots", "building_spots", "wards_placed", "wards_killed", "items", "skills", "levels",
            "plates",
        ),
        (),
    )  # fmt: skip
    return TimelineDetail(**(nothing | {"positions": {}, "event_count": 0} | fields))


def bought(time_s: float, item_id: int, *, consuming: Iterable[int] = (), who: int = 3) -> tuple[ItemEvent, ...]:
    """A purchase and what it consumed, as Riot writes it."""
    gone = (ItemEvent(time_s, who, ItemChange.DESTROYED, item) for item in consuming)
    return (*gone, ItemEvent(time_s, who, ItemChange.PURCHASED, item_id))


def undone(time_s: float, item_id: int, who: int = 3) -> tuple[ItemEvent, ...]:
    """A purchase taken back."""
    return (ItemEvent(time_s, who, ItemChange.UNDONE, item_id),)
