"""A person's data as a file."""

import json
from typing import Any

import pytest

from src.core.services.export_document import export_document


def parts(*, matches: int = 0, jobs: int = 0, left_out: int = 0) -> dict[str, Any]:
    return {
        "about": {"notice": "n"},
        "discord_id": "1",
        "accounts": [{"puuid": "p"}, {"puuid": "q"}],
        "matches": {"columns": ["id"], "rows": [[f"m{n:04}"] for n in range(matches)], "left_out": left_out},
        "jobs": {"entries": [{"id": f"j{n:04}", "arguments": {"n": n}} for n in range(jobs)], "left_out": left_out},
        "links": [],
    }


@pytest.mark.parametrize("count", [0, 1, 5])
def test_it_is_what_it_was_made_of(count: int) -> None:
    whole = parts(matches=count, jobs=count, left_out=3)
    assert json.loads(export_document(whole, most=10_000)) == whole


def test_each_entry_has_a_line() -> None:
    lines = export_document(parts(matches=2, jobs=2), most=10_000).decode().splitlines()
    for line in ('{"puuid": "p"},', '["m0001"]', '{"id": "j0001", "arguments": {"n": 1}}'):
        assert line in lines


def test_it_is_never_too_long_and_says_what_it_leaves_out() -> None:
    for most in range(600, 4000, 7):
        body = export_document(parts(matches=100, jobs=30, left_out=5), most=most)
        made = json.loads(body)
        assert len(body) <= most
        assert len(made["matches"]["rows"]) + made["matches"]["left_out"] == 105
        assert len(made["jobs"]["entries"]) + made["jobs"]["left_out"] == 35


def test_the_oldest_go_and_jobs_before_matches() -> None:
    whole = parts(matches=100, jobs=100)
    made = json.loads(export_document(whole, most=3000))
    assert made["matches"] == whole["matches"]
    assert 0 < len(made["jobs"]["entries"]) < 100
    assert made["jobs"]["entries"][0]["id"] == "j0000"
    made = json.loads(export_document(whole, most=1000))
    assert made["jobs"] == {"left_out": 100, "entries": []}
    assert 0 < len(made["matches"]["rows"]) < 100
    assert made["matches"]["rows"][0] == ["m0000"]
