"""Match histories, matches and timelines."""

from typing import Any

from src.core.domain.regions import parse_match_id, parse_routing
from src.core.services.match_ingest import IngestReport
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask

_BATCH = 25
_SO_FAR = "so_far"


@celery_app.task(bind=True, base=JobTask, queue="matches")
def fetch_match_history(self: JobTask, puuid: str, region: str, count: int = 20) -> list[str]:
    """List a player's latest matches.

    Args:
        self: the bound task.
        puuid: whose.
        region: platform (`na1`) or routing value (`americas`).
        count: how many, 1-1000.

    Returns:
        Match ids, newest first.
    """
    history = self.services.match_history
    return self.wait(history.recent_ids(puuid, parse_routing(region), count=count))


@celery_app.task(bind=True, base=JobTask, queue="matches")
def fetch_and_store_match(self: JobTask, match_id: str, region: str | None = None) -> dict[str, Any]:  # noqa: ARG001
    """Fetch a match with its timeline and store both, unless they are there.

    Args:
        self: the bound task.
        match_id: such as `NA1_1234567890`.
        region: accepted for symmetry; the match id says where the match lives.

    Returns:
        `{"match_id": ..., "status": "stored" | "skipped" | "missing"}`.
    """
    canonical, _platform = parse_match_id(match_id)
    outcome = self.wait(self.services.ingest.ingest(canonical, report=self.report))
    return {"match_id": canonical, "status": outcome.value}


@celery_app.task(bind=True, base=JobTask, queue="matches")
def fetch_match_batch(self: JobTask, match_ids: list[str]) -> dict[str, list[str]]:
    """Fetch and store a few matches one after the other (a part of `batch_fetch_matches`).

    Returns:
        Match ids by outcome: `{"stored", "skipped", "missing", "malformed"}`.
    """
    done = IngestReport.resumed(self.progress_extra.get(_SO_FAR, {}))
    self.keep(done.as_result())

    async def report(step: str, count: int, total: int) -> None:
        # A retry goes on from here, so that what this job stored is not told as skipped.
        await self.report(step, count, total, **{_SO_FAR: done.as_result()})

    return self.wait(self.services.ingest.ingest_many(match_ids, into=done, report=report)).as_result()


@celery_app.task(bind=True, base=JobTask, queue="matches")
def batch_fetch_matches(self: JobTask, match_ids: list[str], region: str | None = None) -> dict[str, Any]:  # noqa: ARG001
    """Fetch and store many matches, in batches that run side by side as a Celery group.

    Args:
        self: the bound task.
        match_ids: any number; doubles count once.
        region: accepted for symmetry; the match ids say where the matches live.

    Returns:
        Match ids by outcome: `{"stored", "skipped", "missing", "malformed"}`, and `failed` for batches that
        could not be done. It is there when the last batch has ended.
    """
    wanted = list(dict.fromkeys(parse_match_id(match_id)[0] for match_id in match_ids))
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    self.spawn([fetch_match_batch.job(match_ids=batch) for batch in batches])
    return {"stored": [], "skipped": [], "missing": [], "malformed": []}
