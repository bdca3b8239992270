"""What a round does to the system, and when: the same seed, the same plan."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Strike(StrEnum):
    """One thing that goes wrong."""

    KILL_PARENT = "worker parent SIGKILLed"
    KILL_CHILD = "pool child SIGKILLed"
    KILL_GROUP = "worker's process group SIGKILLed"
    RESTART_REDIS = "Redis restarted"
    CRASH_REDIS = "Redis SIGKILLed"
    FLUSH_REDIS = "Redis FLUSHALL"
    RESTART_POSTGRES = "Postgres restarted (fast)"
    CRASH_POSTGRES = "Postgres restarted (immediate)"
    RIOT_429 = "Riot 429 with Retry-After"
    RIOT_429_SILENT = "Riot 429 without Retry-After"
    RIOT_429_BARE = "Riot 429 without type"
    RIOT_5XX = "Riot 5xx"
    RIOT_RESET = "Riot resets connections"

    @property
    def is_kill(self) -> bool:
        """True if a worker's process dies of it."""
        return self in KILLS


KILLS = (Strike.KILL_PARENT, Strike.KILL_CHILD, Strike.KILL_GROUP)
OTHERS = tuple(strike for strike in Strike if strike not in KILLS)
# Killed children are the most frequent in real life (the OOM killer takes them).
_KILL_WEIGHTS = (3, 4, 3)


@dataclass(frozen=True, slots=True)
class PlannedStrike:
    """A strike that is due once `share` (0-1) of the matches are stored.

    `worker` is whom it is meant for, `back_after` the seconds until a killed one is started again.
    """

    strike: Strike
    share: float
    worker: int
    back_after: float


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round's parameters.

    `matches`: how many there are at least. `kills`: how many worker processes die. `others`: how often each other
    kind of strike happens. `spread`: the share of the matches (0-1) during which all of that happens. `seconds`: how
    long the matches take at least, by the pace of Riot's limits. `longest_pause`: after so many seconds the next strike
    comes, however little was done since the last one.
    `lease`: JOB_LEASE, the seconds that a killed worker's job lies idle. `deadline`: seconds after which an unfinished
    round is given up.
    """

    matches: int
    kills: int
    seconds: float
    seed: int = 1
    workers: int = 2
    others: int = 1
    spread: float = 0.85
    longest_pause: float = math.inf
    lease: float = 30.0
    deadline: float = 1800.0

    def strikes(self) -> Sequence[PlannedStrike]:
        """The strikes in order, spread over the work; every kind of kill is among them."""
        rng = random.Random(self.seed)
        more = rng.choices(KILLS, _KILL_WEIGHTS, k=max(0, self.kills - len(KILLS)))
        kinds = [*KILLS, *more, *OTHERS * self.others]
        rng.shuffle(kinds)
        # Not at once: players are synced first, and a poor start is tested by the first kill soon enough.
        shares = [0.05 + self.spread * index / len(kinds) for index in range(len(kinds))]
        return [
            PlannedStrike(kind, share, rng.randrange(self.workers), rng.uniform(0.2, 2.5))
            for kind, share in zip(kinds, shares, strict=True)
        ]
