"""Jobs, and what their parents make of them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from src.core.domain.job import Job, JobState, NewJob, Progress, merge_results
from src.core.domain.reply import Reply

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
