"""`chimera sync`: the same job as /sync, watched from a terminal."""

import asyncio
from collections.abc import Callable
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from src.adapters.discord_messages.numbers import about
from src.bootstrap.container import Container
from src.core.domain.job import Job, JobState, NewJob
from src.core.domain.job_view import error_text
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import ChimeraError

_BATCH_FETCH = "src.tasks.match_tasks.batch_fetch_matches"
_LOOK_EVERY = 0.5


async def sync_player(
    riot_id: RiotId, platform: Platform, *, year: int | None, count: int | None, say: Callable[[str], None]
) -> None:
    """Submit the sync of a year, or of the newest `count` matches, and show its progress until it ends.

    Whoever stops watching stops nothing.

    Raises:
        ChimeraError: the job failed or was cancelled, with the reason.
    """
    services = Container.build()
    try:
        if count is None:
            asked = services.default_match_year if year is None else year
            job, _ = await services.sync_requests.submit(riot_id=riot_id, platform=platform, year=asked)
        else:
            [job] = await services.jobs.submit(await _newest(services, riot_id, platform, count))
        say(f"Job {job.id}. Ctrl-C stops watching, not the job.")
        ended = await _watch(services, job)
    finally:
        await services.close()
    if ended.state is not JobState.SUCCEEDED:
        raise ChimeraError(error_text(ended))
    say(_summary(ended.result))


async def _newest(services: Container, riot_id: RiotId, platform: Platform, count: int) -> NewJob:
    account = await services.riot.account_by_riot_id(riot_id, platform.account_routing)
    await services.players.remember(account, platform)
    match_ids = await services.match_history.recent_ids(account.puuid, platform.routing, count=count)
    arguments = {"match_ids": match_ids, "region": platform.value}
    return NewJob(id=services.randomness.job_id(), kind=_BATCH_FETCH, arguments=arguments, queue="matches")


async def _watch(services: Container, job: Job) -> Job:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns) as bars:
        bar = bars.add_task("waiting for a worker", total=None, left="")
        while True:
            job = await services.control.status(job.id)
            if job.progress is not None:
                step = job.progress.step.replace("_", " ")
                left = about(services.control.seconds_left(job))
                bars.update(
                    bar,
                    description=step,
                    completed=job.progress.done,
                    total=job.progress.total or None,
                    left=f"{left} left" if left else "",
                )
            if job.state.is_final:
                return job
            await asyncio.sleep(_LOOK_EVERY)


def _summary(result: Any) -> str:
    """What became of the matches, in one line."""
    words = {
        "stored": "new",
        "skipped": "there already",
        "missing": "no longer at Riot",
        "malformed": "unreadable",
        "unavailable": "not to be had now",
        "failed": "batches failed",
    }
    counts = {name: len(result.get(name, ())) for name in words}
    told = ", ".join(f"{counts[name]} {word}" for name, word in words.items() if counts[name])
    return f"Done: {told or 'nothing to fetch'}."
