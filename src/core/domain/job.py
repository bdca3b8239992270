"""Jobs: work that is written down before it is done."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from src.core.domain.reply import Reply
from src.core.errors import InvalidInput

_UNITS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "hour": 3600.0}
BUDGET_SECONDS = "budget_seconds"
"""Under this name a job's progress tells what `Progress.budget_seconds` answers."""
RETRYING = "retrying"
"""The step of a job that waits for another attempt, as people are told of it."""
_TOO_SOON = 1.0  # seconds; a pace measured over less says nothing
_RATE = re.compile(r"([1-9][0-9]{0,5})/(sec|min|hour|s|m|h)")


class JobState(StrEnum):
    """Where a job is. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # a parent whose children are at work
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """True if the job will not change again."""
        return self in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}


class Lane(StrEnum):
    """Who waits: a person (interactive) or nobody (background). Documented rates bind the background only."""

    INTERACTIVE = "interactive"
    BACKGROUND = "background"


class Rate(BaseModel):
    """How many jobs of a kind may start in any `seconds`."""

    model_config = ConfigDict(frozen=True)

    count: int = Field(ge=1)
    seconds: float = Field(gt=0)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rate as Celery writes it: `10/m`, `100/min`, `1/h`.

        >>> Rate.parse("30/m")
        Rate(count=30, seconds=60.0)

        Raises:
            InvalidInput: with what to write instead.
        """
        match = _RATE.fullmatch(text.strip().lower())
        if match is None:
            raise InvalidInput("A rate is a number per s, m or h, such as 10/m.")
        return cls(count=int(match[1]), seconds=_UNITS[match[2]])

    def __str__(self) -> str:
        unit = next((unit for unit, seconds in _UNITS.items() if seconds == self.seconds), f"{self.seconds:g} s")
        return f"{self.count}/{unit}"


class Progress(BaseModel):
    """How far a job is: the step's name, `done` of `total` units of it, and what else is worth showing."""

    model_config = ConfigDict(frozen=True)

    step: str
    done: int = 0
    total: int = 0
    extra: dict[str, Any] = Field(default_factory=dict)

    @property
    def budget_seconds(self) -> float | None:
        """How long all of the work takes at this key's budget at the least, from the job's start; None if unknown."""
        seconds = self.extra.get(BUDGET_SECONDS)
        return float(seconds) if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else None

    @property
    def percent(self) -> int:
        """How far the step is, 0-100; 0 while nobody knows of how much."""
        return 0 if self.total <= 0 else min(100, max(0, 100 * self.done // self.total))


class NewJob(BaseModel):
    """A job to submit.

    `kind` is the Celery task's name. `arguments` are JSON; they show in Flower, so they hold no secret.
    `priority` (0-9): of the jobs that are due in one lane, greater ones go first.
    `idempotency_key`: while a job with this key is not final, submitting it again answers that job.
    `request_key`: names a request of a client for as long as its job is kept, final or not; asking again answers
    that job, if `request_fingerprint` (a hash of what was asked) is the same.
    `max_retries`: how often a transient error is retried. `rate`: how often jobs of this kind may start in the
    background lane; a job that goes on (a retry, a killed worker) needs no new turn. None means no limit.
    `not_before`: seconds to wait before the first attempt. `follows`: the job that must have succeeded before this
    one starts (with `follows_any_end`: ended, whichever way); `not_before` counts from then.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    arguments: dict[str, Any]
    queue: str
    lane: Lane = Lane.BACKGROUND
    priority: int = Field(5, ge=0, le=9)
    owner: str | None = None
    idempotency_key: str | None = None
    request_key: str | None = None
    request_fingerprint: str | None = None
    parent_id: UUID | None = None
    follows: UUID | None = None
    follows_any_end: bool = False
    max_retries: int = 3
    rate: Rate | None = None
    not_before: float = 0.0
    reply: Reply | None = None


class Job(NewJob):
    """A job in the ledger.

    `attempts` counts claims that ended in an error, `deaths` claims that ended without a word (the worker was
    killed), `fence` all claims: only the holder of the current fence may write. `started_at` is the first claim,
    `worker` who claimed last, `next_attempt_at` when it is due (None: not before the job it follows has ended).
    """

    state: JobState
    attempts: int = 0
    deaths: int = 0
    fence: int = 0
    worker: str | None = None
    progress: Progress | None = None
    result: Any = None
    error: str | None = None
    error_kind: str | None = None
    cancel_requested: bool = False
    created_at: datetime
    next_attempt_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def error_id(self) -> str:
        """Under what the log has the job's failure, and what people are told of it: the id's beginning."""
        return str(self.id)[:8]

    @property
    def is_retrying(self) -> bool:
        """True of a job that waits for another attempt after an error."""
        return self.state is JobState.QUEUED and self.attempts > 0

    def seconds_left(self, now: datetime) -> float | None:
        """How long the job's step will still take; None while that cannot be told.

        At the pace so far, but not sooner than the Riot API key's budget allows: its first calls go out at once.
        """
        if self.state.is_final or self.started_at is None or self.progress is None:
            return None
        elapsed = (now - self.started_at).total_seconds()
        allowed = None if self.progress.budget_seconds is None else max(0.0, self.progress.budget_seconds - elapsed)
        if self.progress.done <= 0 or self.progress.total <= 0 or elapsed < _TOO_SOON:
            return allowed
        left = max(0, self.progress.total - self.progress.done)
        return max(elapsed * left / self.progress.done, allowed or 0.0 if left else 0.0)


class JobFilter(BaseModel):
    """Which jobs to list: all conditions hold. Children of other jobs are left out unless `with_children`."""

    model_config = ConfigDict(frozen=True)

    states: frozenset[JobState] | None = None
    kinds: frozenset[str] | None = None
    owner: str | None = None
    lane: Lane | None = None
    with_children: bool = False


class JobCount(BaseModel):
    """How many jobs of a kind are in a state; `oldest_due_s`: seconds that the longest waiting one is overdue."""

    model_config = ConfigDict(frozen=True)

    kind: str
    state: JobState
    lane: Lane
    count: int
    oldest_due_s: float = 0.0


class Hint(BaseModel):
    """What is published for a job: enough for a worker to find the row, and for people to read."""

    model_config = ConfigDict(frozen=True)

    job_id: UUID
    kind: str
    queue: str
    arguments: dict[str, Any]
    priority: int = 5


def merge_results(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A parent's result from its children's: lists are joined, numbers added, key by key, in order.

    >>> merge_results([{"stored": ["A"], "n": 1}, {"stored": ["B"], "n": 2}])
    {'stored': ['A', 'B'], 'n': 3}
    """
    merged: dict[str, Any] = {}
    for result in results:
        for key, value in result.items():
            if key in merged and isinstance(value, (list, int, float)):
                merged[key] = merged[key] + value
            else:
                merged[key] = value
    return merged


def in_turns(jobs: Sequence[NewJob]) -> list[list[NewJob]]:
    """Jobs of one submission, so parted that a job follows none of its own turn or of a later one.

    Raises:
        InvalidInput: they follow each other in a circle.
    """
    turns: list[list[NewJob]] = []
    left = list(jobs)
    while left:
        waiting = {job.id for job in left}
        turn = [job for job in left if job.follows not in waiting]
        if not turn:
            raise InvalidInput("Jobs cannot follow each other in a circle.")
        turns.append(turn)
        left = [job for job in left if job.follows in waiting]
    return turns


def why_not_followed(ended: Job) -> str:
    """What is said of the jobs that had to follow one that has not succeeded."""
    if ended.state is JobState.CANCELLED:
        return "The job that had to succeed first was cancelled."
    if ended.error_kind == "PredecessorFailed" and ended.error:
        return ended.error
    return f"The job that had to succeed first did not: {ended.error or 'it failed.'}"
