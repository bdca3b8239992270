"""Analyses."""

from typing import Any

from src.core.domain.job import Lane
from src.core.domain.regions import Platform
from src.core.services.analysis_requests import ANALYZE_MATCH, ANALYZE_QUEUE
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask


@celery_app.task(
    bind=True,
    base=JobTask,
    name=ANALYZE_MATCH,
    queue_name=ANALYZE_QUEUE,
    lane=Lane.INTERACTIVE,
    rate=None,
    answers_itself=True,
)
def analyze_match(
    self: JobTask, puuid: str, platform: str, match_id: str | None = None, *, details: bool = False
) -> dict[str, Any]:
    """Analyse a match for a player and show the answer where it was asked for.

    Args:
        self: the bound task.
        puuid: the player.
        platform: where they play, such as `na1`.
        match_id: the match; None: the player's last one.
        details: whether the answer shows every participant.

    Returns:
        `{"match_id", "champion", "outcome", "observations"}`.
    """
    job = self.current_job
    return self.wait(
        self.services.analysis.answer(
            puuid,
            Platform(platform),
            match_id,
            reply=job.reply if job else None,
            report=self.report,
            details=details,
        )
    )
