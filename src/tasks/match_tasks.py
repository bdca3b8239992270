"""Match histories, matches and timelines."""

from collections.abc import Iterable, Sequence
from typing import Any

from src.core.domain.job import BUDGET_SECONDS
from src.core.domain.regions import check_same_place, parse_match_id, parse_routing
from src.core.errors import MalformedDocument, Unavailable
from src.core.services.match_ingest import IngestReport
from src.core.services.match_sync import MatchStatus
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from src.tasks.timeline_tasks import sync_match_timeline_atomic
from src.tasks.utils import TaskProgressTracker, handle_task_error, match_processing_task

_BATCH = 25
SO_FAR = "_so_far"
"""Where a batch notes in its progress what it has done, for the attempt after the next error."""


def is_last_attempt(task: JobTask) -> bool:
    """True if a transient error now is the end of the job at hand: there are no retries left, or there is no job."""
    job = task.current_job
    return job is None or job.attempts >= job.max_retries


def batches(match_ids: Iterable[str]) -> list[list[str]]:
    """The matches as canonical ids, each once, in lists for one job each."""
    wanted = list(dict.fromkeys(parse_match_id(match_id)[0] for match_id in match_ids))
    return [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]


def budget_of(task: JobTask, match_ids: Sequence[str]) -> dict[str, int]:
    """What a job that fetches these matches says of its time: nothing while nobody knows what the key allows."""
    try:
        seconds = task.wait(task.services.ingest.seconds_for(match_ids))
    except Unavailable:  # of Redis: a word of comfort is not worth a retry
        return {}
    if seconds is None:
        return {}
    job = task.current_job
    began = job.started_at if job else None
    elapsed = (task.services.clock.now() - began).total_seconds() if began else 0.0
    return {BUDGET_SECONDS: round(elapsed + seconds)}


@celery_app.task(bind=True, base=JobTask, queue_name="matches")
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


@celery_app.task(bind=True, base=JobTask, queue_name="matches")
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


@celery_app.task(bind=True, base=JobTask, queue_name="matches")
def fetch_match_batch(self: JobTask, match_ids: list[str]) -> dict[str, list[str]]:
    """Fetch and store a few matches side by side (a part of `batch_fetch_matches`).

    Returns:
        Match ids by outcome: `{"stored", "skipped", "missing", "malformed", "unavailable"}`; the last are those that
        Riot could not give in any attempt.
    """
    done = IngestReport.resumed(self.progress_extra.get(SO_FAR, {}))
    self.keep(done.as_result())

    async def report(step: str, count: int, total: int) -> None:
        # A retry goes on from here, so that what this job stored is not told as skipped.
        await self.report(step, count, total, **{SO_FAR: done.as_result()})

    ingesting = self.services.ingest.ingest_many(
        match_ids, into=done, report=report, last_attempt=is_last_attempt(self)
    )
    return self.wait(ingesting).as_result()


@celery_app.task(bind=True, base=JobTask, queue_name="matches")
def batch_fetch_matches(self: JobTask, match_ids: list[str], region: str | None = None) -> dict[str, Any]:  # noqa: ARG001
    """Fetch and store many matches, in batches that run side by side as a Celery group.

    Args:
        self: the bound task.
        match_ids: any number; doubles count once.
        region: accepted for symmetry; the match ids say where the matches live.

    Returns:
        Match ids by outcome: `{"stored", "skipped", "missing", "malformed", "unavailable"}`, and `failed` for
        batches that could not be done at all. It is there when the last batch has ended.
    """
    parts = batches(match_ids)
    self.wait(self.report("matches", 0, sum(map(len, parts)), **budget_of(self, match_ids)))
    self.spawn([fetch_match_batch.job(match_ids=batch) for batch in parts])
    return {**IngestReport().as_result()}


@match_processing_task
def sync_match_batch(task: JobTask, match_ids: list[str], puuid: str) -> dict[str, Any]:
    """Fetch and store a few matches and count them for a player (a part of `sync_player_data`).

    Returns:
        `{"processed_matches": n, "stored", "skipped", "missing", "malformed", "unavailable"}`: match ids by outcome;
        the last are those that Riot could not give in any attempt, and not processed.
    """
    done = IngestReport.resumed(task.progress_extra.get(SO_FAR, {}))

    async def report(_step: str, count: int, total: int) -> None:
        # A cancel keeps what is done, a retry goes on from it.
        task.keep(_batch_result(done))
        await task.report("processing_matches", count, total, **{SO_FAR: done.as_result()})

    task.keep(_batch_result(done))
    syncing = task.services.player_sync.sync_batch(
        match_ids, puuid, into=done, report=report, last_attempt=is_last_attempt(task)
    )
    return _batch_result(task.wait(syncing))


def _batch_result(done: IngestReport) -> dict[str, Any]:
    return {"processed_matches": len(done.match_ids), **done.as_result()}


@match_processing_task
def sync_match_data_atomic(  # noqa: PLR0917 - documented so
    task: JobTask,
    match_id: str,
    platform: str | None = None,
    routing: str | None = None,
    puuid: str | None = None,
    year: int | None = None,  # noqa: ARG001
) -> dict[str, Any]:
    """Store a match with its participants, the player's statistics and the job for its timeline: all or nothing.

    Args:
        task: the bound task.
        match_id: such as `NA1_1234567890`.
        platform: the match id says it; accepted if it is that one.
        routing: likewise.
        puuid: for whom the match counts; None: for nobody.
        year: accepted for symmetry; a match counts in the year it started in (UTC).

    Returns:
        `{"success", "match_id", "status": "created" | "exists" | "missing", "participants", "stats_updated", "year",
        "timeline_task_id"}`; or `{"success": False, "error", "task_id"}` for a match that cannot be read.
    """
    canonical, plays_on = parse_match_id(match_id)
    check_same_place(plays_on, said_platform=platform, said_routing=routing)
    timeline = sync_match_timeline_atomic.job(canonical, platform=plays_on.value, routing=plays_on.routing.value)
    timeline = timeline.model_copy(update={"idempotency_key": f"timeline:{canonical}"})
    with TaskProgressTracker(task, "sync_match_data_atomic", total_steps=1, match_id=canonical) as tracker:
        tracker.update("fetching_match", done=0)
        try:
            synced = task.wait(task.services.match_sync.sync(canonical, puuid=puuid, timeline_job=timeline))
        except MalformedDocument as error:
            return handle_task_error(task, error, "sync_match_data_atomic")
        return {"success": synced.status is not MatchStatus.MISSING, **synced.as_result()}
