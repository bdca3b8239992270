"""Some processes that call Riot through one key's budget, at the same time."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count

from benchmarks.callers import Task, Told
from benchmarks.lines import close, hear, tell

_KEYS = count(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all processes of one key came to. `arrived`: seconds from the first accepted call to each, sorted."""

    arrived: tuple[float, ...]
    refused: int
    waits: tuple[float, ...]

    @classmethod
    def of(cls, told: Sequence[Told]) -> "Outcome":
        """Put together what the processes tell."""
        arrived = sorted(moment for one in told for moment in one.arrived)
        first = arrived[0] if arrived else 0.0
        waits = sorted(wait for one in told for wait in one.waits)
        return cls(tuple(moment - first for moment in arrived), sum(one.refused for one in told), tuple(waits))

    def accepted(self, seconds: float) -> int:
        """Calls accepted in the first `seconds` from the first one on."""
        return sum(moment < seconds for moment in self.arrived)

    def wait(self, share: float) -> float:
        """The wait, in seconds, that this share of people's calls stays within."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))] if self.waits else 0.0


def fresh_key() -> str:
    """A key that nobody has used: with a budget of its own, and windows of its own at the stand-in."""
    return f"RGAPI-bench-{next(_KEYS)}"


def calling(groups: Sequence[Sequence[Task]]) -> list[Outcome]:
    """Let all processes of all groups work at once; a group shares a key.

    Raises:
        RuntimeError: a process ended early.
    """
    with ExitStack() as stack:
        processes = [[_started(stack, task) for task in group] for group in groups]
        everybody = [process for group in processes for process in group]
        for process in everybody:
            if hear(process, "callers") != "ready":
                raise RuntimeError("a caller did not start")
        for process in everybody:
            tell(process, "go")
        return [Outcome.of([Told(**json.loads(hear(process, "callers"))) for process in group]) for group in processes]


def allowed(limits: str, seconds: float) -> float:
    """Calls that the tightest limit lets a perfect client make in `seconds`, a multiple of its windows' length.

    >>> allowed("20:1,100:120", 240.0)
    200.0
    """
    pairs = (part.split(":") for part in limits.split(","))
    return min(int(calls) * seconds / int(length) for calls, length in pairs)


def _started(stack: ExitStack, task: Task) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-m", "benchmarks.callers"]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    stack.callback(_end, process)
    tell(process, task.line())
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(1.0)
    close(process)
