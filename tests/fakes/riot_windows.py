"""Riot's rate limiting as a model: fixed windows that open with their first call, and the headers that tell of it."""

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class _Window:
    opened: float
    count: int = 0


@dataclass
class RiotWindows:
    """Counts calls as Riot's edge does; a refused call counts too.

    `app` and `method` are {seconds: calls}. A call takes `latency` seconds, part of it before it arrives.
    """

    app: Mapping[int, int]
    method: Mapping[int, int]
    latency: Callable[[], float] = lambda: random.uniform(0.002, 0.02)
    answered: int = 0
    arrived: Counter[str] = field(default_factory=Counter)  # by method
    refused: int = 0
    clock: Callable[[], float] = time.monotonic
    windows: dict[tuple[str, int], _Window] = field(default_factory=dict)

    async def call(self, method: str = "match-v5.match") -> tuple[int, dict[str, str]]:
        """Make one call; answers its status and headers."""
        latency, share = self.latency(), random.random()
        await asyncio.sleep(latency * share)
        answer = self.arrive(method)
        await asyncio.sleep(latency * (1 - share))
        return answer

    def arrive(self, method: str) -> tuple[int, dict[str, str]]:
        """Count one call; answers its status and headers."""
        now = self.clock()
        self.arrived[method] += 1
        headers: dict[str, str] = {}
        exceeded: dict[str, float] = {}
        for kind, name, limits in (("application", "App", self.app), ("method", "Method", self.method)):
            counts = []
            for seconds, calls in limits.items():
                key = (kind if kind == "application" else method, seconds)
                window = self.windows.get(key)
                if window is None or now >= window.opened + seconds:
                    window = self.windows[key] = _Window(now)
                window.count += 1
                counts.append(f"{window.count}:{seconds}")
                if window.count > calls:
                    exceeded[kind] = max(exceeded.get(kind, 0.0), window.opened + seconds - now)
            headers[f"X-{name}-Rate-Limit"] = ",".join(f"{calls}:{seconds}" for seconds, calls in limits.items())
            headers[f"X-{name}-Rate-Limit-Count"] = ",".join(counts)
        if not exceeded:
            self.answered += 1
            return 200, headers
        self.refused += 1
        kind = max(exceeded, key=lambda name: exceeded[name])
        return 429, headers | {"X-Rate-Limit-Type": kind, "Retry-After": str(math.ceil(exceeded[kind]))}
