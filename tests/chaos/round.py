"""One round: a system of real processes works, is struck again and again, and is counted at the end."""

import asyncio
import dataclasses
import json
import math
import os
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from src.sandbox.stage import Stage, sandbox_stage
from tests.chaos.figures import Figures
from tests.chaos.hands import Hands, strays
from tests.chaos.plan import PlannedStrike, RoundPlan
from tests.chaos.recount import Counted, count_up
from tests.chaos.truth import Truth, truth_of
from tests.chaos.watch import Recoveries, Sight, Watcher, Wound

PROJECT = Path(__file__).resolve().parents[2]
_LOOK_EVERY = 0.1
_SHORTEST_PAUSE = 1.0  # between two strikes, in seconds
_START_SECONDS = 60.0
_CALLS_PER_MATCH = 2
_BACKGROUND_SHARE = 0.8  # of Riot's limits, which the budget leaves to jobs
# The documented rates would stretch 2,000 matches over hours; Riot's own limits set the pace here.
_SETTINGS = {
    "PLAYER_SYNC_RATE": "off",
    "MATCH_PROCESSING_RATE": "off",
    "TIMELINE_PROCESSING_RATE": "off",
    "WORKER_AUTOSCALE": "off",
    "WORKER_CONCURRENCY": "3",  # one of them is for people, who do not come here
}
# What somebody with a shell does. The singles belong to a player whose year is synced at the same time.
_SUBMIT = """
import json, sys
from src.tasks.match_tasks import sync_match_data_atomic
from src.tasks.player_tasks import sync_player_data
from tests.chaos.poison import die
print(die.delay().id)
work = json.load(sys.stdin)
for sync in work["syncs"]:
    sync_player_data.delay(**sync)
for single in work["singles"]:
    sync_match_data_atomic.delay(**single)
"""

Say = Callable[[str], None]


def run_round(plan: RoundPlan, var: Path, *, say: Say = lambda _line: None) -> Figures:
    """Play a round in `var` (emptied first); on the main thread. All its processes are gone afterwards.

    `say` hears what happens. A round that does not end in time is counted as it is.

    Raises:
        ServerStartError: something does not start.
    """
    truth, per_player = truth_of(plan.matches, plan.seed)
    mark = f"chaos-round-{uuid4().hex}"
    with _environment(plan, truth, per_player, mark):
        # With a factory, the runner leaves alone whatever event loop its caller has set.
        with (
            sandbox_stage(var, say, fresh=True) as stage,
            asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        ):
            figures = runner.run(_Round(plan, truth, stage, say).play())
        left = {*strays(mark), *strays(str(var.absolute()))}
    return dataclasses.replace(figures, strays=len(left))


@contextmanager
def _environment(plan: RoundPlan, truth: Truth, per_player: int, mark: str) -> Iterator[None]:
    """What this process and all that it starts are told; put back afterwards."""
    before = dict(os.environ)
    # Half of the matches are played on one routing value, and each has limits of its own. A second is the shortest
    # window there is: with longer ones everything would stand still for most of each, strikes or not.
    calls_a_second = _CALLS_PER_MATCH * len(truth.matches) / 2 / plan.seconds
    pace = math.ceil(calls_a_second / _BACKGROUND_SHARE) + 1
    os.environ.update(
        _SETTINGS,
        RIOT_SANDBOX_SEED=str(plan.seed),
        RIOT_SANDBOX_NOW=truth.now.isoformat(),
        RIOT_SANDBOX_MATCHES_PER_PLAYER=str(per_player),
        RIOT_SANDBOX_APP_LIMIT=f"{pace}:1",
        JOB_LEASE=str(plan.lease),
        CHAOS_ROUND=mark,
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass(slots=True)
class _Round:
    plan: RoundPlan
    truth: Truth
    stage: Stage
    say: Say
    hands: Hands = field(init=False)
    watcher: Watcher = field(init=False)
    recoveries: Recoveries = field(default_factory=Recoveries)
    ahead: deque[PlannedStrike] = field(init=False)
    next_strike_at: float = 0.0
    strike_by: float = math.inf
    sight: Sight = field(default_factory=lambda: Sight(0, 0, 0))
    stored_at: float | None = None

    def __post_init__(self) -> None:
        self.hands = Hands(self.stage, random.Random(self.plan.seed))
        self.watcher = Watcher(self.stage.environment["DATABASE_URL"])
        self.ahead = deque(self.plan.strikes())

    async def play(self) -> Figures:
        """Start the workers, hand in the work, strike until it is done."""
        await self.watcher.install_audit()
        self.hands.start_workers(self.plan.workers)
        poison = self._submit()
        began = time.monotonic()
        is_done = await self._until_done(began + self.plan.deadline)
        seconds = time.monotonic() - began
        if not is_done:
            self.say(f"given up after {seconds:.0f} s: {self.sight.unfinished} jobs have not ended")
        counted = await count_up(self.watcher, self.truth, poison)
        await self.watcher.close()
        self.hands.end_workers()
        return self._figures(counted, seconds)

    def _submit(self) -> UUID:
        """Hand in the poison and everything else, as a user's script would; answers the poison's job."""
        work = {name: list(map(dataclasses.asdict, getattr(self.truth, name))) for name in ("syncs", "singles")}
        done = subprocess.run(
            [sys.executable, "-c", _SUBMIT], input=json.dumps(work),
            cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, timeout=_START_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"the work could not be handed in:\n{done.stderr}")
        return UUID(done.stdout.split()[0])

    async def _until_done(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_EVERY)
            now = time.monotonic()
            self.hands.restart_due(now)
            sight = await self.watcher.look()
            if sight is None:
                continue
            self.sight = sight
            if sight.stored >= len(self.truth.matches) and self.stored_at is None:
                self.stored_at = now
            await self.recoveries.look(self.watcher, sight, time.monotonic())
            if self.ahead:
                await self._strike_if_due(now)
            elif sight.unfinished == 0 and self.hands.all_back:
                return True
        return False

    async def _strike_if_due(self, now: float) -> None:
        planned = self.ahead[0]
        is_time = self.sight.stored >= planned.share * len(self.truth.matches) or now >= self.strike_by
        if now < self.next_strike_at or not is_time:
            return
        node = self.hands.node(planned.worker)
        held = await self.watcher.held_by(node) if planned.strike.is_kill else {}
        if not self.hands.strike(planned, now):
            return
        self.ahead.popleft()
        self.next_strike_at = time.monotonic() + _SHORTEST_PAUSE
        self.strike_by = time.monotonic() + self.plan.longest_pause
        self.recoveries.wounds.append(Wound(planned.strike, now, dict(held)))
        self.say(f"{self.sight.stored} matches: {planned.strike}")

    def _figures(self, counted: Counted, seconds: float) -> Figures:
        wounds = self.recoveries.wounds
        return Figures(
            counted=counted,
            seconds=seconds,
            strikes=self.recoveries.counts,
            missed=len(self.ahead),
            fallen=tuple(self.hands.fallen),
            standstills=tuple(self.recoveries.standstills(self.stored_at or time.monotonic())),
            until_taken=tuple((w.name, w.until_taken) for w in wounds if w.until_taken is not None),
        )
