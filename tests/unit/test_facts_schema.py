"""docs/analysis.md and docs/facts.schema.json tell what `chimera analyze-file` prints."""

import json
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from tests.facts_schema import FILE, facts_schema, text
from tests.real_documents import PROJECT

PAGE = (PROJECT / "docs" / "analysis.md").read_text(encoding="utf-8")


def keys(schema: Any) -> Iterator[str]:
    """Every key that the schema has a property for."""
    if isinstance(schema, list):
        for item in schema:
            yield from keys(item)
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for value in schema.values():
            yield from keys(value)


def closed(schema: Any) -> Any:
    """The schema with no key needed, and none allowed but those it has."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: closed(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}
    return changed | ({"additionalProperties": False} if "properties" in schema and "type" in schema else {})


def test_the_schema_is_that_of_the_models() -> None:
    """Renew it with `python -m tests.facts_schema`."""
    assert FILE.read_text(encoding="utf-8") == text()


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(facts_schema())


def test_all_but_the_player_asked_for_is_always_there() -> None:
    schema = facts_schema()
    assert set(schema["properties"]) - set(schema["required"]) == {"participant_id"}
    for definition in schema["$defs"].values():
        assert definition.get("required", []) == list(definition.get("properties", []))


def test_the_example_is_such_an_object() -> None:
    """Shortened: no key is needed, but none is there that the schema does not have."""
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    Draft202012Validator(closed(facts_schema())).validate(json.loads(example))
