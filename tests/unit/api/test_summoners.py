"""Syncing over REST, in the document's shapes."""

from datetime import timedelta
from typing import Any

import pytest

from src.core.domain.api_key import Scope
from src.core.domain.job import Job, JobState, Progress
from src.core.errors import Unavailable
from tests.fakes.jobs import a_new_job
from tests.unit.api.conftest import Api

ASKED = {"game_name": "PlayerName", "tag_line": "NA1", "platform": "na1", "routing": "americas", "year": 2025}
SYNC = "/api/summoners/sync-data/"
STATUS = "/api/summoners/task-status/"


async def sync(api: Api, **changes: Any) -> Any:
    answer = await api.client.post(SYNC, json_body=ASKED | changes)
    assert answer.status == 202, answer.text
    return answer.json


async def status(api: Api, task_id: str) -> Any:
    return (await api.client.get(f"{STATUS}?task_id={task_id}")).json


def only_job(api: Api) -> Job:
    (job,) = api.services.ledger.jobs
    return job


async def test_a_sync_starts_as_documented(api: Api) -> None:
    body = await sync(api)
    assert body == {
        "task_id": str(only_job(api).id),
        "status": "started",
        "message": "Data sync started for PlayerName#NA1",
        "platform": "na1",
        "routing": "americas",
        "year": 2025,
    }
    assert only_job(api).arguments == ASKED
    assert [hint.kind for hint in api.services.queue.published] == ["src.tasks.player_tasks.sync_player_data"]


async def test_what_is_not_said_is_as_documented(api: Api) -> None:
    answer = await api.client.post(SYNC[:-1], json_body={"game_name": "PlayerName", "tag_line": "NA1"})
    assert (answer.status, answer.json["platform"], answer.json["routing"]) == (202, "na1", "americas")
    assert answer.json["year"] == 2025
    other = await api.client.post(SYNC, json_body={"game_name": "Faker", "tag_line": "#KR1", "platform": "KR"})
    assert (other.json["platform"], other.json["routing"]) == ("kr", "asia")


async def test_a_sync_under_way_is_answered_not_doubled(api: Api) -> None:
    first = await sync(api)
    again = await sync(api, game_name="playername")
    assert again["task_id"] == first["task_id"]
    assert again["message"] == "Data sync is under way already for playername#NA1"
    assert only_job(api).state is JobState.QUEUED


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"game_name": "x"}, "3 to 16 characters"),
        ({"game_name": ""}, "body.game_name"),
        ({"tag_line": "too long a tag"}, "tag"),
        ({"platform": "mars"}, "Unknown region"),
        ({"routing": "europe"}, "americas"),
        ({"routing": "mars"}, "Unknown region"),
        ({"year": 1999}, "year"),
        ({"year": "last"}, "body.year"),
        ({"run_at": "2020-01-01T00:00:00Z"}, "run_at"),
        ({"run_at": "2026-03-15T12:00:00"}, "body.run_at"),
        ({"run_at": "2028-03-15T12:00:00Z"}, "run_at"),
        ({"after_task_id": "nope"}, "body.after_task_id: this is no task id"),
        ({"after_task_id": "520a8582-b553-44c4-8099-df7ce310367c"}, "after_task_id"),
        ({"callback_url": "http://169.254.169.254/latest"}, "callback"),
        ({"call_back_url": "https://example.org"}, "body.call_back_url"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_starts(api: Api, changes: dict[str, Any], names: str) -> None:
    answer = await api.client.post(SYNC, json_body=ASKED | changes)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert names in answer.json["detail"]
    assert "\n" not in answer.json["detail"]
    assert api.services.ledger.jobs == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe"])
async def test_a_body_that_is_no_request_is_refused(api: Api, body: bytes) -> None:
    headers = {"content-type": "application/json", "Idempotency-Key": "1"}
    assert (await api.client.post(SYNC, body=body, headers=headers)).status in {400, 422}


async def test_a_sync_can_wait_for_a_time(api: Api) -> None:
    at = api.services.clock.now() + timedelta(hours=2)
    body = await sync(api, run_at=at.isoformat())
    assert (body["status"], body["message"]) == ("scheduled", "Data sync scheduled for PlayerName#NA1")
    assert only_job(api).next_attempt_at == at
    assert api.services.queue.published == []


async def test_a_time_that_has_just_passed_is_now(api: Api) -> None:
    await sync(api, run_at=(api.services.clock.now() - timedelta(seconds=30)).isoformat())
    assert len(api.services.queue.published) == 1


async def test_a_sync_can_wait_for_another_task(api: Api) -> None:
    [first] = await api.services.jobs.submit(a_new_job(77))
    body = await sync(api, after_task_id=str(first.id))
    assert body["status"] == "scheduled"
    await api.services.control.cancel(first.id)
    assert (await status(api, body["task_id"]))["status"] == "FAILURE"
    late = await sync(api, after_task_id=str(first.id))
    assert late["status"] == "failed"
    assert "will not start" in late["message"]


async def test_a_callback_is_submitted_with_the_sync(api: Api) -> None:
    body = await sync(api, callback_url="https://example.org/hook?secret=hunter2")
    job, callback = api.services.ledger.jobs
    assert (callback.follows, callback.follows_any_end, callback.arguments["key_id"]) == (job.id, True, None)
    listed = await api.client.get("/tasks/?status=pending")
    assert body["task_id"] in listed.text
    assert "hunter2" not in listed.text


async def test_a_callback_is_signed_for_the_key_that_asked(api: Api) -> None:
    key, text = await api.services.access.create("ci", list(Scope))
    body = ASKED | {"callback_url": "https://example.org/hook"}
    headers = {"Authorization": f"Bearer {text.get_secret_value()}"}
    assert (await api.client.post(SYNC, json_body=body, headers=headers)).status == 202
    assert api.services.ledger.jobs[-1].arguments["key_id"] == key.key_id


async def test_an_outage_of_the_ledger_is_a_503(api: Api) -> None:
    api.services.ledger.is_down = True
    answer = await api.client.post(SYNC, json_body=ASKED)
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


class TestTaskStatus:
    """`GET /api/summoners/task-status/`."""

    async def test_under_way_it_says_how_far(self, api: Api) -> None:
        task_id = (await sync(api))["task_id"]
        assert await status(api, task_id) == {"task_id": task_id, "status": "PENDING"}
        job = await api.claim(task_id)
        assert await status(api, task_id) == {"task_id": task_id, "status": "STARTED"}
        api.services.clock.advance(30)
        progress = Progress(step="processing_matches", done=15, total=20)
        await api.services.ledger.report_progress(job.id, job.fence, progress)
        documented = {
            "task_id": task_id, "status": "PROGRESS", "step": "processing_matches",
            "progress": 75, "processed": 15, "total": 20,
        }  # fmt: skip
        body = await status(api, task_id)
        assert body.pop("seconds_left") == 10
        assert body == documented

    async def test_at_the_end_it_sums_up(self, api: Api) -> None:
        task_id = (await sync(api))["task_id"]
        result = {
            "summoner_id": 123, "summoner_name": "PlayerName", "processed_matches": 20, "total_matches": 20,
            "year": 2025, "stored": ["NA1_1", "NA1_2"], "task_id": "another", "status": "success",
        }  # fmt: skip
        await api.finish(task_id, result)
        assert await status(api, task_id) == {
            "task_id": task_id, "status": "SUCCESS", "summoner_id": 123, "summoner_name": "PlayerName",
            "processed_matches": 20, "total_matches": 20, "year": 2025, "stored": 2,
        }  # fmt: skip

    async def test_a_retry_a_failure_and_a_cancel_say_why(self, api: Api) -> None:
        task_id = (await sync(api))["task_id"]
        job = await api.claim(task_id)
        ledger = api.services.ledger
        await ledger.retry_later(job.id, job.fence, delay=0, error="Riot is away.", error_kind=Unavailable.__name__)
        assert await status(api, task_id) == {"task_id": task_id, "status": "RETRY", "error": "Riot is away."}
        job = await api.claim(task_id)
        await ledger.fail(job.id, job.fence, error="Riot is gone.", error_kind="Unavailable")
        assert await status(api, task_id) == {"task_id": task_id, "status": "FAILURE", "error": "Riot is gone."}
        other = (await sync(api))["task_id"]
        await api.client.delete(f"/tasks/{other}")
        assert await status(api, other) == {
            "task_id": other, "status": "REVOKED", "error": "The task was cancelled.",
        }  # fmt: skip

    async def test_an_id_is_needed_that_exists(self, api: Api) -> None:
        for query, code in {
            "": 422,
            "?task_id=nope": 422,
            "?task_id=520a8582-b553-44c4-8099-df7ce310367c": 404,
        }.items():
            answer = await api.client.get(STATUS + query)
            assert (answer.status, answer.headers["content-type"]) == (code, "application/problem+json")
