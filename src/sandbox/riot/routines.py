"""What the personas play on each day of a fortnight, which then begins anew: a game's kind and its documents' fate."""

from dataclasses import dataclass
from typing import NamedTuple

from src.sandbox.riot.generator import Queue
from src.sandbox.riot.generator.queues import (
    ARAM,
    ARENA,
    ARENA_TRIOS,
    COOP_VS_AI,
    NORMAL_BLIND,
    NORMAL_DRAFT,
    QUICKPLAY,
    RANKED_FLEX,
    RANKED_SOLO,
    SWIFTPLAY,
    UNKNOWN,
)
from src.sandbox.riot.personas import EUROPEAN, KOREAN, MAIN, NEWCOMER, PARTNER, UNRANKED

DAYS = 14


@dataclass(frozen=True, slots=True)
class Chapter:
    """One game in somebody's history: what it was and what became of its documents.

    `misplaced`: Riot lists it although the player was not in it. `showcase` is the seed of a game worth looking at;
    it is the same game in every world, with other people in it.
    """

    queue: Queue
    misplaced: bool = False
    remake: bool = False
    match_gone: bool = False
    timeline_gone: bool = False
    with_partner: bool = False
    showcase: str = ""

    @property
    def lossy(self) -> bool:
        """Whether a document of it is missing for good."""
        return self.match_gone or self.timeline_gone


class Session(NamedTuple):
    """Games in a row, the first one `late` slots after the usual time of day."""

    late: int
    chapters: tuple[Chapter, ...]


Routine = dict[int, Session]
"""The session of each day, 0 to 13, on which there is one."""


def _session(late: int, *games: Chapter | Queue) -> Session:
    return Session(late, tuple(game if isinstance(game, Chapter) else Chapter(game) for game in games))


_DUO = Chapter(RANKED_FLEX, with_partner=True)

ROUTINES: dict[int, Routine] = {
    MAIN: {
        0: _session(0, RANKED_SOLO, RANKED_SOLO, _DUO),
        2: _session(1, ARAM, RANKED_SOLO, RANKED_SOLO),
        3: _session(0, Chapter(RANKED_SOLO, remake=True), RANKED_SOLO, Chapter(NORMAL_DRAFT, with_partner=True)),
        5: _session(2, ARENA, ARENA_TRIOS, RANKED_SOLO),
        6: _session(0, RANKED_SOLO, RANKED_SOLO, SWIFTPLAY, _DUO),
        8: _session(1, QUICKPLAY, UNKNOWN),
        9: _session(0, RANKED_SOLO, Chapter(RANKED_SOLO, timeline_gone=True), RANKED_SOLO),
        11: _session(2, COOP_VS_AI, NORMAL_BLIND),
        12: _session(0, RANKED_SOLO, Chapter(RANKED_SOLO, match_gone=True), ARAM, _DUO),
        13: _session(1, Chapter(RANKED_SOLO, misplaced=True), RANKED_SOLO),
    },
    PARTNER: {
        1: _session(0, RANKED_SOLO, RANKED_SOLO),
        4: _session(1, ARAM, RANKED_SOLO),
        7: _session(0, RANKED_SOLO, RANKED_SOLO, RANKED_SOLO),
        10: _session(2, SWIFTPLAY),
        11: _session(0, RANKED_SOLO, RANKED_SOLO),
    },
    KOREAN: {
        1: _session(0, RANKED_SOLO, RANKED_SOLO),
        4: _session(2, RANKED_SOLO),
        6: _session(0, ARAM, SWIFTPLAY),
        9: _session(1, RANKED_SOLO, RANKED_SOLO),
        12: _session(0, RANKED_SOLO),
    },
    EUROPEAN: {
        2: _session(0, RANKED_SOLO, RANKED_FLEX),
        5: _session(1, RANKED_SOLO),
        7: _session(2, RANKED_SOLO, ARAM),
        10: _session(0, NORMAL_DRAFT, RANKED_FLEX),
        13: _session(1, RANKED_SOLO),
    },
    UNRANKED: {
        0: _session(1, ARAM, ARAM),
        5: _session(0, ARENA, SWIFTPLAY),
        6: _session(2, NORMAL_DRAFT, QUICKPLAY),
        12: _session(1, ARAM, ARENA_TRIOS),
    },
    NEWCOMER: {},
}
USUAL = (RANKED_SOLO, RANKED_SOLO, RANKED_FLEX, RANKED_SOLO, ARAM)
"""What a history is topped up with for load tests."""


def per_fortnight(number: int, queue: Queue) -> int:
    """How many games of a queue the persona plays in a fortnight."""
    own = (chapter for day in ROUTINES[number].values() for chapter in day.chapters)
    called = (chapter for day in ROUTINES[MAIN].values() for chapter in day.chapters if chapter.with_partner)
    return sum(chapter.queue == queue for chapter in (*own, *(called if number == PARTNER else ())))
