"""`python -m tests.facts_schema`: write docs/facts.schema.json, the schema of what `chimera analyze-file` prints.

It is made from the models that hold the facts, and so is docs/facts.md beside it; tests keep both the same.
"""

import json
from typing import Any, Final

from src.bootstrap.file_analysis import FactsOfPlayer
from src.core.domain.facts.model import MINUTES, MatchFacts
from tests import facts_page
from tests.real_documents import PROJECT

FILE: Final = PROJECT / "docs" / "facts.schema.json"


def facts_schema() -> dict[str, Any]:
    """JSON Schema 2020-12. Every key is always there, but for `participant_id`, which comes with `--puuid`."""
    schema = MatchFacts.model_json_schema(mode="serialization")
    players = FactsOfPlayer.model_json_schema(mode="serialization")
    schema["properties"]["participant_id"] = players["properties"]["participant_id"]
    minutes = schema["$defs"]["ParticipantFacts"]["properties"]["minutes"]
    names = [str(minute) for minute in MINUTES]
    minutes |= {
        "properties": dict.fromkeys(names, minutes["additionalProperties"]),
        "required": names,
        "additionalProperties": False,
    }
    plain = _plain(schema)
    plain["required"].remove("participant_id")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "MatchFacts", **plain}


def text() -> str:
    """The file as it should be."""
    return json.dumps(facts_schema(), indent=1, ensure_ascii=False) + "\n"


def _plain(schema: Any) -> Any:
    """Without titles that repeat a key and defaults that never apply: what is printed has every key."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: {name: _plain(one) for name, one in value.items()} if key in {"properties", "$defs"} else _plain(value)
        for key, value in schema.items()
        if key not in {"title", "default"}
    }
    if "properties" in plain:
        plain["required"] = list(plain["properties"])
    types = plain.get("anyOf", [])
    if types and all(set(one) == {"type"} for one in types):  # an integer or null
        del plain["anyOf"]
        plain["type"] = [one["type"] for one in types]
    return plain


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    facts_page.FILE.write_text(facts_page.page(facts_schema()), encoding="utf-8")
