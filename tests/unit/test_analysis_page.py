"""docs/analysis.md: the facts it lists are those there are, and rest on what it says."""

import re
from typing import Any, Final

import pytest

from src.core.domain.facts.match_facts import facts_of
from src.sandbox.riot.generator import QUEUES, generate
from tests.facts_schema import facts_schema
from tests.real_documents import PROJECT
from tests.unit.core.domain.documents import Document, Story, change_people
from tests.unit.sandbox.riot.generator.conftest import plan_for
from tests.unit.test_facts_schema import keys

PAGE: Final = (PROJECT / "docs" / "analysis.md").read_text(encoding="utf-8")
ROOTS: Final = {
    "MatchFacts": "", "ParticipantFacts": "participants.*.", "TeamFacts": "teams.*.", "KillFact": "kills[].",
    "Fight": "fights[].", "Moment": "moments[].",
}  # fmt: skip
"""Where the facts of a heading's first class are; `*` is any key."""
STORY: Final = Story().kill(300, 1, 6).kill(700, 7, 2, (8,))


def listed() -> dict[str, set[str]]:
    """Every fact of the tables by its path, and the letters of what it rests on."""
    facts = {}
    for part in PAGE.partition("## The facts\n")[2].partition("\n## ")[0].split("\n### ")[1:]:
        (root,) = re.findall(r"^[^\n]*?\(facts\.md#\w+\)", part)
        (name,) = re.findall(r"\[(\w+)\]", root)
        for cells, letters in re.findall(r"^\| (`.*?) \|.*\| ([MTLW, ]+) \|$", part, re.MULTILINE):
            for fact in re.findall(r"`([^`]+)`", cells):
                facts[ROOTS[name] + fact] = set(letters.split(", "))
    return facts


LISTED: Final = listed()


def values(node: Any, path: str) -> list[Any]:
    """What stands at a path, in every list and under every key it leads through; of objects how many there are."""
    step, _, rest = path.partition(".")
    if not step:
        is_of_objects = isinstance(node, dict) or (
            isinstance(node, list) and any(isinstance(one, dict) for one in node)
        )
        return [len(node) if is_of_objects else node]
    if step in {"*", "<m>"}:
        found = list(node.values())
    else:
        found = node[step.removesuffix("[]")] if step.endswith("[]") else [node[step]]
    return [value for one in found for value in values(one, rest)]


def told(match: Document, timeline: Document | None) -> dict[str, list[Any]]:
    """A match's facts by the paths of the page."""
    facts = facts_of(match, timeline).model_dump(mode="json")
    return {path: values(facts, path) for path in LISTED}


def is_nothing(found: list[Any]) -> bool:
    """Not known, or none."""
    return all(value in (None, [], 0) for value in found)


def copied(match: Document) -> Document:
    """The match, with participants of its own to be changed."""
    people = [dict(person) for person in match["info"]["participants"]]
    return match | {"info": match["info"] | {"participants": people}}


@pytest.fixture(scope="module")
def pair() -> tuple[Document, Document]:
    """A game of the Rift with all there is, an event that cannot be read too."""
    match, timeline = generate(plan_for(QUEUES[420], 1))
    timeline["info"]["frames"][1]["events"].append({"type": "LEVEL_UP", "timestamp": 60_000})
    return match, timeline


def test_the_page_lists_every_key_and_no_other() -> None:
    named = set(re.findall(r"\w+", " ".join(path.replace("<m>", "") for path in LISTED)))
    assert named == set(keys(facts_schema())) - {"5", "10", "14", "15", "20", "25", "30", "participant_id"}


def test_its_links_lead_somewhere() -> None:
    headings = re.findall(r"^## (\w+)$", (PROJECT / "docs" / "facts.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\(facts\.md#(\w+)\)", PAGE)) == {name.lower() for name in headings}
    for target in re.findall(r"\]\(([^)#]+)(?:#\w+)?\)", PAGE):
        assert (PROJECT / "docs" / target).is_file(), target


def test_what_needs_a_timeline_is_nothing_without_one_and_the_rest_stays(pair: tuple[Document, Document]) -> None:
    match, timeline = pair
    with_it, without = told(match, timeline), told(match, None)
    for path, letters in LISTED.items():
        if letters & {"T", "W"}:
            assert is_nothing(without[path]), path
            assert not is_nothing(with_it[path]), path
        else:
            assert without[path] == with_it[path], path


def test_what_needs_lanes_is_nothing_without_positions(pair: tuple[Document, Document]) -> None:
    match, timeline = pair
    with_lanes = told(match, timeline)
    without = told(change_people(copied(match), teamPosition=""), timeline)
    for path, letters in LISTED.items():
        if "L" in letters:
            assert is_nothing(without[path]), path
            assert not is_nothing(with_lanes[path]), path


def test_what_needs_a_model_is_nothing_under_other_rules_and_the_rest_stays(pair: tuple[Document, Document]) -> None:
    match, timeline = pair
    ordinary = told(match, timeline)
    other = told(match | {"info": match["info"] | {"gameMode": "ONEFORALL"}}, timeline)
    for path, letters in LISTED.items():
        if "W" in letters:
            assert is_nothing(other[path]), path
        elif path != "mode":
            assert other[path] == ordinary[path], path


@pytest.mark.parametrize(
    ("match", "has_curve"),
    [
        (STORY.match(), True),
        (STORY.match(gameMode="SWIFTPLAY", queueId=480), True),
        (STORY.match(gameMode="URF"), False),
        (change_people(STORY.match(), teamPosition=""), True),
        (change_people(STORY.match(gameMode="URF"), teamPosition=""), False),
        (change_people(STORY.match(), puuid=lambda number: "BOT" if number > 5 else f"p{number}"), False),
        (change_people(STORY.match(), gameEndedInEarlySurrender=True), False),
        (STORY.match(endOfGameResult="Abort_Unexpected"), True),
        (STORY.match(mapId=12, gameMode="ARAM"), False),
    ],
    ids=["rift", "swiftplay", "other rules", "no lanes", "urf", "bots", "remake", "aborted", "aram"],
)
def test_the_modes_with_a_win_probability(match: Document, *, has_curve: bool) -> None:
    facts = facts_of(match, STORY.timeline())
    assert bool(facts.win_probability) is has_curve
    if has_curve:
        ends = facts.win_probability[-1].blue in {0.0, 1.0}
        assert ends is (facts.winner is not None)
