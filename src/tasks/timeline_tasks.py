"""Timelines."""

from typing import Any

from src.core.domain.regions import check_same_place, parse_match_id
from src.core.errors import MalformedDocument
from src.core.services.timeline_sync import TimelineStatus
from src.tasks.job_task import JobTask
from src.tasks.utils import TaskProgressTracker, handle_task_error, timeline_processing_task


@timeline_processing_task
def sync_match_timeline_atomic(
    task: JobTask, match_id: str, platform: str | None = None, routing: str | None = None
) -> dict[str, Any]:
    """Fetch, check and store the timeline of a match, unless it is there; all of it or nothing.

    Args:
        task: the bound task.
        match_id: such as `NA1_1234567890`.
        platform: the match id says it; accepted if it is that one.
        routing: likewise.

    Returns:
        `{"success", "match_id", "status": "created" | "exists" | "gone" | "missing", "frames"}`; or
        `{"success": False, "error", "task_id"}` for a timeline that cannot be read.
    """
    canonical, plays_on = parse_match_id(match_id)
    check_same_place(plays_on, said_platform=platform, said_routing=routing)
    with TaskProgressTracker(task, "sync_match_timeline_atomic", total_steps=1, match_id=canonical) as tracker:
        tracker.update("fetching_timeline", done=0)
        try:
            synced = task.wait(task.services.timeline_sync.sync(canonical))
        except MalformedDocument as error:
            return handle_task_error(task, error, "sync_match_timeline_atomic")
        return {"success": synced.status is not TimelineStatus.MISSING, **synced.as_result()}
