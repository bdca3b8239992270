"""Jobs, and what their parents make of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from src.core.domain.job import BUDGET_SECONDS, Job, JobState, NewJob, Progress, Rate, merge_results
from src.core.domain.reply import Reply
from src.core.errors import InvalidInput

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
LISTS = st.dictionaries(st.sampled_from(("stored", "skipped", "missing")), st.lists(st.text(max_size=3), max_size=3))


def test_the_results_of_children_are_joined_key_by_key_in_order() -> None:
    merged = merge_results([{"stored": ["A"], "n": 1}, {"stored": ["B", "C"], "missing": ["D"], "n": 2, "s": 0.5}])
    assert merged == {"stored": ["A", "B", "C"], "n": 3, "missing": ["D"], "s": 0.5}


def test_of_what_can_be_neither_joined_nor_added_the_last_counts() -> None:
    assert merge_results([{"name": "a", "at": None}, {"name": "b", "at": None}]) == {"name": "b", "at": None}


def test_no_children_make_an_empty_result() -> None:
    assert merge_results([]) == {}


@given(st.lists(LISTS, max_size=5))
def test_no_list_loses_or_invents_an_entry_and_no_child_is_changed(results: list[dict[str, list[str]]]) -> None:
    before = [{key: list(value) for key, value in result.items()} for result in results]
    merged = merge_results(results)
    for key in {key for result in results for key in result}:
        assert merged[key] == [entry for result in results for entry in result.get(key, [])]
    assert results == before


def test_three_states_are_final() -> None:
    assert {state for state in JobState if state.is_final} == {
        JobState.SUCCEEDED,
        JobState.FAILED,
        JobState.CANCELLED,
    }


def test_a_job_survives_json_with_its_reply() -> None:
    reply = Reply(
        application_id="1", token=SecretStr("t0ken"), expires_at=datetime(2026, 1, 1, tzinfo=UTC), channel_id=None,
        user_id="2",
    )  # fmt: skip
    job = Job(
        id=UUID(int=1), kind="k", arguments={"match_id": "NA1_1"}, queue="matches", state=JobState.RUNNING,
        created_at=datetime(2026, 1, 1, tzinfo=UTC), progress=Progress(step="matches", done=1, total=2), reply=reply,
    )  # fmt: skip
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_a_job_is_not_changed_but_replaced() -> None:
    job = NewJob(id=UUID(int=1), kind="k", arguments={}, queue="matches")
    with pytest.raises(ValidationError, match="frozen"):
        job.kind = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "rate"), [("10/m", (10, 60)), ("100/min", (100, 60)), ("1/h", (1, 3600)), (" 5/S ", (5, 1))]
)
def test_rates_are_read_as_celery_writes_them(text: str, rate: tuple[int, float]) -> None:
    read = Rate.parse(text)
    assert (read.count, read.seconds) == rate
    assert Rate.parse(str(read)) == read


@pytest.mark.parametrize("text", ["", "10", "0/m", "-1/m", "10/d", "1.5/m", "ten/m", "10/m/m"])
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="such as 10/m"):
        Rate.parse(text)


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 0, 0), (0, 20, 0), (15, 20, 75), (20, 20, 100), (9, 8, 100)]
)
def test_progress_in_percent_stays_within_bounds(done: int, total: int, percent: int) -> None:
    assert Progress(step="matches", done=done, total=total).percent == percent


def a_job(**changes: Any) -> Job:
    fields: dict[str, Any] = {
        "id": UUID(int=1), "kind": "k", "arguments": {}, "queue": "matches", "state": JobState.RUNNING,
        "created_at": STARTED, "started_at": STARTED, "progress": Progress(step="matches", done=15, total=20),
    }  # fmt: skip
    return Job(**fields | changes)


def test_the_time_left_follows_from_the_pace_so_far() -> None:
    assert a_job().seconds_left(datetime(2026, 1, 1, 0, 1, tzinfo=UTC)) == 20.0


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": None},
        {"progress": None},
        {"progress": Progress(step="matches", done=0, total=20)},
        {"progress": Progress(step="deleting_jobs", done=500, total=0)},
        {"state": JobState.SUCCEEDED},
    ],
)
def test_the_time_left_of_what_has_no_pace_is_unknown(changes: dict[str, Any]) -> None:
    assert a_job(**changes).seconds_left(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=1)) is None


def test_a_pace_of_less_than_a_second_says_nothing() -> None:
    assert a_job().seconds_left(datetime(2026, 1, 1, 0, 0, 0, 900_000, tzinfo=UTC)) is None


def test_a_queued_job_that_has_failed_before_is_retrying() -> None:
    assert a_job(state=JobState.QUEUED, attempts=1).is_retrying
    assert not a_job(state=JobState.QUEUED).is_retrying
    assert not a_job(state=JobState.RUNNING, attempts=1).is_retrying


def _with_budget(done: int, seconds: object) -> Job:
    progress = Progress(step="matches", done=done, total=120, extra={BUDGET_SECONDS: seconds})
    return a_job(progress=progress)


@pytest.mark.parametrize(
    ("done", "after", "left"),
    [
        (0, 0, 240.0),  # nothing is done: what the key allows
        (0, 100, 140.0),
        (0, 300, 0.0),
        (20, 2, 238.0),  # the first calls go out at once and say nothing of the rest
        (60, 180, 180.0),  # slower than the key allows
        (120, 100, 0.0),
    ],
)
def test_no_job_is_said_to_be_done_before_the_key_allows_it(done: int, after: float, left: float) -> None:
    assert _with_budget(done, 240).seconds_left(STARTED + timedelta(seconds=after)) == left


@pytest.mark.parametrize("seconds", [None, "soon", True, [3]])
def test_what_is_no_number_of_seconds_is_no_budget(seconds: object) -> None:
    assert _with_budget(0, seconds).seconds_left(STARTED) is None
