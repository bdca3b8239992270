"""Queues the generator can play, and what distinguishes their games."""

from dataclasses import dataclass
from enum import StrEnum


class Course(StrEnum):
    """Which simulation plays a queue's games."""

    RIFT = "rift"
    ABYSS = "abyss"
    ARENA = "arena"


@dataclass(frozen=True, slots=True)
class Queue:
    """A matchmaking queue as match-v5 describes its games.

    `pace` scales income and shortens spawn times (Swiftplay); `players` is the number of participants.
    """

    id: int
    mode: str
    map_id: int
    course: Course = Course.RIFT
    bans: bool = True
    bots: bool = False
    pace: float = 1.0
    players: int = 10
    subteam_size: int = 0


RANKED_SOLO = Queue(420, "CLASSIC", 11)
NORMAL_DRAFT = Queue(400, "CLASSIC", 11)
NORMAL_BLIND = Queue(430, "CLASSIC", 11, bans=False)
RANKED_FLEX = Queue(440, "CLASSIC", 11)
QUICKPLAY = Queue(490, "CLASSIC", 11, bans=False)
SWIFTPLAY = Queue(480, "SWIFTPLAY", 11, bans=False, pace=1.35)
COOP_VS_AI = Queue(840, "CLASSIC", 11, bans=False, bots=True)
ARAM = Queue(450, "ARAM", 12, Course.ABYSS, bans=False)
ARENA = Queue(1700, "CHERRY", 30, Course.ARENA, players=16, subteam_size=2)
ARENA_TRIOS = Queue(1750, "CHERRY", 30, Course.ARENA, players=18, subteam_size=3)
UNKNOWN = Queue(4242, "STARFALL", 99, Course.ABYSS, bans=False)
"""A queue, mode and map that no published list has: new ones appear with every season."""

QUEUES: dict[int, Queue] = {
    queue.id: queue
    for queue in (
        RANKED_SOLO,
        NORMAL_DRAFT,
        NORMAL_BLIND,
        RANKED_FLEX,
        QUICKPLAY,
        SWIFTPLAY,
        COOP_VS_AI,
        ARAM,
        ARENA,
        ARENA_TRIOS,
        UNKNOWN,
    )
}
