"""Which games each of the generated world's people has played, up to a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from src.sandbox.riot.generator import GamePlan, Queue
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.generator.queues import RANKED_SOLO
from src.sandbox.riot.personas import MAIN, PERSONAS
from src.sandbox.riot.population import Population
from src.sandbox.riot.routines import USUAL, Chapter
from src.sandbox.riot.showcases import showcase
from src.sandbox.riot.timetable import MINUTE_MS, PER_DAY, Timetable, could_be_duo, noon_day, slot_at

_FIRST_GAME_ID = 5_000_000_000
_IDS_PER_SLOT = 16
_COPIES_FROM = 8
_LISTED_SLOTS = 21 * PER_DAY
_JUST_PLAYED = 3
_LONG_AGO = 4
_HOUR_MS = 60 * MINUTE_MS
_TIMELINE_LIFE_MS = 365 * 24 * _HOUR_MS
_OVER_AFTER_MS = 47 * MINUTE_MS
_SHOWCASE_OVER_AFTER_MS = 42 * MINUTE_MS
_LOST_AFTER_MS = 8 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Game:
    """A planned game with the fate of its documents; `template` names the game it is a copy of.

    `listed_for` also has it in the match list, without having been in it.
    """

    plan: GamePlan
    listed_for: Player | None = None
    match_gone: bool = False
    timeline_gone: bool = False
    template: int | None = None


@dataclass(frozen=True, slots=True)
class Almanac:
    """Plans games. What a match id stands for never changes; `now_ms` (Unix ms) only says what has happened yet.

    A history is what the timetable had for the last three weeks, and some games of more than a year ago. The main
    player has besides just played, whenever that is: games worth looking at, in slots without other plans.
    """

    population: Population
    timetable: Timetable
    seed: int
    now_ms: int

    def games(self, at_least: int, templates: int) -> Iterator[Game]:
        """The games of every persona that Riot lists, newest first for each.

        Histories with fewer than `at_least` matches are topped up with copies, made from `templates` different games
        per queue.
        """
        for number, persona in enumerate(PERSONAS):
            if not persona.roles:
                continue
            slots = list(self._slots(number))
            yield from (self._game(number, slot, chapter) for slot, chapter in slots)
            earlier = count(self._newest(number) - _LISTED_SLOTS - 1, -1)
            for index, slot in enumerate(islice(earlier, max(0, at_least - len(slots)))):
                yield self._copy(number, slot, USUAL[index % len(USUAL)], index % templates)

    def game(self, match_id: str) -> Game | None:
        """The game with this id, listed or not, unless it is still to come or nobody plays it."""
        platform, _, digits = match_id.partition("_")
        slot, number = divmod(int(digits) - _FIRST_GAME_ID, _IDS_PER_SLOT) if digits.isdecimal() else (-1, 0)
        if number >= len(PERSONAS) or PERSONAS[number].platform != platform or not 0 <= slot <= self._last():
            return None
        chapter = self._chapter(number, slot)
        return self._game(number, slot, chapter) if chapter else None

    def _chapter(self, number: int, slot: int) -> Chapter | None:
        """What persona `number` plays in this slot, or would if the slot was the last one before now."""
        chapter = self.timetable.chapter(number, slot)
        if chapter is None and number == MAIN:
            return Chapter(RANKED_SOLO, with_partner=could_be_duo(slot), showcase=showcase(noon_day(slot), slot))
        return chapter

    def _last(self) -> int:
        """The latest slot in which a game worth looking at is over."""
        return slot_at(self.now_ms - _SHOWCASE_OVER_AFTER_MS)

    def _newest(self, number: int) -> int:
        """The latest slot of this persona that is history."""
        if number != MAIN:
            return slot_at(self.now_ms - _OVER_AFTER_MS)
        return next(slot for slot in count(self._last(), -1) if self.timetable.chapter(MAIN, slot) is None)

    def _slots(self, number: int) -> Iterator[tuple[int, Chapter]]:
        """What is listed, newest first."""
        newest = self._newest(number)
        for slot in range(newest, newest - _LISTED_SLOTS, -1):
            chapter = self.timetable.chapter(number, slot)
            if chapter is None and number == MAIN and slot > newest - _JUST_PLAYED:
                chapter = self._chapter(number, slot)
            if chapter and self._is_settled(number, slot, chapter):
                yield slot, chapter
        if number == MAIN:
            yield from islice(self._long_ago(), _LONG_AGO)

    def _is_settled(self, number: int, slot: int, chapter: Chapter) -> bool:
        """For some hours, documents that are not there yet and those that never will be look the same."""
        return not chapter.lossy or self.timetable.created_ms(number, slot) < self.now_ms - _LOST_AFTER_MS

    def _long_ago(self) -> Iterator[tuple[int, Chapter]]:
        """The main player's games of which Riot has the match only, because they are older than a year."""
        for slot in count(slot_at(self.now_ms - _TIMELINE_LIFE_MS) - PER_DAY, -1):
            chapter = self.timetable.chapter(MAIN, slot)
            if chapter == Chapter(RANKED_SOLO):
                yield slot, chapter

    def _game(self, number: int, slot: int, chapter: Chapter) -> Game:
        plan = self._plan(number, slot, chapter, _FIRST_GAME_ID + slot * _IDS_PER_SLOT + number)
        return Game(
            plan,
            listed_for=self.population.players[number] if chapter.misplaced else None,
            match_gone=chapter.match_gone,
            timeline_gone=chapter.timeline_gone or plan.created_ms < self.now_ms - _TIMELINE_LIFE_MS,
        )

    def _copy(self, number: int, slot: int, queue: Queue, template: int) -> Game:
        game_id = _FIRST_GAME_ID + slot * _IDS_PER_SLOT + number + _COPIES_FROM
        plan = self._plan(number, slot, Chapter(queue), game_id)
        return Game(plan, timeline_gone=plan.created_ms < self.now_ms - _TIMELINE_LIFE_MS, template=template)

    def _plan(self, number: int, slot: int, chapter: Chapter, game_id: int) -> GamePlan:
        seed = f"{self.seed}/{number}/{slot}"
        return GamePlan(
            match_id=f"{PERSONAS[number].platform}_{game_id}",
            queue=chapter.queue,
            created_ms=self.timetable.created_ms(number, slot),
            roster=self.population.roster(number, chapter, seed),
            seed=chapter.showcase or seed,
            remake=chapter.remake,
        )
