"""The clock, the fighters and the bookkeeping that every kind of game shares."""

import heapq
import math
import random
from collections.abc import Callable
from itertools import count
from typing import Any

from src.sandbox.riot.generator import levels
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.frames import participant_frame
from src.sandbox.riot.generator.queues import Queue
from src.sandbox.riot.generator.seats import Seat

STEP_MS = 5_000
FRAME_MS = 60_000
_QUIET_MS = 900
PASSIVE_GOLD_PER_SECOND = 2.04


def quiet(at_ms: int) -> int:
    """Move a time out of the first 900 ms of a step.

    Frames are taken on whole minutes but carry a stamp up to 855 ms later; nothing may happen in between, or
    the frame would miss an event that its stamp covers.
    """
    return at_ms + _QUIET_MS - at_ms % STEP_MS if at_ms % STEP_MS < _QUIET_MS else at_ms


class Simulation:
    """A game in steps of five seconds; subclasses say what happens in a step.

    Attributes:
        events: Timeline events in no particular order; sort by timestamp when writing.
        frames: One participant snapshot per minute, from the start of the game.
        ended_ms: Game time of the end, 0 while it runs.
    """

    start_gold = 500.0
    start_level = 1
    passive_from_ms = 65_000

    def __init__(self, queue: Queue, seats: list[Seat], rng: random.Random) -> None:
        self.queue = queue
        self.rng = rng
        self.fighters = [Fighter(seat, gold=self.start_gold) for seat in seats]
        self.by_id = {fighter.pid: fighter for fighter in self.fighters}
        self.events: list[dict[str, Any]] = []
        self.frames: list[dict[int, dict[str, Any]]] = []
        self.now = 0
        self.ended_ms = 0
        self.winner = 0
        self.surrendered = False
        self.nexus_fell = False
        self.absent: Fighter | None = None
        self._scheduled: list[tuple[int, int, Callable[[int], None]]] = []
        self._order = count()

    def play(self) -> None:
        """Run until somebody has won."""
        self.prepare()
        self._snapshot()
        while not self.ended_ms:
            self._run_step()
        self.events = [event for event in self.events if event["timestamp"] <= self.ended_ms]

    def prepare(self) -> None:
        """What happens before the first frame."""
        for fighter in self.fighters:
            if self.start_level > 1:
                fighter.experience = levels.EXPERIENCE_FOR_LEVEL[self.start_level - 1]
                self.level_up(fighter, self.moment())

    def step(self) -> None:
        """Five seconds of the game; subclasses override this."""
        raise NotImplementedError

    def whereabouts(self, fighter: Fighter) -> Point:
        """Where a fighter stands now; subclasses override this."""
        raise NotImplementedError

    def won(self, fighter: Fighter) -> bool:
        """Whether the match document says `win` for this participant."""
        return fighter.team == self.winner

    def placement(self, fighter: Fighter) -> int:  # noqa: ARG002 - only the Arena places people
        """Arena placement, 1 is best; 0 elsewhere."""
        return 0

    def augments(self, fighter: Fighter) -> list[int]:  # noqa: ARG002
        """The six augment slots, 0 where there is none."""
        return [0] * 6

    def shown_team(self, fighter: Fighter) -> int:
        """The `teamId` the match document gives."""
        return fighter.team

    def finish(self, winner: int) -> None:
        """End the game in the second half of this step, after everything that has happened in it."""
        if self.ended_ms:
            return
        self.winner = winner
        earliest, latest = self.now + STEP_MS // 2, self.now + STEP_MS - 10
        written = (event["timestamp"] for event in self.events if event["timestamp"] < latest)
        self.ended_ms = min(latest, max(earliest, *written) + self.rng.randrange(1, STEP_MS // 2))

    def moment(self) -> int:
        """A random time within the current step that no frame can swallow."""
        return self.now + self.rng.randrange(_QUIET_MS, 4_900)

    def chance(self, probability: float) -> bool:
        """Whether something this likely happens now."""
        return self.rng.random() < probability

    def favours(self, edge: float) -> bool:
        """Whether luck is with the side that has this edge, in log-odds; 0 is even."""
        return self.chance(1 / (1 + math.exp(-edge)))

    def later(self, at_ms: int, action: Callable[[int], None]) -> None:
        """Run `action` with its time when the clock gets there."""
        heapq.heappush(self._scheduled, (quiet(at_ms), next(self._order), action))

    def record(self, kind: str, at_ms: int, **fields: Any) -> dict[str, Any]:
        """Write an event of the timeline."""
        event = {**fields, "timestamp": at_ms, "type": kind}
        self.events.append(event)
        return event

    def side_of(self, fighter: Fighter) -> list[Fighter]:
        """Everybody on the same side as `fighter`, itself included."""
        return self.team(fighter.team)

    def team(self, team_id: int) -> list[Fighter]:
        """The fighters of one team."""
        return [fighter for fighter in self.fighters if fighter.team == team_id]

    def learn(self, fighter: Fighter, experience: float, at_ms: int) -> None:
        """Give experience and write the level-ups that follow."""
        fighter.experience += experience
        if fighter.level < levels.MAX_LEVEL and fighter.experience >= levels.EXPERIENCE_FOR_LEVEL[fighter.level]:
            self.level_up(fighter, at_ms)

    def level_up(self, fighter: Fighter, at_ms: int) -> None:
        """Write every level reached since the last one written, with the skill points."""
        reached = levels.level_at(fighter.experience)
        for level in range(fighter.level + 1, reached + 1):
            self.record("LEVEL_UP", at_ms, level=level, participantId=fighter.pid)
            self.skill_up(fighter, level, at_ms)
        fighter.level = reached

    def skill_up(self, fighter: Fighter, level: int, at_ms: int) -> None:
        """Spend the point of `level` within two seconds."""
        self.record(
            "SKILL_LEVEL_UP",
            quiet(at_ms + self.rng.randrange(80, 2_000)),
            levelUpType="NORMAL",
            participantId=fighter.pid,
            skillSlot=levels.skill_for_level(level, *fighter.seat.skill_order),
        )

    def passive_income(self, fighter: Fighter, seconds: float) -> None:
        """The gold everybody gets."""
        if self.now >= self.passive_from_ms:
            fighter.gold += PASSIVE_GOLD_PER_SECOND * self.queue.pace * seconds

    def _run_step(self) -> None:
        self.step()
        until = self.now + STEP_MS
        while self._scheduled and self._scheduled[0][0] < (self.ended_ms or until):
            at_ms, _, action = heapq.heappop(self._scheduled)
            action(at_ms)
        if self.ended_ms:
            self._snapshot()
            return
        self.now = until
        if self.now % FRAME_MS == 0:
            self._snapshot()

    def _snapshot(self) -> None:
        for fighter in self.fighters:
            fighter.position = self.whereabouts(fighter)
        self.frames.append({fighter.pid: participant_frame(fighter, self.now, self.rng) for fighter in self.fighters})
