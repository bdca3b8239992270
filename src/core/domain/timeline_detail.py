"""What a timeline holds beside `Timeline`: read from its document when facts are computed, never kept in rows."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in map units."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class WardEvent:
    """A ward placed or killed by a participant (0: nobody known); `ward` is Riot's `wardType`."""

    time_s: float
    participant_id: int
    ward: str


class ItemChange(StrEnum):
    """What happened to an item; the values are Riot's event types."""

    PURCHASED = "ITEM_PURCHASED"
    SOLD = "ITEM_SOLD"
    DESTROYED = "ITEM_DESTROYED"
    UNDONE = "ITEM_UNDO"


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """A change in an inventory.

    For one undone `item_id` is the item that a purchase brought (Riot's `beforeId`), 0 if a sale was undone. An undone
    purchase of what costs nothing (a trinket) Riot writes as an `afterId` at a `goldGain` of 0: it is read as the
    purchase that it was. Participant 0: Riot gave it.
    """

    time_s: float
    participant_id: int
    change: ItemChange
    item_id: int


@dataclass(frozen=True, slots=True)
class SkillPoint:
    """A point put into the skill of a slot, 1 to 4. Evolving one (Riot's `levelUpType` EVOLVE) takes no point."""

    time_s: float
    participant_id: int
    slot: int


@dataclass(frozen=True, slots=True)
class LevelUp:
    """A level reached."""

    time_s: float
    participant_id: int
    level: int


@dataclass(frozen=True, slots=True)
class PlateFall:
    """A turret plate destroyed. `lost_by_team_id` is the team that lost it; killer 0 is a minion."""

    time_s: float
    lane: str | None
    killer_id: int
    lost_by_team_id: int


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """Who stood where, when: the participants that an event with a position credits (not a kill's helpers).

    Champion kills: killer and victim; elite monsters, buildings and plates: the killer.
    """

    time_s: float
    participant_ids: tuple[int, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class TimelineDetail:
    """Events in order of time, whatever the document's.

    `positions` is keyed by participant id, each as long as the frames of the `Timeline` of the same document.
    `monster_spots` and `building_spots` are as long as `Timeline.monsters` and `.buildings`, None where a position is
    absent (these two in the order of the document). `event_count`: all events of the document; `unreadable_count`:
    positions and events that cannot be read and are left out.
    """

    positions: dict[int, tuple[Spot | None, ...]]
    placed: tuple[PlacedEvent, ...]
    monster_spots: tuple[Spot | None, ...]
    building_spots: tuple[Spot | None, ...]
    wards_placed: tuple[WardEvent, ...]
    wards_killed: tuple[WardEvent, ...]
    items: tuple[ItemEvent, ...]
    skills: tuple[SkillPoint, ...]
    levels: tuple[LevelUp, ...]
    plates: tuple[PlateFall, ...]
    event_count: int
    unreadable_count: int = 0
