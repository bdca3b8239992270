"""What one participant has done so far in a game being simulated."""

from dataclasses import dataclass, field
from typing import TypeAlias

from src.sandbox.riot.generator.items import ITEMS
from src.sandbox.riot.generator.seats import Seat

Point: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Damage:
    """Damage of one kind of target, by type."""

    physical: int = 0
    magic: int = 0
    true: int = 0

    @property
    def total(self) -> int:
        """The three types together."""
        return self.physical + self.magic + self.true

    def add(self, physical: int, magic: int, true: int) -> None:
        """Count one more portion."""
        self.physical += physical
        self.magic += magic
        self.true += true


@dataclass(slots=True)
class Fighter:
    """What one participant has done so far. Gold and experience are fractional until written out."""

    seat: Seat
    pid: int = field(init=False)
    team: int = field(init=False)
    gold: float = 500.0
    spent: int = 0
    experience: float = 0.0
    level: int = 1
    lane_cs: int = 0
    jungle_cs: int = 0
    cs_debt: float = 0.0
    jungle_debt: float = 0.0
    kills: int = 0
    deaths: int = 0
    assists: int = 0
    streak: int = 0
    largest_streak: int = 0
    sprees: int = 0
    multikills: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0, 0])
    last_kill_ms: int = -60_000
    chain: int = 0
    dead_until_ms: int = 0
    dead_ms: int = 0
    alive_since_ms: int = 0
    longest_life_ms: int = 0
    busy_until_ms: int = 0
    errand: Point | None = None
    inventory: list[int] = field(default_factory=list)
    trinket: int = 0
    bought: int = 0
    consumables: int = 0
    control_wards_bought: int = 0
    legendaries: list[int] = field(default_factory=list)
    last_shop_ms: int = 0
    to_champions: Damage = field(default_factory=Damage)
    to_others: Damage = field(default_factory=Damage)
    taken: Damage = field(default_factory=Damage)
    to_buildings: int = 0
    to_epics: int = 0
    support_gold: float = 0.0
    controlled_ms: int = 0
    tallies: dict[str, int] = field(default_factory=dict)
    position: Point = (0, 0)

    def __post_init__(self) -> None:
        # Read hundreds of thousands of times a game: plain attributes, not properties.
        self.pid = self.seat.participant_id
        self.team = self.seat.team_id

    @property
    def total_gold(self) -> int:
        """Gold earned so far, the starting gold included."""
        return int(self.gold)

    def alive(self, at_ms: int) -> bool:
        """Whether the champion is on the map at that time."""
        return at_ms >= self.dead_until_ms

    def tally(self, name: str, amount: int = 1) -> None:
        """Count something that only the match document needs, by its field name there."""
        self.tallies[name] = self.tallies.get(name, 0) + amount

    def bonus(self, stat: str) -> int:
        """The sum of one stat over the items held."""
        return sum(getattr(ITEMS[item], stat) for item in self.inventory)

    @property
    def items_held(self) -> list[int]:
        """`item0` to `item6`: six slots, filled with 0, and the trinket."""
        held = self.inventory[:6]
        return held + [0] * (6 - len(held)) + [self.trinket]
