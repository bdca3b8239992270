"""The task API, in the documents' shapes."""

from typing import Any
from uuid import UUID

import pytest

from src.core.domain.job import JobState, Progress
from tests.fakes.jobs import a_new_job, a_reply
from tests.unit.api.conftest import Api

NOBODYS = "520a8582-b553-44c4-8099-df7ce310367c"


async def submitted(api: Api, what: str) -> str:
    answer = await api.client.post(f"/tasks/test/{what}")
    assert answer.status == 202, answer.text
    return str(answer.json["task_id"])


async def listed(api: Api, query: str = "") -> Any:
    answer = await api.client.get(f"/tasks/{query}")
    assert answer.status == 200, answer.text
    return answer.json


def ids(page: Any) -> list[int]:
    return [UUID(task["task_id"]).int for tasks in page["active_tasks"].values() for task in tasks]


class TestSamples:
    """`POST /tasks/test/...`."""

    @pytest.mark.parametrize(
        ("what", "kind", "arguments"),
        [
            ("add?x=5&y=3", "test.add", {"x": 5, "y": 3}),
            ("sleep?seconds=5", "test.sleep", {"seconds": 5.0}),
            ("long", "test.long_task", {}),
        ],
    )
    async def test_they_are_submitted_as_documented(
        self, api: Api, what: str, kind: str, arguments: dict[str, Any]
    ) -> None:
        answer = await api.client.post(f"/tasks/test/{what}")
        (job,) = api.services.ledger.jobs
        assert answer.json == {"task_id": str(job.id), "status": "submitted", "message": f"Task {kind} submitted"}
        assert (job.kind, job.arguments, job.queue, job.rate) == (kind, arguments, "analysis", None)

    @pytest.mark.parametrize(
        ("what", "field"),
        [
            ("add?x=five", "query.x"), ("add?y=1e400", "query.y"), ("sleep?seconds=-1", "query.seconds"),
            ("sleep?seconds=999", "query.seconds"), ("sleep?seconds=nan", "query.seconds"),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_is_named(self, api: Api, what: str, field: str) -> None:
        answer = await api.client.post(f"/tasks/test/{what}")
        assert answer.status == 422
        assert answer.json["detail"].startswith(f"{field}: ")


class TestOne:
    """`GET /tasks/{id}` and `GET /tasks/status/{id}`: two views of one job."""

    async def views(self, api: Api, task_id: str) -> tuple[Any, Any]:
        one, other = [(await api.client.get(f"/tasks/{path}{task_id}")).json for path in ("", "status/")]
        assert one["task_id"] == other["task_id"] == task_id
        assert set(one) == set(other) == {"task_id", "status", "result", "error"}
        return one, other

    async def words(self, api: Api, task_id: str) -> tuple[str, str]:
        one, other = await self.views(api, task_id)
        return one["status"], other["status"]

    async def test_each_has_its_words(self, api: Api) -> None:
        task_id = await submitted(api, "add?x=5&y=3")
        assert await self.words(api, task_id) == ("pending", "PENDING")
        job = await api.claim(task_id)
        assert await self.words(api, task_id) == ("processing", "STARTED")
        await api.services.ledger.report_progress(job.id, job.fence, Progress(step="adding"))
        assert await self.words(api, task_id) == ("processing", "PROGRESS")
        await api.services.ledger.retry_later(job.id, job.fence, delay=0, error="No.", error_kind="Unavailable")
        assert await self.words(api, task_id) == ("retrying", "RETRY")
        await api.finish(task_id, 8)
        one, other = await self.views(api, task_id)
        assert (one["status"], one["result"], one["error"]) == ("completed", 8, None)
        assert (other["status"], other["result"], other["error"]) == ("SUCCESS", 8, None)

    async def test_failed_and_cancelled_say_why(self, api: Api) -> None:
        job = await api.claim(await submitted(api, "long"))
        await api.services.ledger.fail(job.id, job.fence, error="It broke.", error_kind="JobDied")
        one, other = await self.views(api, str(job.id))
        assert (one["status"], other["status"], one["error"]) == ("failed", "FAILURE", "It broke. (error id 00000000)")
        cancelled = await submitted(api, "long")
        await api.client.delete(f"/tasks/{cancelled}")
        one, other = await self.views(api, cancelled)
        assert (one["status"], other["status"], other["error"]) == ("failed", "REVOKED", "The task was cancelled.")

    @pytest.mark.parametrize("path", ["/tasks/{}", "/tasks/status/{}", "/tasks/{}/events"])
    async def test_ids_that_are_none_and_ids_of_nothing(self, api: Api, path: str) -> None:
        unknown = await api.client.get(path.format(NOBODYS))
        assert (unknown.status, unknown.json["detail"]) == (404, "There is no such job.")
        for malformed in ("nope", "1", "520a8582", "%00", "null"):
            answer = await api.client.get(path.format(malformed))
            assert answer.status == 422
            assert answer.json["detail"] == f"path.task_id: this is no task id; one looks like {NOBODYS}"


class TestCancel:
    """`DELETE /tasks/{id}`."""

    async def test_a_queued_task_never_starts(self, api: Api) -> None:
        task_id = await submitted(api, "long")
        for _ in range(2):  # an answer that got lost is asked for again
            answer = await api.client.delete(f"/tasks/{task_id}")
            assert answer.json == {
                "task_id": task_id, "cancelled": True, "message": "Task cancellation requested",
            }  # fmt: skip
        assert api.services.ledger.jobs[0].state is JobState.CANCELLED

    async def test_a_running_task_is_asked_to_stop(self, api: Api) -> None:
        job = await api.claim(await submitted(api, "long"))
        assert (await api.client.delete(f"/tasks/{job.id}")).json["cancelled"] is True
        assert (await api.services.control.status(job.id)).cancel_requested

    async def test_what_has_ended_is_not_cancelled(self, api: Api) -> None:
        task_id = await submitted(api, "add")
        await api.finish(task_id, 8)
        answer = await api.client.delete(f"/tasks/{task_id}")
        assert answer.json == {"task_id": task_id, "cancelled": False, "message": "The task had completed already"}
        failed = await api.claim(await submitted(api, "long"))
        await api.services.ledger.fail(failed.id, failed.fence, error="It broke.", error_kind="JobDied")
        assert (await api.client.delete(f"/tasks/{failed.id}")).json["message"] == "The task had failed already"

    async def test_what_is_not_there_is_not_found(self, api: Api) -> None:
        assert (await api.client.delete(f"/tasks/{NOBODYS}")).status == 404
        assert (await api.client.delete("/tasks/nope")).status == 422


class TestList:
    """`GET /tasks/`."""

    async def test_nothing_to_do_is_documented_too(self, api: Api) -> None:
        assert await listed(api) == {"active_tasks": {}, "count": 0, "next": None}

    async def test_what_workers_are_at_stands_under_their_names(self, api: Api) -> None:
        await submitted(api, "long")
        job = await api.claim(await submitted(api, "sleep?seconds=5"))
        await api.services.ledger.report_progress(job.id, job.fence, Progress(step="sleeping", done=2, total=5))
        page = await listed(api)
        assert page["count"] == 1
        (task,) = page["active_tasks"]["celery@w1"]
        assert (task["task_id"], task["name"], task["kwargs"]) == (str(job.id), "test.sleep", {"seconds": 5.0})
        assert task["progress"] == {"step": "sleeping", "progress": 40, "processed": 2, "total": 5}

    async def test_it_tells_nothing_of_people(self, api: Api) -> None:
        await api.services.jobs.submit(a_new_job(owner="424242", reply=a_reply(), idempotency_key="secret-key"))
        await api.claim(UUID(int=1))
        for path in ("/tasks/", f"/tasks/{UUID(int=1)}", f"/tasks/status/{UUID(int=1)}"):
            text = (await api.client.get(path)).text
            assert not any(secret in text for secret in ("4242", "interaction-token", "secret-key"))

    @pytest.mark.parametrize(
        ("status", "number"), [("pending", 1), ("retrying", 2), ("processing", 3), ("completed", 4), ("failed", 5)]
    )
    async def test_each_status_has_its_tasks(self, api: Api, status: str, number: int) -> None:
        ledger = api.services.ledger
        await ledger.submit([a_new_job(each) for each in range(1, 6)])
        held = {each: await api.claim(UUID(int=each)) for each in range(2, 6)}
        await ledger.retry_later(UUID(int=2), held[2].fence, delay=0, error="No.", error_kind="Unavailable")
        await ledger.succeed(UUID(int=4), held[4].fence, None)
        await ledger.fail(UUID(int=5), held[5].fence, error="No.", error_kind="JobDied")
        assert ids(await listed(api, f"?status={status}")) == [number]

    async def test_pages_lead_through_all_of_them_once(self, api: Api) -> None:
        await api.services.ledger.submit([a_new_job(number) for number in range(1, 8)])
        seen: list[list[int]] = []
        query = "?status=pending&limit=3"
        for _ in range(3):
            page = await listed(api, query)
            assert page["count"] == len(ids(page))
            seen.append(ids(page))
            query = f"?status=pending&limit=3&cursor={page['next']}"
        assert page["next"] is None
        assert seen == [[7, 6, 5], [4, 3, 2], [1]]

    async def test_a_page_is_full_though_others_stand_between(self, api: Api) -> None:
        """`retrying` is no state of the ledger's own."""
        ledger = api.services.ledger
        await ledger.submit([a_new_job(number) for number in range(1, 13)])
        for number in (3, 7, 11):
            job = await api.claim(UUID(int=number))
            await ledger.retry_later(job.id, job.fence, delay=0, error="No.", error_kind="Unavailable")
        first = await listed(api, "?status=retrying&limit=2")
        assert ids(first) == [11, 7]
        last = await listed(api, f"?status=retrying&limit=2&cursor={first['next']}")
        assert (ids(last), last["next"]) == ([3], None)

    async def test_parts_of_a_task_are_listed_on_request(self, api: Api) -> None:
        [parent] = await api.services.jobs.submit(a_new_job())
        held = await api.claim(parent.id)
        await api.services.ledger.wait_for_children(parent.id, held.fence, [a_new_job(2)])
        await api.claim(UUID(int=2))
        assert ids(await listed(api)) == [1]
        assert sorted(ids(await listed(api, "?children=true"))) == [1, 2]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("?limit=0", "query.limit"), ("?limit=201", "query.limit"), ("?status=lost", "query.status"),
            ("?cursor=nope", "query.cursor"), (f"?cursor={NOBODYS}", "cursor"), ("?children=maybe", "query.children"),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_is_named(self, api: Api, query: str, names: str) -> None:
        answer = await api.client.get(f"/tasks/{query}")
        assert (answer.status, names in answer.json["detail"]) == (422, True)
