"""What goes in and out of the task API, in the documents' shapes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

_TASK_ID = "520a8582-b553-44c4-8099-df7ce310367c"
_PLAYER: JsonDict = {
    "game_name": "PlayerName", "tag_line": "NA1", "platform": "na1", "routing": "americas", "year": 2025,
}  # fmt: skip
_STARTED: JsonDict = {
    "task_id": _TASK_ID, "status": "started", "message": "Data sync started for PlayerName#NA1",
    "platform": "na1", "routing": "americas", "year": 2025,
}  # fmt: skip
_IN_PROGRESS: JsonDict = {
    "task_id": _TASK_ID, "status": "PROGRESS", "step": "processing_matches",
    "progress": 75, "processed": 15, "total": 20,
}  # fmt: skip
_SYNCED: JsonDict = {
    "task_id": _TASK_ID, "status": "SUCCESS", "summoner_id": 123, "summoner_name": "PlayerName",
    "processed_matches": 20, "total_matches": 20, "year": 2025,
}  # fmt: skip
_SUBMITTED: JsonDict = {"task_id": _TASK_ID, "status": "submitted", "message": "Task test.add submitted"}
_TASK: JsonDict = {"task_id": _TASK_ID, "status": "completed", "result": 15, "error": None}
_CELERY_TASK: JsonDict = {"task_id": _TASK_ID, "status": "SUCCESS", "result": 15, "error": None}
_CANCELLED: JsonDict = {"task_id": _TASK_ID, "cancelled": True, "message": "Task cancellation requested"}
_LISTED: JsonDict = {
    "active_tasks": {
        "celery@worker": [
            {
                "task_id": _TASK_ID, "name": "test.sleep", "kwargs": {"seconds": 5}, "queue": "analysis",
                "status": "processing",
                "progress": {"step": "sleeping", "progress": 40, "processed": 2, "total": 5},
                "attempts": 0, "created_at": "2026-03-14T12:00:00Z", "started_at": "2026-03-14T12:00:01Z",
                "finished_at": None,
            }
        ]
    },
    "count": 1,
    "next": None,
}  # fmt: skip

StatusWord = Literal["pending", "processing", "completed", "failed", "retrying"]
CeleryState = Literal["PENDING", "STARTED", "PROGRESS", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]


def _read_task_id(value: object) -> object:
    try:
        return UUID(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"this is no task id; one looks like {_TASK_ID}") from None


TaskId = Annotated[UUID, BeforeValidator(_read_task_id)]


def _shown_as(*examples: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class SyncRequest(BaseModel):
    """A player, and the year whose matches are wanted."""

    model_config = ConfigDict(**_shown_as(_PLAYER), extra="forbid")

    game_name: str = Field(min_length=1, max_length=64)
    tag_line: str = Field(min_length=1, max_length=16)
    platform: str = Field("na1", max_length=16, description="na1, euw1, kr ...")
    routing: str | None = Field(None, max_length=16, description="Follows from the platform; checked if given.")
    year: int | None = Field(None, description="Unset: DEFAULT_MATCH_YEAR (2025).")
    callback_url: str | None = Field(
        None, max_length=2048, description="An https address to tell, signed (Standard Webhooks), once the task ended."
    )
    run_at: AwareDatetime | None = Field(None, description="When to start: ISO 8601 with its offset, in the future.")
    after_task_id: TaskId | None = Field(None, description="Start once this task has succeeded.")


class SyncStarted(BaseModel):
    """A sync was taken. `scheduled`: it starts later; `failed`: the task it was to follow did not succeed."""

    model_config = _shown_as(_STARTED)

    task_id: UUID
    status: Literal["started", "scheduled", "failed"]
    message: str
    platform: str
    routing: str
    year: int


class TaskState(BaseModel):
    """How far a task is, or what came of it; the fields of its result stand beside `status`."""

    model_config = ConfigDict(**_shown_as(_IN_PROGRESS, _SYNCED), extra="allow")

    task_id: UUID
    status: CeleryState
    step: str | None = None
    progress: int | None = Field(None, description="Percent of the step.")
    processed: int | None = None
    total: int | None = None
    seconds_left: int | None = Field(
        None, description="At the pace so far, and not sooner than the Riot API key's budget allows."
    )
    error: str | None = None


class TaskSubmitted(BaseModel):
    """A sample task was taken."""

    model_config = _shown_as(_SUBMITTED)

    task_id: UUID
    status: Literal["submitted"] = "submitted"
    message: str


class TaskView(BaseModel):
    """A task in the words of the task API."""

    model_config = _shown_as(_TASK)

    task_id: UUID
    status: StatusWord
    result: Any
    error: str | None


class CeleryTaskView(BaseModel):
    """A task in Celery's words."""

    model_config = _shown_as(_CELERY_TASK)

    task_id: UUID
    status: CeleryState
    result: Any
    error: str | None


class TaskCancelled(BaseModel):
    """Whether a task is, or will shortly be, cancelled."""

    model_config = _shown_as(_CANCELLED)

    task_id: UUID
    cancelled: bool
    message: str


class TaskPage(BaseModel):
    """Tasks by worker, newest first; `count` of them are listed here, `next` is the `cursor` of the next page."""

    model_config = _shown_as(_LISTED)

    active_tasks: dict[str, list[dict[str, Any]]]
    count: int
    next: UUID | None


class Problem(BaseModel):
    """Every error (RFC 9457, `application/problem+json`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    advice: str | None = Field(None, description="What to do about it.")
    kind: str | None = None
    error_id: str | None = Field(None, description="What to search the log for; whoever runs Chimera can mend this.")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside success, for its documentation."""
    return {
        status: {"description": _SAYS[status], "content": {"application/problem+json": {"schema": _PROBLEM}}}
        for status in (401, 403, 429, 503, *statuses)
    }


_PROBLEM = Problem.model_json_schema()
_SAYS = {
    401: "No API key, or none that is known",
    403: "The API key lacks the scope",
    404: "There is no such task",
    422: "Something is malformed, or the Idempotency-Key was used for something else",
    429: "Too many requests in this minute; see Retry-After",
    503: "The database does not answer",
}
