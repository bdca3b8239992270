"""The API's own description."""

from typing import Any

import jsonschema
import pytest

from tests.unit.api.conftest import Api


@pytest.fixture
async def document(api: Api) -> Any:
    return (await api.client.get("/openapi.json")).json


def operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_every_operation_says_what_it_is_and_what_can_go_wrong(document: Any) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        if name != "get /health":
            assert operation["responses"].keys() >= {"401", "403", "429", "503"}, name
            assert operation["security"], name


async def test_the_documented_calls_are_all_there(document: Any) -> None:
    assert {name for name, _ in operations(document)} == {
        "post /api/summoners/sync-data/", "get /api/summoners/task-status/", "get /tasks/", "get /tasks/{task_id}",
        "delete /tasks/{task_id}", "get /tasks/status/{task_id}", "get /tasks/{task_id}/events",
        "post /tasks/test/add", "post /tasks/test/sleep", "post /tasks/test/long", "get /health", "get /metrics",
    }  # fmt: skip


async def test_every_example_fits_its_schema(document: Any) -> None:
    schemas = document["components"]["schemas"]
    shown = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert shown.keys() >= {
        "SyncRequest", "SyncStarted", "TaskState", "TaskSubmitted", "TaskView", "CeleryTaskView", "TaskCancelled",
        "TaskPage", "Health",
    }  # fmt: skip
    for name, examples in shown.items():
        validator = jsonschema.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        )
        for example in examples:
            # FastAPI leaves out of its document whatever is null.
            validator.validate(dict.fromkeys(schemas[name]["required"]) | example)
