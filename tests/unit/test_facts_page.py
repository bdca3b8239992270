"""docs/facts.md has every definition of a fact, word for word, and no other."""

import inspect
import re

import pytest

from src.core.domain.facts import model
from src.core.domain.facts.model import MINUTES, KillFact, MatchFacts, Place
from src.core.domain.win_probability.curve import WinPoint
from tests import facts_page
from tests.facts_schema import facts_schema
from tests.real_documents import PROJECT

SCHEMA = facts_schema()
PAGE = facts_page.FILE.read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")}


def words(text: str) -> list[str]:
    """What is read, without breaks, links and list marks."""
    return re.sub(r"\[(`?[\w.]+`?)\]\([^)]*\)", r"\1", text).split()


def test_it_is_that_of_the_models() -> None:
    """Renew it with `python -m tests.facts_schema`."""
    assert facts_page.page(SCHEMA) == PAGE


def test_every_class_of_the_schema_has_a_section_with_its_keys() -> None:
    schemas = {"MatchFacts": SCHEMA, **SCHEMA["$defs"]}
    assert set(SECTIONS) - {"# Facts, one by one", "Constants"} == set(schemas)
    for name, schema in schemas.items():
        rows = re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.MULTILINE)
        assert rows == list(schema.get("properties", schema.get("enum")))


@pytest.mark.parametrize("one", [MatchFacts, KillFact, Place, WinPoint])
def test_definitions_are_whole(one: type) -> None:
    told = words(SECTIONS[one.__name__].partition("\n\n")[2].partition("\n| ")[0])
    assert told == words(inspect.cleandoc(one.__doc__ or ""))


def test_what_follows_a_list_is_not_its_last_item() -> None:
    assert not re.search(r"^(- |  ).*\n[^\s-]", PAGE, re.MULTILINE)


def test_comments_of_values_are_definitions() -> None:
    assert "| `grubs` | one void grub |" in SECTIONS["Objective"]


def test_documented_constants_are_told() -> None:
    assert f"`MINUTES` = {MINUTES}: " in SECTIONS["Constants"]
    assert len(re.findall("^- ", SECTIONS["Constants"], re.MULTILINE)) == len(
        re.findall(r'^[A-Z_]+: Final = .*\n"""', inspect.getsource(model), re.MULTILINE)
    )


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (PROJECT / "docs" / target).is_file(), target
    assert set(re.findall(r"\]\(#(\w+)\)", PAGE)) <= {name.lower() for name in SECTIONS}
