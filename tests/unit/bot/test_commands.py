"""What Discord is told about the commands."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import discord
import pytest

from src.bot.cogs import add_commands
from src.bot.cogs.guide import AnyCommand, help_page
from src.bot.help_topics import EXAMPLES, Topic
from src.bot.tree import ChimeraTree
from src.core.domain.regions import parse_match_id, parse_platform
from src.core.domain.riot_id import RiotId


@pytest.fixture
async def tree() -> ChimeraTree:
    tree = ChimeraTree(discord.Client(intents=discord.Intents.none()))
    add_commands(tree)
    return tree


def payloads(tree: ChimeraTree) -> dict[str, dict[str, Any]]:
    return {command.name: command.to_dict(tree) for command in tree.get_commands()}


async def test_no_option_is_required(tree: ChimeraTree) -> None:
    options = [option for payload in payloads(tree).values() for option in payload["options"]]
    assert options
    assert not any(option["required"] for option in options)


async def test_whatever_need_not_be_known_by_heart_is_suggested(tree: ChimeraTree) -> None:
    by_hand = {
        (name, option["name"])
        for name, payload in payloads(tree).items()
        for option in payload["options"]
        if not option.get("autocomplete")
    }
    assert by_hand == {("bind", "riot_id")}


async def test_years_begin_where_matches_may_be(tree: ChimeraTree) -> None:
    (year,) = [option for option in payloads(tree)["sync"]["options"] if option["name"] == "year"]
    assert year["min_value"] == 2020
    assert "max_value" not in year, "what is uploaded once must hold next year too"


OPTION = re.compile(r"(\w+):(.*?)(?= \w+:|$)")
STRING, INTEGER = 3, 4
READERS: dict[str, Callable[[str], object]] = {
    "match": parse_match_id, "account": RiotId.parse, "riot_id": RiotId.parse, "region": parse_platform,
}  # fmt: skip


def fits(option: dict[str, Any], value: str) -> bool:
    """Whether Discord takes the value for the option, and the bot reads it."""
    READERS.get(option["name"], str)(value)
    if option["type"] == INTEGER:
        return int(value) >= int(option["min_value"])
    return option["type"] == STRING and int(option["min_length"]) <= len(value) <= int(option["max_length"])


async def test_every_example_is_a_call_that_works_and_every_option_has_one(tree: ChimeraTree) -> None:
    for name, payload in payloads(tree).items():
        command, options = tree.get_command(name), {option["name"]: option for option in payload["options"]}
        assert command is not None
        shown = set()
        for example in command.extras[EXAMPLES]:
            typed = OPTION.findall(example)
            assert example == " ".join([f"/{name}", *(f"{option}:{value}" for option, value in typed)])
            assert all(fits(options[option], value) for option, value in typed), example
            shown |= {option for option, _ in typed}
        assert shown == set(options), name


async def test_every_command_has_its_place_in_the_help(tree: ChimeraTree) -> None:
    parts = help_page(tree, mention).to_components()  # type: ignore[no-untyped-call]
    texts = [part["content"] for part in walked(parts) if "content" in part]
    headings = [text.splitlines()[0] for text in texts if text.startswith("### ")]
    assert headings == [f"### {topic}" for topic in Topic]
    entries = [text for text in texts if "New here" not in text]
    assert len(entries) == len(payloads(tree))
    for name, payload in payloads(tree).items():
        (entry,) = [text for text in entries if f"<{name}>" in text]
        assert payload["description"] in entry
        assert all(f"`{option['name']}` {option['description']}" in entry for option in payload["options"])
        assert 0 < entry.count("e.g.") <= 2 or not payload["options"]


def mention(command: AnyCommand) -> str:
    return f"<{command.name}>"


def walked(parts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The parts of a layout, and theirs."""
    for part in parts:
        yield part
        yield from walked(part.get("components", ()))


async def test_the_help_stays_within_a_message(tree: ChimeraTree) -> None:
    page = help_page(tree, lambda command: f"</{command.name}:{'9' * 20}>")
    assert page.content_length() <= 4000
    assert page.total_children_count <= 40


async def test_two_trees_share_nothing_but_the_commands(tree: ChimeraTree) -> None:
    other = ChimeraTree(discord.Client(intents=discord.Intents.none()))
    add_commands(other)
    tree.remove_command("bind")
    assert "bind" in payloads(other)
