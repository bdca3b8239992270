"""How jobs are spoken of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from src.adapters.discord_messages.errors_text import error_message
from src.adapters.discord_messages.job_text import ended_text, failure_message, job_name, summary_text
from src.core.domain.job import Job, JobState, Progress
from src.core.errors import RiotKeyRejected
from src.core.services.profile_requests import REFRESH_PROFILE
from tests.fakes.jobs import a_new_job

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ARGUMENTS = {"game_name": "Mara", "tag_line": "EUW", "platform": "euw1", "routing": "europe", "year": 2026}


def a_job(state: JobState = JobState.SUCCEEDED, **changes: Any) -> Job:
    """Mara's sync of 2026."""
    new = a_new_job(7, kind="src.tasks.player_tasks.sync_player_data", arguments=ARGUMENTS)
    return Job(**dict(new) | {"state": state, "created_at": NOW, "next_attempt_at": NOW} | changes)


def found(*, new: int = 0, known: int = 0, missing: int = 0, malformed: int = 0, total: int = 0) -> dict[str, Any]:
    """A sync's result."""
    counts = {"stored": new, "skipped": known, "missing": missing, "malformed": malformed}
    listed = {name: [f"EUW1_{number}" for number in range(count)] for name, count in counts.items()}
    return {"summoner_name": "Mara", "processed_matches": new + known, "total_matches": total, "year": 2026, **listed}


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            found(new=97, known=21, missing=2, total=120),
            "Synced **Mara#EUW** for 2026: 118 of 120 matches are stored (97 new). 2 are no longer at Riot.",
        ),
        (found(known=120, total=120), "Synced **Mara#EUW** for 2026: 120 of 120 matches are stored (none new)."),
        (found(new=1, total=1), "Synced **Mara#EUW** for 2026: 1 of 1 match is stored (1 new)."),
        (
            found(new=1200, missing=1, malformed=1, total=1225),
            (
                "Synced **Mara#EUW** for 2026: 1,200 of 1,225 matches are stored (1,200 new). 1 is no longer at Riot. "
                "1 cannot be read: Riot's data is broken there. 23 could not be fetched; /sync tries them again."
            ),
        ),
        (
            found(new=119, total=120) | {"unavailable": ["EUW1_9"]},
            (
                "Synced **Mara#EUW** for 2026: 119 of 120 matches are stored (119 new). "
                "1 could not be fetched; /sync tries it again."
            ),
        ),
        (found(), "Riot lists no matches of **Mara#EUW** in 2026."),
    ],
)
def test_a_sync_that_succeeded_counts_honestly(result: dict[str, Any], text: str) -> None:
    assert ended_text(a_job(result=result)) == text


def test_a_sync_that_was_erased_since_says_so_and_nothing_of_nobody() -> None:
    job = a_job(arguments={}, result=None)
    assert ended_text(job) == "The sync is done; since then the player has had all that was kept of them erased."
    assert summary_text(job, NOW) == "**Sync of a player** · done"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (found(new=40, known=17, total=120), "Stopped. 57 of 120 matches are stored; /sync goes on from there."),
        (found(total=120), "Stopped. 0 of 120 matches are stored; /sync goes on from there."),
        (None, "Stopped. /sync goes on from there."),
    ],
)
def test_a_cancelled_sync_says_what_is_stored(result: dict[str, Any] | None, text: str) -> None:
    assert ended_text(a_job(JobState.CANCELLED, result=result, started_at=NOW)) == text


def test_a_sync_that_never_began_stored_nothing() -> None:
    assert ended_text(a_job(JobState.CANCELLED)) == "Sync 2026 of Mara#EUW was cancelled before it began."


def test_a_failed_sync_is_told_in_the_words_of_its_error() -> None:
    told = failure_message(a_job(JobState.FAILED, error="It refuses the key (403).", error_kind="RiotKeyRejected"))
    assert told == error_message(RiotKeyRejected(), "00000000")


def test_a_failed_sync_says_what_is_stored_all_the_same() -> None:
    job = a_job(JobState.FAILED, error="x", error_kind="RateLimited", result=found(new=3, total=9))
    assert failure_message(job).advice == (
        "3 of 9 matches are stored; `/sync` goes on from there. Try again in a minute."
    )


def test_a_defect_shows_nothing_but_its_id() -> None:
    job = a_job(JobState.FAILED, error="Unexpected KeyError", error_kind="KeyError")
    for text in (failure_message(job).text, summary_text(job, NOW)):
        assert "Error 00000000" in text
        assert "KeyError" not in text


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (JobState.SUCCEEDED, "Cleanup old data is done."),
        (JobState.CANCELLED, "Cleanup old data was cancelled."),
    ],
)
def test_any_other_job_ends_with_a_plain_sentence(state: JobState, text: str) -> None:
    job = a_job(state, kind="src.tasks.maintenance_tasks.cleanup_old_data", arguments={})
    assert ended_text(job) == text


@pytest.mark.parametrize(
    ("kind", "arguments", "name"),
    [
        ("src.tasks.player_tasks.sync_player_data", ARGUMENTS, "Sync 2026 of Mara#EUW"),
        ("src.tasks.player_tasks.sync_player_data", {**ARGUMENTS, "year": None}, "Sync of Mara#EUW"),
        ("src.tasks.player_tasks.recover_player_data", ARGUMENTS, "Repair 2026 of Mara#EUW"),
        ("src.tasks.analysis_tasks.analyze_match", {"match_id": "NA1_123"}, r"Analysis of NA1\_123"),
        ("src.tasks.analysis_tasks.analyze_match", {"match_id": None}, "Analysis of the last match"),
        (REFRESH_PROFILE, {"puuid": "p", "platform": "euw1"}, "Fetching the newest matches"),
        ("test.long_task", {}, "Long task"),
    ],
)
def test_jobs_have_names_people_understand(kind: str, arguments: dict[str, Any], name: str) -> None:
    assert job_name(a_job(kind=kind, arguments=arguments)) == name


def test_a_name_that_looks_like_markdown_stays_a_name() -> None:
    job = a_job(arguments={**ARGUMENTS, "game_name": "**<@1>**"}, result=found(new=1, total=1))
    for text in (ended_text(job), summary_text(job, NOW), job_name(job)):
        assert r"\*\*\<\@1>\*\*#EUW" in text


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (a_job(JobState.QUEUED), "waiting its turn"),
        (a_job(JobState.QUEUED, attempts=1), "waiting to try again: Riot or a server was busy"),
        (a_job(JobState.QUEUED, follows=a_new_job(3).id, next_attempt_at=None), "waiting for another task to end"),
        (a_job(JobState.QUEUED, not_before=3600.0, next_attempt_at=NOW + timedelta(hours=1)), "starts in about 1 h"),
        (a_job(JobState.RUNNING), "running"),
        (a_job(JobState.WAITING, cancel_requested=True), "stopping"),
        (
            a_job(
                JobState.WAITING,
                started_at=NOW - timedelta(minutes=1),
                progress=Progress(step="processing_matches", done=60, total=120),
            ),
            "running\n▰▰▰▰▰▱▱▱▱▱ matches 60 of 120, about 60 s left ...",
        ),
        (a_job(result=found(new=3, total=4), finished_at=NOW), "done, 3 of 4 matches are stored · <t:1773489600:R>"),
        (a_job(JobState.CANCELLED), "cancelled"),
        (a_job(JobState.FAILED, error="No *such* one.", error_kind="AccountNotFound"), r"failed: No \*such\* one"),
        (
            a_job(JobState.FAILED, error="Riot answers with an error (503).", error_kind="RiotUnavailable"),
            "failed: Riot's servers do not answer properly",
        ),
    ],
)  # fmt: skip
def test_a_list_says_how_far_each_job_is(job: Job, text: str) -> None:
    assert summary_text(job, NOW) == f"**Sync 2026 of Mara#EUW** · {text}"
