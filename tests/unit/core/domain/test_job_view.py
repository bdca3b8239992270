"""How jobs look from outside."""

from typing import Any

import pytest

from src.core.domain.job import JobState, Progress
from src.core.domain.job_view import CANCELLED, celery_state, progress_view, status_word, task_view
from tests.unit.core.domain.test_job import a_job


@pytest.mark.parametrize(
    ("changes", "word", "state"),
    [
        ({"state": JobState.QUEUED}, "pending", "PENDING"),
        ({"state": JobState.QUEUED, "attempts": 1}, "retrying", "RETRY"),
        ({"state": JobState.RUNNING, "progress": None}, "processing", "STARTED"),
        ({"state": JobState.RUNNING}, "processing", "PROGRESS"),
        ({"state": JobState.WAITING}, "processing", "PROGRESS"),
        ({"state": JobState.SUCCEEDED}, "completed", "SUCCESS"),
        ({"state": JobState.FAILED}, "failed", "FAILURE"),
        ({"state": JobState.CANCELLED}, "failed", "REVOKED"),
    ],
)
def test_every_state_has_a_word_of_the_task_api_and_one_of_celerys(
    changes: dict[str, Any], word: str, state: str
) -> None:
    job = a_job(**changes)
    assert (status_word(job), celery_state(job)) == (word, state)


def test_a_finished_task_shows_its_result() -> None:
    job = a_job(state=JobState.SUCCEEDED, result=15)
    assert task_view(job) == {"task_id": str(job.id), "status": "completed", "result": 15, "error": None}


def test_an_error_that_was_retried_successfully_is_not_shown() -> None:
    assert task_view(a_job(state=JobState.SUCCEEDED, error="Riot is down."))["error"] is None


def test_a_cancelled_task_says_so() -> None:
    assert task_view(a_job(state=JobState.CANCELLED))["error"] == CANCELLED


def test_what_the_work_says_of_itself_wins_and_its_own_notes_stay_out() -> None:
    progress = Progress(step="processing_matches", done=75, total=100, extra={"processed": 15, "total": 20, "_note": 1})
    assert progress_view(progress) == {"step": "processing_matches", "progress": 75, "processed": 15, "total": 20}
