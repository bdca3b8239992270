"""How much of what Riot allows is used, by 1, 4 and 8 processes on one key, and how often Riot refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.callers import Task
from benchmarks.calling import Outcome, allowed, calling, fresh_key
from benchmarks.stage import bench_stage, real_documents, say
from src.sandbox.riot.relabelled import relabelled_id
from src.sandbox.stage import Stage

PROCESSES = (1, 4, 8)
CALLERS = 48  # background calls under way at most, all processes together
_MIXED_GOAL, _ALONE_GOAL = 0.98, 0.95
_DOCUMENTS = 200
_METHOD_LIMIT = "2000:10"


@dataclass(frozen=True, slots=True)
class Key:
    """A kind of key: its limits, how long a run takes (a multiple of the windows), and people's calls a second.

    People take half of the fifth that is theirs whatever the backfill does. `at_once`: all runs side by side; each
    has a key, and so a budget, of its own.
    """

    name: str
    limits: str
    seconds: float
    people: float
    at_once: bool


KEYS = (
    Key("development", "20:1,100:120", 240.0, 0.08, at_once=True),
    Key("production", "500:10,30000:600", 60.0, 5.0, at_once=False),
)


def measure(quick: bool) -> dict[str, Any]:  # noqa: FBT001 - see Part
    """Every kind of key with every number of processes: a backfill beside people, and a backfill alone."""
    rows: list[dict[str, Any]] = []
    for key in KEYS:
        seconds = key.seconds / 2 if quick else key.seconds
        runs = [(processes, people) for people in (key.people, 0.0) for processes in PROCESSES]
        with calling_stage(key.limits) as stage:
            groups = [group_of(stage, key.limits, processes, seconds, people) for processes, people in runs]
            outcomes = calling(groups) if key.at_once else [_one(group) for group in groups]
        rows += [
            _row(key, seconds, processes, people, outcome)
            for (processes, people), outcome in zip(runs, outcomes, strict=True)
        ]
    return {"documents": "real" if real_documents() else "generated", "rows": rows, "missed": list(_missed(rows))}


def table(measured: dict[str, Any]) -> Iterator[str]:
    """One line per run."""
    yield (
        f"Calls for {measured['documents']} matches and timelines, each on its way for 50-250 ms. Targets: no 429, "
        f">= {100 * _MIXED_GOAL:.0f} % of the allowed calls beside people, >= {100 * _ALONE_GOAL:.0f} % for a backfill "
        "alone. Allowed is what a perfect client could make in the same time."
    )
    yield ""
    yield "| key | load | processes | seconds | accepted | allowed | used | 429s |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in measured["rows"]:
        load = f"backfill and {row['people']:g} calls/s for people" if row["people"] else "backfill alone"
        key = f"{row['key']} ({row['limits']})"
        calls = f"{row['accepted']} | {row['allowed']:g} | **{100 * row['used']:.1f} %**"
        yield f"| {key} | {load} | {row['processes']} | {row['seconds']:g} | {calls} | {row['refused']} |"


def plot(measured: dict[str, Any], folder: Any) -> None:
    """Bars of what is used."""
    from benchmarks.pictures import budget_picture  # noqa: PLC0415 - matplotlib takes its time

    budget_picture(measured, folder / "performance-budget.png")


def calling_stage(limits: str) -> Any:
    """The stage with a stand-in that has these limits and enough matches."""
    folder = real_documents()
    return bench_stage(
        RIOT_SANDBOX_COPIES=str(_DOCUMENTS),
        RIOT_SANDBOX_APP_LIMIT=limits,
        RIOT_SANDBOX_METHOD_LIMIT=_METHOD_LIMIT,
        **({"RIOT_SANDBOX_DATA": str(folder)} if folder else {}),
    )


def group_of(
    stage: Stage,
    limits: str,
    processes: int,
    seconds: float,
    people: float,
    *,
    people_in_background: bool = False,
) -> list[Task]:
    """What the processes of one key do; people's calls are spread over them."""
    key = fresh_key()
    say(f"{limits}: {processes} processes for {seconds:g} s, {people:g} calls/s for people")
    return [
        Task(
            redis=_redis_of(stage),
            riot=stage.environment["RIOT_API_BASE_URL"],
            key=key,
            match_ids=[relabelled_id("NA1", number) for number in range(_DOCUMENTS)],
            seconds=seconds + 2,  # the first call takes a moment; what comes after `seconds` is not counted
            callers=CALLERS // processes,
            people=people / processes,
            seed=number,
            people_in_background=people_in_background,
        )
        for number in range(processes)
    ]


def _one(group: Sequence[Task]) -> Outcome:
    return calling([group])[0]


def _redis_of(stage: Stage) -> str:
    return urlsplit(stage.environment["CELERY_BROKER_URL"])._replace(path="/0").geturl()


def _row(key: Key, seconds: float, processes: int, people: float, outcome: Outcome) -> dict[str, Any]:
    accepted, most = outcome.accepted(seconds), allowed(key.limits, seconds)
    say(f"{key.name}, {processes}: {accepted} of {most:g}, {outcome.refused} refused")
    return {
        "key": key.name, "limits": key.limits, "processes": processes, "seconds": seconds, "people": people,
        "accepted": accepted, "allowed": most, "used": accepted / most, "refused": outcome.refused,
    }  # fmt: skip


def _missed(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        name = f"{row['key']} key, {row['processes']} processes"
        if row["refused"]:
            yield f"{name}: {row['refused']} calls were refused"
        goal = _MIXED_GOAL if row["people"] else _ALONE_GOAL
        if row["used"] < goal:
            yield f"{name}: {100 * row['used']:.1f} % used, not {100 * goal:.0f} %"
