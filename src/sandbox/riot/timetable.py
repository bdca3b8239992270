"""When the people of the world play: every game has its slot in time, the same whenever one looks.

A slot is 48 minutes, 30 to a day (UTC), counted from 1970. No game outlasts it, so that two in neighbouring slots
never overlap, whoever plays them.
"""

import random
from functools import lru_cache

from src.sandbox.riot.personas import MAIN, PARTNER, PERSONAS
from src.sandbox.riot.routines import DAYS, ROUTINES, Chapter

MINUTE_MS = 60_000
SLOT_MS = 48 * MINUTE_MS
PER_DAY = 30
_LATEST_LOBBY_MS = 5 * MINUTE_MS
_DUO_SLOTS = 3
_BREAK_CHANCE = 0.2


def slot_at(at_ms: int) -> int:
    """The slot that this moment (Unix ms) is in."""
    return at_ms // SLOT_MS


def noon_day(slot: int) -> int:
    """The day (since 1970) that this slot belongs to if days begin at noon (UTC), well away from any evening's games.

    >>> noon_day(14), noon_day(15)
    (0, 1)
    """
    return (slot + PER_DAY // 2) // PER_DAY


def could_be_duo(slot: int) -> bool:
    """Whether the main player asks the partner along when there is nothing else to do: in every third slot."""
    return not slot % _DUO_SLOTS


class Timetable:
    """Who plays what in which slot. It is a function of the seed: nothing in it depends on today."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._day = lru_cache(maxsize=512)(self._plan)

    def chapter(self, number: int, slot: int) -> Chapter | None:
        """What persona `number` plays of their own accord in a slot; None: nothing, or with somebody else."""
        return self._day(number, slot // PER_DAY).get(slot)

    def created_ms(self, number: int, slot: int) -> int:
        """When the lobby of a game in this slot is made, Unix ms: in its first five minutes."""
        rng = random.Random(f"{self._seed}/{number}/{slot}/lobby")  # noqa: S311 - reproducible on purpose
        return slot * SLOT_MS + rng.randrange(_LATEST_LOBBY_MS)

    def _plan(self, number: int, day: int) -> dict[int, Chapter]:
        """The games of a day (since 1970) by slot."""
        session = ROUTINES[number].get(day % DAYS)
        if session is None:
            return {}
        rng = random.Random(f"{self._seed}/{number}/{day}/evening")  # noqa: S311
        slot = day * PER_DAY + PERSONAS[number].evening + session.late + rng.randrange(2)
        games: dict[int, Chapter] = {}
        for chapter in session.chapters:
            while number == PARTNER and self._is_called(slot):
                slot += 1
            games[slot] = chapter
            slot += 2 if rng.random() < _BREAK_CHANCE else 1
        return games

    def _is_called(self, slot: int) -> bool:
        """Whether the partner may be in a game of the main player's."""
        chapter = self.chapter(MAIN, slot)
        return could_be_duo(slot) if chapter is None else chapter.with_partner
