"""Profiles."""

from src.core.domain.job import Lane
from src.core.domain.regions import Platform
from src.core.services.match_ingest import IngestReport
from src.core.services.profile_requests import REFRESH_PROFILE, REFRESH_QUEUE
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from src.tasks.match_tasks import SO_FAR, is_last_attempt


@celery_app.task(
    bind=True, base=JobTask, name=REFRESH_PROFILE, queue_name=REFRESH_QUEUE, rate=None, answers_itself=True
)
def refresh_profile(self: JobTask, puuid: str, platform: str) -> dict[str, list[str]]:
    """Fetch and store a player's latest 20 matches, and show the profile where it was asked for.

    Args:
        self: the bound task.
        puuid: the player.
        platform: where they play, such as `na1`.

    Returns:
        Match ids by outcome: `{"stored", "skipped", "missing", "malformed", "unavailable"}`.
    """
    job = self.current_job
    done = IngestReport.resumed(self.progress_extra.get(SO_FAR, {}))
    refreshing = self.services.profile_refresh[job.lane if job else Lane.BACKGROUND]

    async def report(step: str, count: int, total: int) -> None:
        # A retry goes on from here, so that what this job stored is told as new.
        await self.report(step, count, total, **{SO_FAR: done.as_result()})

    return self.wait(
        refreshing.refresh(
            puuid, Platform(platform), job=job, into=done, report=report, last_attempt=is_last_attempt(self)
        )
    )
