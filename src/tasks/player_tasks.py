"""Players' years: synced, and recovered."""

from typing import Any

from src.core.domain.job import NewJob
from src.core.domain.riot_id import RiotId
from src.core.ports.player_store import KnownPlayer
from src.core.services.history_recovery import RecoveryReport
from src.core.services.match_ingest import IngestReport
from src.core.services.player_sync import PlayerYear
from src.tasks.job_task import JobTask
from src.tasks.match_tasks import SO_FAR, batches, budget_of, is_last_attempt, sync_match_batch
from src.tasks.utils import TaskProgressTracker, player_sync_task, recovery_task


@player_sync_task
def sync_player_data(  # noqa: PLR0917 - documented so
    task: JobTask,
    game_name: str,
    tag_line: str,
    platform: str = "na1",
    routing: str | None = None,
    year: int | None = None,
) -> dict[str, Any]:
    """Sync all matches of a player's year, timelines included; each counts once in the player's statistics.

    Args:
        task: the bound task.
        game_name: the part of the Riot ID before the #.
        tag_line: the part after it.
        platform: where the player plays.
        routing: implied by the platform; accepted if it is that one.
        year: UTC; None: DEFAULT_MATCH_YEAR.

    Returns:
        `{"success", "summoner_id", "summoner_name", "processed_matches", "total_matches", "year", "platform",
        "routing", "stored", "skipped", "missing", "malformed", "unavailable"}`, the last five being match ids; what is
        unavailable Riot could not give in any attempt, and is not processed; and `failed` for batches that could not
        be done at all. It is there when the last batch has ended.
    """
    sync = task.services.player_sync
    asked = sync.asked(game_name, tag_line, platform=platform, routing=routing, year=year)
    with TaskProgressTracker(task, "sync_player_data", platform=asked.platform.value, year=asked.year) as tracker:
        tracker.update("fetching_summoner", done=0, total=0)
        player = task.wait(sync.find(asked))
        tracker.update("fetching_match_ids", done=0, total=0)
        match_ids = _ids_of(task, player, asked)
        tracker.update("processing_matches", done=0, total=len(match_ids), **budget_of(task, match_ids))
        nothing_yet = {"processed_matches": 0, **IngestReport().as_result()}
        result = {**_about(player, asked), "total_matches": len(match_ids), **nothing_yet}
        puuid = player.account.puuid
        task.spawn([sync_match_batch.job(match_ids=ids, puuid=puuid) for ids in batches(match_ids)], result=result)
        return result


@recovery_task
def recover_player_data(  # noqa: PLR0917 - documented so
    task: JobTask,
    game_name: str,
    tag_line: str,
    platform: str = "na1",
    routing: str | None = None,
    year: int | None = None,
) -> dict[str, Any]:
    """Compare what Riot lists of a player's year with what is stored and intact, and fetch the difference.

    Args:
        task: the bound task.
        game_name: the part of the Riot ID before the #.
        tag_line: the part after it.
        platform: where the player plays.
        routing: implied by the platform; accepted if it is that one.
        year: UTC; None: DEFAULT_MATCH_YEAR.

    Returns:
        `{"success", "summoner_id", "summoner_name", "year", "platform", "routing", "listed", "intact", "repaired",
        "fetched", "missing", "malformed", "unavailable"}`: two counts, then match ids by what became of them; and
        `failed` for batches that could not be done at all. It is there when the last batch has ended.
    """
    sync = task.services.player_sync
    asked = sync.asked(game_name, tag_line, platform=platform, routing=routing, year=year)
    with TaskProgressTracker(task, "recover_player_data", platform=asked.platform.value, year=asked.year) as tracker:
        tracker.update("fetching_summoner", done=0, total=0)
        player = task.wait(sync.find(asked))
        tracker.update("fetching_match_ids", done=0, total=0)
        match_ids = _ids_of(task, player, asked)
        tracker.update("comparing", done=0, total=len(match_ids))
        result = {**_about(player, asked), "listed": len(match_ids), **RecoveryReport().as_result()}
        puuid = player.account.puuid
        task.wait(task.services.due_recoveries.mark_checked(puuid))
        task.spawn([recover_match_batch.job(match_ids=ids, puuid=puuid) for ids in batches(match_ids)], result=result)
        return result


@recovery_task
def recover_match_batch(task: JobTask, match_ids: list[str], puuid: str) -> dict[str, Any]:
    """Recover a few matches side by side (a part of `recover_player_data`).

    Returns:
        `{"intact": n, "repaired", "fetched", "missing", "malformed", "unavailable"}`: match ids by outcome.
    """
    done = RecoveryReport.resumed(task.progress_extra.get(SO_FAR, {}))

    async def report(step: str, count: int, total: int) -> None:
        # A retry goes on from here; a cancel keeps it.
        task.keep(done.as_result())
        await task.report(step, count, total, **{SO_FAR: done.as_result()})

    recovering = task.services.history_recovery.recover_batch(
        match_ids, puuid, into=done, report=report, last_attempt=is_last_attempt(task)
    )
    return task.wait(recovering).as_result()


@recovery_task
def recover_linked_players(task: JobTask) -> dict[str, Any]:
    """Submit a recovery of the current year for linked players whose history nobody has compared for a week.

    Returns:
        `{"success": True, "submitted": n, "unnamed": n}`.
    """
    return {"success": True, **task.wait(task.services.due_recoveries.submit_due(_recovery_of))}


def _recovery_of(riot_id: RiotId, player: KnownPlayer, year: int) -> NewJob:
    job = recover_player_data.job(riot_id.game_name, riot_id.tag_line, platform=player.platform.value, year=year)
    return job.model_copy(update={"idempotency_key": f"recover:{player.account.puuid}:{year}"})


def _ids_of(task: JobTask, player: KnownPlayer, asked: PlayerYear) -> list[str]:
    return task.wait(task.services.match_history.ids_of_year(player.account.puuid, asked.routing, asked.year))


def _about(player: KnownPlayer, asked: PlayerYear) -> dict[str, Any]:
    riot_id = player.account.riot_id or asked.riot_id
    return {
        "success": True,
        "summoner_id": player.number,
        "summoner_name": riot_id.game_name,
        "year": asked.year,
        "platform": asked.platform.value,
        "routing": asked.routing.value,
    }
