"""Buttons and forms that the bot knows by their custom_id alone: they outlive it, and hold what they are about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Self, cast

import discord

from src.bot.tree import ChimeraTree
from src.core.errors import NotYours

Button = discord.ui.Button[Any]

PUUID: Final = r"[\w-]{1,80}"


class _HasTree:
    tree: ChimeraTree


def tree_of(interaction: discord.Interaction) -> ChimeraTree:
    """The tree of the bot that received the interaction."""
    return cast("_HasTree", interaction.client).tree


class LastingButton(discord.ui.DynamicItem[Button], template="(?!)"):
    """A button whose custom_id is its class's name, a colon and what it is about (`state`), if anything."""

    _name: ClassVar[str]
    _label: ClassVar[str]
    _style: ClassVar[discord.ButtonStyle]

    def __init_subclass__(
        cls,
        *,
        name: str,
        label: str,
        state: str = "",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        """`state` is the pattern of what the button is about."""
        template = f"{re.escape(name)}:(?P<state>{state})" if state else f"{re.escape(name)}(?P<state>)"
        super().__init_subclass__(template=template)
        cls._name, cls._label, cls._style = name, label, style

    def __init__(self, state: str = "", *, row: int | None = None, disabled: bool = False) -> None:
        custom_id = f"{self._name}:{state}" if state else self._name
        button: Button = discord.ui.Button(label=self._label, style=self._style, custom_id=custom_id, disabled=disabled)
        super().__init__(button, row=row)
        self.state = state

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, _item: Any, match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls(match["state"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it as commands are done."""
        await tree_of(interaction).press(interaction, self._name, self.press)

    async def press(self, interaction: discord.Interaction) -> None:
        """What the button is for; acknowledges the interaction."""
        raise NotImplementedError


def check_owner(interaction: discord.Interaction, owner: str, words: str) -> None:
    """See that the person who presses is the one whose answer it is.

    Raises:
        NotYours: with these words, for them alone as long as the interaction is not acknowledged.
    """
    if str(interaction.user.id) != owner:
        raise NotYours(words)


def form_values(interaction: discord.Interaction) -> dict[str, str]:
    """What was typed into a form, by the custom_id of the field."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    return {field["custom_id"]: str(field["value"]) for field in _fields(data.get("components", ()))}


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The fields, which stand in rows or behind labels."""
    for component in components:
        if "value" in component:
            yield component
        yield from _fields(component.get("components", ()))
        yield from _fields([component["component"]] if "component" in component else ())
