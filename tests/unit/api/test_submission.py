"""Idempotency-Key: the same request twice starts one task."""

from typing import Any

import pytest

from src.core.domain.api_key import Scope
from tests.fakes.asgi import Answer
from tests.unit.api.conftest import Api

SYNC = "/api/summoners/sync-data/"
ASKED = {"game_name": "PlayerName", "tag_line": "NA1", "year": 2025}


async def sync(api: Api, key: str = "k-1", *, url: str = SYNC, **changes: Any) -> Answer:
    return await api.client.post(url, json_body=ASKED | changes, headers={"Idempotency-Key": key})


async def test_the_same_again_is_the_same_answer_even_after_the_end(api: Api) -> None:
    first = await sync(api)
    await api.client.delete(f"/tasks/{first.json['task_id']}")
    again = await sync(api)
    assert (again.status, again.json) == (first.status, first.json)
    assert len(api.services.ledger.jobs) == 1


async def test_order_and_spaces_and_the_last_slash_make_no_other_request(api: Api) -> None:
    first = await sync(api, url=SYNC[:-1])
    body = b'{"year":  2025,\n"tag_line": "NA1", "game_name": "PlayerName"}'
    headers = {"content-type": "application/json", "Idempotency-Key": "k-1"}
    assert (await api.client.post(SYNC, body=body, headers=headers)).json == first.json


@pytest.mark.parametrize("changes", [{"year": 2024}, {"game_name": "Faker"}, {"platform": "na1"}])
async def test_another_body_under_the_same_key_is_refused(api: Api, changes: dict[str, Any]) -> None:
    await sync(api)
    refused = await sync(api, **changes)
    assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json["kind"] == "RequestConflict"
    assert len(api.services.ledger.jobs) == 1


async def test_another_route_or_query_under_the_same_key_is_refused(api: Api) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await api.client.post("/tasks/test/add?x=5&y=3", headers=headers)
    swapped = await api.client.post("/tasks/test/add?y=3&x=5", headers=headers)
    assert swapped.json == first.json
    assert (await api.client.post("/tasks/test/add?x=5&y=4", headers=headers)).status == 422
    assert (await sync(api)).status == 422
    bare = {"Idempotency-Key": "k-2"}
    assert (await api.client.post("/tasks/test/add", headers=bare)).status == 202
    assert (await api.client.post("/tasks/test/long", headers=bare)).status == 422


async def test_another_key_is_another_request(api: Api) -> None:
    url = "/tasks/test/add"
    answers = [await api.client.post(url, headers={"Idempotency-Key": key}) for key in ("a", "b")]
    answers += [await api.client.post(url) for _ in range(2)]
    assert len({answer.json["task_id"] for answer in answers}) == 4


async def test_one_clients_keys_are_no_other_clients(api: Api) -> None:
    headers = []
    for _ in range(2):
        _, text = await api.services.access.create("ci", list(Scope))
        headers.append({"Authorization": f"Bearer {text.get_secret_value()}", "Idempotency-Key": "k-1"})
    first = await api.client.post("/tasks/test/add?x=1", headers=headers[0])
    second = await api.client.post("/tasks/test/add?x=2", headers=headers[1])
    assert (first.status, second.status) == (202, 202)
    assert first.json["task_id"] != second.json["task_id"]


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256, "tab\there"])
async def test_a_key_of_another_form_is_refused(api: Api, key: str) -> None:
    answer = await api.client.post("/tasks/test/add", headers={"Idempotency-Key": key})
    assert (answer.status, "idempotency-key" in answer.json["detail"].lower()) == (422, True)


async def test_a_key_may_be_as_long_as_255(api: Api) -> None:
    assert (await sync(api, "x" * 255)).status == 202


async def test_a_body_nested_deeper_than_any_json_reader_goes_names_a_request_too(api: Api) -> None:
    asked = {"body": b"[" * 100_000, "headers": {"Idempotency-Key": "deep"}}
    first, again = [await api.client.post("/tasks/test/add", **asked) for _ in range(2)]
    assert (first.status, again.json) == (202, first.json)
