"""What Discord is told about the commands."""

from typing import Any

import discord
import pytest

from src.bot.cogs import add_commands
from src.bot.cogs.guide import help_embed
from src.bot.tree import ChimeraTree


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


async def test_accounts_regions_and_matches_are_suggested(tree: ChimeraTree) -> None:
    suggested = {
        (name, option["name"])
        for name, payload in payloads(tree).items()
        for option in payload["options"]
        if option.get("autocomplete")
    }
    assert suggested == {
        ("bind", "region"),
        ("unbind", "account"),
        ("analyze", "account"),
        ("analyze", "match"),
        ("sync", "account"),
        ("sync", "year"),
    }


async def test_years_begin_where_matches_may_be(tree: ChimeraTree) -> None:
    (year,) = [option for option in payloads(tree)["sync"]["options"] if option["name"] == "year"]
    assert year["min_value"] == 2020
    assert "max_value" not in year, "what is uploaded once must hold next year too"


async def test_every_command_comes_with_an_example_that_calls_it(tree: ChimeraTree) -> None:
    for command in tree.get_commands():
        examples = command.extras["examples"]
        assert examples
        assert all(example.split()[0] == f"/{command.name}" for example in examples)


async def test_the_help_stays_within_an_embed(tree: ChimeraTree) -> None:
    embed = help_embed(tree)
    assert len(embed) <= 6000
    assert len(embed.fields) <= 25
    assert all(len(field.name or "") <= 256 and len(field.value or "") <= 1024 for field in embed.fields)


async def test_two_trees_share_nothing_but_the_commands(tree: ChimeraTree) -> None:
    other = ChimeraTree(discord.Client(intents=discord.Intents.none()))
    add_commands(other)
    tree.remove_command("bind")
    assert "bind" in payloads(other)
