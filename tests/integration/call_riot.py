"""`python -m tests.integration.call_riot`: one process that calls Riot for some seconds through the shared budget.

Its clocks may be wrong: `--ahead` seconds, and `--fast` times as fast as they should be.
"""

import argparse
import asyncio
import sys
import time
from contextlib import suppress

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.adapters.riot_budget import RedisRiotBudget
from src.core.domain.job import Lane
from src.core.domain.regions import Platform
from src.core.errors import RateLimited, Unavailable

_CALLERS = 6


class SkewedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is wrong."""

    ahead, fast = 0.0, 1.0

    def time(self) -> float:
        """Seconds, as this machine believes."""
        return time.monotonic() * self.fast + self.ahead


async def call(adapter: RiotAPIAdapter, puuid: str, end: float) -> None:
    """Call again and again."""
    while time.monotonic() < end:
        with suppress(RateLimited):
            try:
                await adapter.league_entries(puuid, Platform.NA1)
            except Unavailable:
                await asyncio.sleep(0.1)


async def main(options: argparse.Namespace) -> None:
    """Start together with the other processes, and call until the end."""
    budget = RedisRiotBudget(url=options.redis, api_key="RGAPI-shared")
    settings = RiotSettings(riot_api_key="RGAPI-shared", riot_api_base_url=options.riot)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    end = time.monotonic() + options.seconds
    async with RiotAPIAdapter(settings=settings, budget=budget, lane=Lane(options.lane)) as adapter:
        async with asyncio.TaskGroup() as group:
            for _ in range(_CALLERS):
                group.create_task(call(adapter, options.puuid, end))
        await budget.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis", required=True)
    parser.add_argument("--riot", required=True)
    parser.add_argument("--puuid", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--lane", default="interactive")
    parser.add_argument("--ahead", type=float, default=0.0)
    parser.add_argument("--fast", type=float, default=1.0)
    chosen = parser.parse_args()
    SkewedLoop.ahead, SkewedLoop.fast = chosen.ahead, chosen.fast
    with asyncio.Runner(loop_factory=SkewedLoop) as runner:
        runner.run(main(chosen))
