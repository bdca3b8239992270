"""A round's figures, as a table for people."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from tests.chaos.plan import KILLS
from tests.chaos.recount import Counted

Times = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round came to.

    `strikes` counts by name, `missed` those that found nothing left to strike at. `standstills` has for each strike
    the longest time, in seconds, in which nothing at all got done, `until_taken` the time until the last job that a
    killed process had in hand was in hand again. `fallen`: processes that ended unasked. `strays`: those that
    outlived the round.
    """

    counted: Counted
    seconds: float
    strikes: Mapping[str, int]
    missed: int
    standstills: Times
    until_taken: Times
    fallen: tuple[str, ...] = ()
    strays: int = 0

    @property
    def kills(self) -> int:
        """Processes killed by the round, the poison's own deaths left out."""
        return sum(self.strikes.get(kind, 0) for kind in KILLS)

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing double, every job ended, the poison buried, no process fallen or left."""
        counted = self.counted
        unfinished = sum(counted.jobs.get(state, 0) for state in ("queued", "running", "waiting"))
        return (
            not (counted.lost or counted.double or unfinished or self.fallen or self.strays)
            and counted.poison.is_buried
        )

    def table(self) -> str:
        """The figures as two Markdown tables."""
        return "\n".join((*self._summary(), "", *self._strikes()))

    def _summary(self) -> Iterator[str]:
        counted, poison = self.counted, self.counted.poison
        now = datetime.now(UTC)
        yield "| round | |"
        yield "|---|---|"
        yield f"| date, machine | {now:%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()} |"
        yield f"| matches stored / timelines | {counted.matches} / {counted.timelines} |"
        yield f"| **lost** | **{len(counted.lost)}** |"
        yield f"| **double** | **{len(counted.double)}** |"
        yield f"| duration | {self.seconds:.0f} s |"
        yield f"| processes killed | {self.kills} (and {poison.deaths} by the poison task) |"
        yield f"| jobs | {', '.join(f'{count} {state}' for state, count in sorted(counted.jobs.items()))} |"
        yield f"| jobs taken over from a dead worker | {counted.takeovers} times |"
        yield f"| yearly statistics compared with a recount | {counted.statistics} |"
        yield f"| poison | {poison.state} after {poison.deaths} deaths: {poison.reason} |"
        yield f"| nothing got done, longest | {_most(self.standstills)} |"
        yield f"| processes that ended unasked | {len(self.fallen)} |"
        yield f"| processes left over | {self.strays} |"

    def _strikes(self) -> Iterator[str]:
        yield "| strike | times | nothing got done, p50 / max | until its work is taken up again, p50 / max |"
        yield "|---|---|---|---|"
        for name, times in sorted(self.strikes.items()):
            yield f"| {name} | {times} | {_spread(self.standstills, name)} | {_spread(self.until_taken, name)} |"

    def findings(self) -> str:
        """What is lost, what is double, what ended unasked, a line each; the first of them."""
        found = {"lost": self.counted.lost, "double": self.counted.double, "ended unasked": self.fallen}
        lines = [f"{kind}: {line}" for kind, told in found.items() for line in told]
        return "\n".join(line[:500] for line in lines[:40])


def _most(times: Times) -> str:
    return f"{max(seconds for _, seconds in times):.1f} s" if times else "-"


def _spread(times: Times, name: str) -> str:
    own = [seconds for kind, seconds in times if kind == name]
    return f"{median(own):.1f} s / {max(own):.1f} s" if own else "-"
