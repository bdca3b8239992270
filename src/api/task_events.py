"""A task's progress as server-sent events."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from src.api.access import Caller, Gate
from src.api.models import TaskId, problems
from src.api.services import ApiServices
from src.api.task_views import state_view
from src.core.domain.api_key import Scope
from src.core.domain.job import Job
from src.core.errors import JobNotFound, RateLimited, Unavailable

_log = structlog.get_logger(__name__)

_POLL = 1.0  # seconds between two looks at the ledger
_LONGEST = 900  # looks; then the client comes again, with a key that may have been revoked meanwhile
_MOST_STREAMS = 200
_MOST_OF_ONE = 50  # so that a client that forgets to close its streams shuts nobody else out
_RETRY = 2000  # milliseconds that a client waits before it comes again


class _Slots:
    """How many streams may be open at once in this process: each one asks the ledger every second."""

    def __init__(self) -> None:
        self.taken: Counter[Caller] = Counter()

    def for_those_who(self, may: Callable[..., Awaitable[Caller]]) -> Callable[..., AsyncIterator[None]]:
        """A dependency that holds a slot until the stream has ended, whoever ends it.

        It raises what `may` raises, RateLimited if the caller has enough of them, Unavailable if all are taken.
        """

        async def one(caller: Annotated[Caller, Depends(may)]) -> AsyncIterator[None]:
            if self.taken[caller] >= _MOST_OF_ONE:
                raise RateLimited(f"{_MOST_OF_ONE} of your event streams are open already.", retry_after=10)
            if self.taken.total() >= _MOST_STREAMS:
                raise Unavailable("Too many event streams are open.", retry_after=10)
            self.taken[caller] += 1
            try:
                yield
            finally:
                self.taken[caller] -= 1
                self.taken += Counter()  # forgets who has none

        return one


def task_event_routes(services: ApiServices, gate: Gate) -> APIRouter:
    """`GET /tasks/{task_id}/events`."""
    may_read = gate.requiring(Scope.TASKS_READ)
    router = APIRouter(prefix="/tasks", tags=["tasks"], dependencies=[Depends(may_read)])
    slot = _Slots().for_those_who(may_read)

    async def job_to_follow(task_id: TaskId, last_event_id: Annotated[str | None, Header()] = None) -> Job:
        job = await services.control.status(task_id)
        if job.state.is_final and _id_of(state_view(job)) == last_event_id:
            # Browsers come again after every end; this tells them that there is no more.
            raise HTTPException(204)
        return job

    @router.get(
        "/{task_id}/events",
        response_class=EventSourceResponse,
        summary="Follow a task",
        responses=problems(404, 422) | {204: {"description": "The task has ended and the client knows how"}},
    )
    async def follow(
        request: Request,
        job: Annotated[Job, Depends(job_to_follow)],
        _slot: Annotated[None, Depends(slot)],
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """`progress` whenever it changes and `end` at last, each with the JSON of `/api/summoners/task-status/`."""
        told, retry = last_event_id, _RETRY
        for _ in range(_LONGEST):
            view = state_view(job)
            now = _id_of(view)
            if now != told:
                yield ServerSentEvent(event="end" if job.state.is_final else "progress", data=view, id=now, retry=retry)
                told = now
            if job.state.is_final or getattr(request.app.state, "is_stopping", False):
                return
            await asyncio.sleep(_POLL)
            try:
                job = await services.control.status(job.id)
            except JobNotFound:
                return  # cleaned up meanwhile
            except Unavailable as error:
                _log.warning("stream_waits", reason=str(error))

    return router


def _id_of(view: dict[str, Any]) -> str:
    """An event's id tells its contents: whoever comes again with it has seen them."""
    return sha256(json.dumps(view, sort_keys=True, default=str).encode()).hexdigest()[:16]
