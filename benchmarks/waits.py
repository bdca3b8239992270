"""How long people's calls wait for their turn while a backfill takes all it can get."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.budget import calling_stage, group_of
from benchmarks.calling import Outcome, calling
from benchmarks.stage import say

_GOAL = 0.050  # seconds, for the p99
_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Load:
    """People's calls a second at a key with these limits, for so many seconds; four processes backfill meanwhile."""

    name: str
    limits: str
    people: float
    seconds: float
    in_background: bool = False


LOADS = (
    Load("development", "20:1,100:120", 0.08, 240.0),
    Load("production", "500:10,30000:600", 2.0, 60.0),
    Load("production", "500:10,30000:600", 5.0, 60.0),
    Load("production", "500:10,30000:600", 9.0, 60.0),
    Load("production", "500:10,30000:600", 5.0, 60.0, in_background=True),
)


def measure(quick: bool) -> dict[str, Any]:  # noqa: FBT001 - see Part
    """Each load, and for comparison one without a lane of its own for people."""
    rows = []
    for limits in dict.fromkeys(load.limits for load in LOADS):
        loads = [load for load in LOADS if load.limits == limits]
        with calling_stage(limits) as stage:
            for load in loads:
                seconds = load.seconds / 4 if quick else load.seconds
                group = group_of(
                    stage, limits, _PROCESSES, seconds, load.people, people_in_background=load.in_background
                )
                rows.append(_row(load, calling([group])[0]))
    return {"rows": rows, "missed": list(_missed(rows))}


def table(measured: dict[str, Any]) -> Iterator[str]:
    """One line per load, in ms."""
    yield (
        f"{_PROCESSES} processes backfill with all they may have. Target: p99 <= {1000 * _GOAL:.0f} ms, as long as "
        "people's calls fit the fifth of the budget that is theirs at the least. Who had no turn by the end counts "
        "with what they had waited. In ms:"
    )
    yield ""
    yield "| key | calls/s for people | their lane | calls | p50 | p99 | max | 429s |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in measured["rows"]:
        lane = "none: they queue with the backfill" if row["in_background"] else "interactive"
        p50, p99, worst = (1000 * row[name] for name in ("p50", "p99", "max"))
        yield (
            f"| {row['name']} ({row['limits']}) | {row['people']:g} | {lane} | {row['calls']} | {p50:.1f} | "
            f"**{p99:.1f}** | {worst:.1f} | {row['refused']} |"
        )


def _row(load: Load, outcome: Outcome) -> dict[str, Any]:
    say(f"{load.name}, {load.people:g}/s: p99 {1000 * outcome.wait(0.99):.1f} ms of {len(outcome.waits)}")
    return {
        "name": load.name, "limits": load.limits, "people": load.people, "in_background": load.in_background,
        "calls": len(outcome.waits), "p50": outcome.wait(0.5), "p99": outcome.wait(0.99), "max": outcome.wait(1.0),
        "refused": outcome.refused,
    }  # fmt: skip


def _missed(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if row["refused"]:
            yield f"{row['name']} key: {row['refused']} calls were refused"
        if not row["calls"]:
            yield f"{row['name']} key, {row['people']:g} calls/s: nobody called"
        if row["p99"] > _GOAL and not row["in_background"]:
            yield f"{row['name']} key, {row['people']:g} calls/s: p99 {1000 * row['p99']:.0f} ms"
