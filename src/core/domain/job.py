"""Jobs: work that is written down before it is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from src.core.domain.reply import Reply


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


class Progress(BaseModel):
    """How far a job is: the step's name, `done` of `total` units of it, and what else is worth showing."""

    model_config = ConfigDict(frozen=True)

    step: str
    done: int = 0
    total: int = 0
    extra: dict[str, Any] = Field(default_factory=dict)


class NewJob(BaseModel):
    """A job to submit.

    `kind` is the Celery task's name. `arguments` are JSON; they show in Flower, so they hold no secret.
    `idempotency_key`: while a job with this key is not final, submitting it again answers that job.
    `max_retries`: how often a transient error is retried. `rate_per_minute`: claims of this kind allowed in any
    60 s on the background lane; None means no limit. `not_before`: seconds to wait before the first attempt.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    arguments: dict[str, Any]
    queue: str
    lane: Lane = Lane.BACKGROUND
    owner: str | None = None
    idempotency_key: str | None = None
    parent_id: UUID | None = None
    max_retries: int = 3
    rate_per_minute: int | None = None
    not_before: float = 0.0
    reply: Reply | None = None


class Job(NewJob):
    """A job in the ledger.

    `attempts` counts claims that ended in an error, `deaths` claims that ended without a word (the worker was
    killed), `fence` all claims: only the holder of the current fence may write.
    """

    state: JobState
    attempts: int = 0
    deaths: int = 0
    fence: int = 0
    progress: Progress | None = None
    result: Any = None
    error: str | None = None
    error_kind: str | None = None
    cancel_requested: bool = False
    created_at: datetime
    finished_at: datetime | None = None


class Hint(BaseModel):
    """What is published for a job: enough for a worker to find the row, and for people to read."""

    model_config = ConfigDict(frozen=True)

    job_id: UUID
    kind: str
    queue: str
    arguments: dict[str, Any]


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
