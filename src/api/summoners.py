"""Syncing a player's year: start it, follow it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from src.api.access import Gate
from src.api.models import SyncRequest, SyncStarted, TaskId, TaskState, problems
from src.api.services import ApiServices
from src.api.submission import Submission, submissions
from src.api.task_views import state_view
from src.core.domain.api_key import Scope
from src.core.domain.job import Job, JobState
from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput, JobNotFound
from src.core.services.player_sync import PlayerYear

_CLOCKS_DIFFER = timedelta(minutes=1)
_FURTHEST = timedelta(days=366)


def summoner_routes(services: ApiServices, gate: Gate) -> APIRouter:
    """`POST /api/summoners/sync-data/` and `GET /api/summoners/task-status/`, with and without the last slash."""
    router = APIRouter(prefix="/api/summoners", tags=["summoners"])
    syncing = _Syncing(services)

    @router.post("/sync-data", include_in_schema=False, status_code=202)
    @router.post("/sync-data/", status_code=202, summary="Start a player's data sync", responses=problems(422))
    async def sync_data(asked: SyncRequest, by: Annotated[Submission, Depends(submissions(gate))]) -> SyncStarted:
        """Fetch every match of a player's year. Asking for one that is under way answers that one."""
        return await syncing.start(asked, by)

    @router.get("/task-status", include_in_schema=False, response_model=TaskState, response_model_exclude_unset=True)
    @router.get(
        "/task-status/",
        summary="How far a task is",
        response_model=TaskState,
        response_model_exclude_unset=True,
        responses=problems(404, 422),
    )
    async def task_status(
        task_id: Annotated[TaskId, Query()], _caller: Annotated[object, Depends(gate.requiring(Scope.TASKS_READ))]
    ) -> dict[str, Any]:
        """PROGRESS with the step and how far it is, SUCCESS with the summary, or the state that Celery would tell."""
        job = await services.control.status(task_id)
        return state_view(job, seconds_left=services.control.seconds_left(job))

    return router


class _Syncing:
    def __init__(self, services: ApiServices) -> None:
        self._services = services

    async def start(self, asked: SyncRequest, by: Submission) -> SyncStarted:
        player = PlayerYear.parse(
            asked.game_name,
            asked.tag_line.strip().removeprefix("#"),
            platform=asked.platform,
            routing=asked.routing,
            year=self._services.default_match_year if asked.year is None else asked.year,
            now=self._services.clock.now(),
        )
        try:
            job, is_new = await self._services.sync_requests.submit(
                riot_id=player.riot_id,
                platform=player.platform,
                year=player.year,
                request_key=by.request_key,
                request_fingerprint=by.fingerprint,
                follows=asked.after_task_id,
                not_before=self._seconds_until(asked),
                callback_url=asked.callback_url,
                key_id=by.caller.key_id,
            )
        except JobNotFound:
            raise InvalidInput("after_task_id: there is no such task.") from None
        is_answered_again = by.request_key is not None and job.request_key == by.request_key
        status, message = _in_words(
            job, player.riot_id, later=asked.run_at is not None or asked.after_task_id is not None
        )
        return SyncStarted(
            task_id=job.id,
            status=status,
            message=message if is_new or is_answered_again else f"Data sync is under way already for {player.riot_id}",
            platform=player.platform.value,
            routing=player.routing.value,
            year=player.year,
        )

    def _seconds_until(self, asked: SyncRequest) -> float:
        if asked.run_at is None:
            return 0.0
        wait = asked.run_at - self._services.clock.now()
        if not -_CLOCKS_DIFFER <= wait <= _FURTHEST:
            raise InvalidInput("run_at must be in the future, and within a year.")
        return max(0.0, wait.total_seconds())


def _in_words(job: Job, riot_id: RiotId, *, later: bool) -> tuple[Any, str]:
    if later and job.state is JobState.FAILED:
        return "failed", f"Data sync will not start for {riot_id}: {job.error}"
    return (
        ("scheduled", f"Data sync scheduled for {riot_id}")
        if later
        else ("started", f"Data sync started for {riot_id}")
    )
