"""The task API: look, list, cancel, and sample tasks to try it with."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from src.api.access import Gate
from src.api.models import (
    CeleryTaskView,
    StatusWord,
    TaskCancelled,
    TaskId,
    TaskPage,
    TaskSubmitted,
    TaskView,
    problems,
)
from src.api.services import ApiServices
from src.api.submission import Submission, submissions
from src.api.task_list import page_of
from src.api.task_views import by_worker, celery_view
from src.core.domain.api_key import Scope
from src.core.domain.job import JobState
from src.core.domain.job_view import status_word, task_view
from src.core.services.task_requests import ADD, LONG_TASK, SLEEP

_LARGEST = 2**53  # what JSON's numbers keep exactly
_LONGEST_SLEEP = 200.0  # seconds; below the soft time limit of tasks

Number = Annotated[int, Query(ge=-_LARGEST, le=_LARGEST)]


def task_routes(services: ApiServices, gate: Gate) -> APIRouter:
    """`/tasks/...`; a task is known by the id that every submission answers."""
    router = APIRouter(tags=["tasks"])
    router.include_router(_looking(services, gate))
    router.include_router(_sample_routes(services, gate))

    @router.delete("/tasks/{task_id}", summary="Cancel a task", responses=problems(404, 422))
    async def cancel(
        task_id: TaskId, _caller: Annotated[object, Depends(gate.requiring(Scope.TASKS_WRITE))]
    ) -> TaskCancelled:
        """A queued task never starts; a running one stops at its next batch and keeps what it has stored."""
        job = await services.control.cancel(task_id)
        if job.state in {JobState.SUCCEEDED, JobState.FAILED}:
            return TaskCancelled(task_id=task_id, cancelled=False, message=f"The task had {status_word(job)} already")
        return TaskCancelled(task_id=task_id, cancelled=True, message="Task cancellation requested")

    return router


def _looking(services: ApiServices, gate: Gate) -> APIRouter:
    router = APIRouter(prefix="/tasks", dependencies=[Depends(gate.requiring(Scope.TASKS_READ))])

    @router.get("", include_in_schema=False)
    @router.get("/", summary="List tasks", responses=problems(422))
    async def list_tasks(
        status: Annotated[StatusWord, Query(description="Which tasks.")] = "processing",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[TaskId | None, Query(description="`next` of the page before.")] = None,
        children: Annotated[bool, Query(description="Tasks that are parts of another one, too.")] = False,  # noqa: FBT002
    ) -> TaskPage:
        """What workers are at, newest first; with `status` any other tasks."""
        jobs, following = await page_of(services.control, status, limit=limit, before=cursor, with_children=children)
        return TaskPage(active_tasks=by_worker(jobs), count=len(jobs), next=following)

    @router.get("/{task_id}", summary="A task", response_model=TaskView, responses=problems(404, 422))
    async def show(task_id: TaskId) -> dict[str, Any]:
        """Status (`pending`, `processing`, `completed`, `failed`, `retrying`), result or error."""
        return task_view(await services.control.status(task_id))

    @router.get(
        "/status/{task_id}",
        summary="A task, in Celery's words",
        response_model=CeleryTaskView,
        responses=problems(404, 422),
    )
    async def show_as_celery(task_id: TaskId) -> dict[str, Any]:
        """As `/tasks/{task_id}`; the status is PENDING, STARTED, PROGRESS, RETRY, SUCCESS, FAILURE or REVOKED."""
        return celery_view(await services.control.status(task_id))

    return router


def _sample_routes(services: ApiServices, gate: Gate) -> APIRouter:
    router = APIRouter(prefix="/tasks/test", responses=problems(422))
    By = Annotated[Submission, Depends(submissions(gate))]  # noqa: N806 - a type

    async def submit(kind: str, arguments: dict[str, Any], by: Submission) -> TaskSubmitted:
        job = await services.task_requests.submit(
            kind, arguments, request_key=by.request_key, request_fingerprint=by.fingerprint
        )
        return TaskSubmitted(task_id=job.id, message=f"Task {kind} submitted")

    @router.post("/add", status_code=202, summary="Add two numbers")
    async def add(by: By, x: Number = 5, y: Number = 3) -> TaskSubmitted:
        """Answers at once; the sum is the task's result."""
        return await submit(ADD, {"x": x, "y": y}, by)

    @router.post("/sleep", status_code=202, summary="Sleep")
    async def sleep(by: By, seconds: Annotated[float, Query(ge=0, le=_LONGEST_SLEEP)] = 5) -> TaskSubmitted:
        """A task that takes some seconds, and can be cancelled meanwhile."""
        return await submit(SLEEP, {"seconds": seconds}, by)

    @router.post("/long", status_code=202, summary="Five stages in ten seconds")
    async def long(by: By) -> TaskSubmitted:
        """A task that reports progress."""
        return await submit(LONG_TASK, {}, by)

    return router
